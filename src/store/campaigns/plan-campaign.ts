import { setImmediate } from 'node:timers/promises'
import { type CsvColumns, readColumns, recipientsOf } from '../../domain/campaign/csv-columns.ts'
import { type Excluded, excludeRecipient } from '../../domain/campaign/exclusion.ts'
import { mergeParameters } from '../../domain/campaign/parameters.ts'
import { type CsvTable, type GivenRecipient, MAX_RECIPIENTS } from '../../domain/campaign/recipient.ts'
import { SeenPeople } from '../../domain/campaign/seen-people.ts'
import { cleanName } from '../../domain/client-name.ts'
import type { AttachmentId, ChannelId, ContactId } from '../../domain/ids.ts'
import { type Digits, digitsToWrite } from '../../domain/phone-variants.ts'
import { fillTemplate } from '../../domain/template/fill.ts'
import type { Template, TemplateChoice, TemplateParameters, TemplateProblem } from '../../domain/template/template.ts'
import { type Actor, maySee } from '../actor.ts'
import { findReadableFile } from '../comments/attachments.ts'
import type { Db, Tx } from '../database.ts'
import { runIn } from '../intake/run.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import { findTemplate } from '../templates/find-template.ts'
import { type ContactFilter, contactsFitting } from './contact-filter.ts'
import { knownPeople } from './known-people.ts'

/** A campaign as ordered. */
export interface CampaignOrder {
  channelId: ChannelId
  template: TemplateChoice
  audience: Audience
  /** whoever has not agreed to marketing gets nothing */
  requireConsent: boolean
  /** may be prepared before the provider has approved its template */
  draft: boolean
}

export type Audience =
  | { from: 'list'; recipients: GivenRecipient[] }
  | { from: 'csv'; table: CsvTable }
  | { from: 'contacts'; filter: ContactFilter }

export interface PlannedRecipient {
  row: number
  /** digits, or what was given where it is no number */
  phone: string
  name: string | null
  parameters: TemplateParameters | null
  contactId: ContactId | null
  excluded: Excluded | null
}

/** Who of a list would get what: the same for a preview and for the campaign itself. */
export interface CampaignPlan {
  channel: PlanChannel
  template: Template
  recipients: PlannedRecipient[]
  /** headings of a CSV that mean nothing for this template */
  ignoredColumns: string[]
}

export type PlanChannel = NonNullable<Awaited<ReturnType<typeof channelOf>>>

/** Files that one campaign's headers may name: each is looked at, and uploaded once. */
const MAX_FILES = 100
/** The rules of so many recipients run in one go; then other requests have their turn. */
const SLICE = 250
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * Decides for everybody on the list whether they get the message, by the rules of src/domain/campaign/exclusion.ts.
 * Changes nothing. Refuses with `not_found` (the channel, or a file of a header), `template_unknown`,
 * `template_not_approved`, `template_parameters` (the same parameters fit nobody), `csv_no_number_column`,
 * `csv_column_twice`, `no_recipients`, `too_many_recipients`.
 */
export async function planCampaign(db: Db | Tx, actor: Actor, order: CampaignOrder): Promise<Refusable<CampaignPlan>> {
  const channel = maySee(actor, order.channelId) ? await channelOf(db, order.channelId) : undefined
  if (!channel) return missing('The channel')
  const found = await templateOf(db, order)
  if (found.refused) return found
  const template = found.value
  const given = await givenRecipients(db, order, template)
  if (given.refused) return given
  const { recipients, ignoredColumns } = given.value
  if (recipients.length === 0) return refuse('invalid', 'no_recipients', 'There is nobody on the list')
  if (recipients.length > MAX_RECIPIENTS) {
    return refuse('invalid', 'too_many_recipients', `A campaign has at most ${MAX_RECIPIENTS} recipients`, {
      limit: MAX_RECIPIENTS,
    })
  }
  const unreadable = await refuseFiles(db, actor, [
    order.template.parameters,
    ...recipients.map((one) => one.parameters),
  ])
  if (unreadable) return unreadable
  const planned = await sortOut(db, order, template, recipients)
  return planned.refused ? planned : done({ channel, template, recipients: planned.value, ignoredColumns })
}

const channelOf = (db: Db | Tx, id: ChannelId) =>
  db
    .selectFrom('channels')
    .select(['id', 'provider', 'bulk', 'coexistence', 'messages_per_second'])
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()

async function templateOf(db: Db | Tx, { channelId, template, draft }: CampaignOrder): Promise<Refusable<Template>> {
  const found = await findTemplate(db, channelId, template.name, template.language)
  if (!found) return refuse('invalid', 'template_unknown', 'The channel has no such template in this language')
  if (found.status !== 'approved' && !draft) {
    return refuse('conflict', 'template_not_approved', `The template cannot be sent: its status is "${found.status}"`, {
      status: found.status,
    })
  }
  return done(found)
}

async function givenRecipients(
  db: Db | Tx,
  { channelId, audience, template: { parameters } }: CampaignOrder,
  template: Template,
): Promise<Refusable<{ recipients: GivenRecipient[]; ignoredColumns: string[] }>> {
  switch (audience.from) {
    case 'list':
      return done({ recipients: audience.recipients, ignoredColumns: [] })
    case 'contacts':
      return done({ recipients: await contactsFitting(db, channelId, audience.filter), ignoredColumns: [] })
    case 'csv': {
      const { table } = audience
      const read = readColumns(table.header, template)
      if (!read.ok) return refuse('invalid', read.code, read.message)
      const columns: CsvColumns = read.columns
      return done({ recipients: recipientsOf(table, columns, template, parameters), ignoredColumns: columns.ignored })
    }
  }
}

/** A header may show a file only to clients of somebody who could read it themselves. */
async function refuseFiles(
  db: Db | Tx,
  actor: Actor,
  all: readonly (TemplateParameters | null | undefined)[],
): Promise<ReturnType<typeof refuse> | null> {
  const ids = new Set<AttachmentId>()
  for (const parameters of all) {
    for (const header of parameters?.header ?? []) {
      if (typeof header === 'object' && 'attachmentId' in header) ids.add(header.attachmentId)
    }
    if (ids.size > MAX_FILES) {
      return refuse('invalid', 'too_many_files', `The headers of a campaign show at most ${MAX_FILES} different files`)
    }
  }
  for (const id of ids) {
    const file = UUID.test(id) ? await findReadableFile(db, actor, id) : null
    if (file?.state !== 'stored') return missing('The file of the header')
  }
  return null
}

async function sortOut(
  db: Db | Tx,
  { channelId, template: choice, requireConsent }: CampaignOrder,
  template: Template,
  recipients: readonly GivenRecipient[],
): Promise<Refusable<PlannedRecipient[]>> {
  const rules = { marketing: template.category === 'marketing', requireConsent }
  const numbers = await readNumbers(recipients)
  const people = await knownPeople(
    runIn(db),
    channelId,
    numbers.flatMap((number) => (number.ok ? [number.digits] : [])),
  )
  const common = problemsOf(template, choice.parameters)
  const seen = new SeenPeople()
  let fits = 0
  let unfit: readonly TemplateProblem[] = []
  const planned: PlannedRecipient[] = []
  for (const [index, { row, to, name, parameters, problem }] of recipients.entries()) {
    if (index % SLICE === SLICE - 1) await setImmediate()
    const number = numbers[index] ?? digitsToWrite(to)
    const person = number.ok ? people.get(number.digits) : undefined
    const contactId = person?.contactId ?? null
    const problems = parameters === null ? common : problemsOf(template, mergeParameters(choice.parameters, parameters))
    if (problems.length === 0) fits++
    else unfit = unfit.length === 0 ? problems : unfit
    const sameAs = number.ok ? seen.rowOf(number.digits, contactId) : null
    const excluded = excludeRecipient(
      { number, lineProblem: problem, problems, contact: person ?? null, sameAs },
      rules,
    )
    if (!excluded && number.ok) seen.add(row, number.digits, contactId)
    planned.push({
      row,
      phone: number.ok ? number.digits : cleanName(to),
      name: cleanName(name ?? '') || null,
      parameters,
      contactId,
      excluded,
    })
  }
  if (fits > 0) return done(planned)
  const words = unfit.map(({ message }) => message).join('. ')
  return refuse('invalid', 'template_parameters', `The parameters fit nobody on the list: ${words}`, {
    problems: unfit,
  })
}

async function readNumbers(recipients: readonly GivenRecipient[]): Promise<Digits[]> {
  const numbers: Digits[] = []
  for (const { to } of recipients) {
    if (numbers.length % SLICE === SLICE - 1) await setImmediate()
    numbers.push(digitsToWrite(to))
  }
  return numbers
}

function problemsOf(template: Template, parameters: TemplateParameters | undefined): readonly TemplateProblem[] {
  const preflight = fillTemplate(template, parameters)
  return preflight.ok ? [] : preflight.problems
}
