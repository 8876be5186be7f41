import { sql } from 'kysely'
import type { AttachmentId } from '../../../domain/ids.ts'
import type { InteractiveChoice, InteractiveMessage } from '../../../domain/interactive-message.ts'
import { type QuickReplyValues, renderQuickReply } from '../../../domain/quick-reply.ts'
import { namesUsed } from '../../../domain/scenario/document/names-used.ts'
import type { HeldRun } from '../../../domain/scenario/engine/host.ts'
import type { Effect } from '../../../domain/scenario/interpreter/effects.ts'
import type { Answer } from '../../../domain/scenario/interpreter/stimulus.ts'
import type { TemplateParameters } from '../../../domain/template/template.ts'
import type { MessageDraft } from '../../outgoing/compose-message.ts'
import { copyFiles } from '../../outgoing/copy-files.ts'
import type { Running } from './running.ts'

type Deed<Name extends Effect['do']> = Extract<Effect, { do: Name }>

/** What a step sends, with files of its own; or why there is nothing to send. */
export type Drafted = { draft: MessageDraft } | { answer: Answer }

export const textDraft = (text: string): MessageDraft => ({ text, attachmentIds: [], template: null })

export function interactiveDraft(effect: Deed<'sendInteractive'>): MessageDraft {
  const { text, header = null, footer = null } = effect
  const message: InteractiveMessage = { text, header, footer, choice: choiceOf(effect) }
  return { text: null, attachmentIds: [], template: null, interactive: message }
}

function choiceOf({ buttons, list, link }: Deed<'sendInteractive'>): InteractiveChoice {
  if (buttons) return { kind: 'buttons', buttons }
  if (link) return { kind: 'link', ...link }
  const sections = (list?.sections ?? []).map(({ title = null, rows }) => ({
    title,
    rows: rows.map(({ id, title: name, description = null }) => ({ id, title: name, description })),
  }))
  return { kind: 'list', button: list?.button ?? '', sections }
}

export async function fileDraft(
  running: Running,
  held: HeldRun,
  { attachmentId, caption }: Deed<'sendFile'>,
): Promise<Drafted> {
  const copies = await copiesOf(running, held, [attachmentId])
  return copies ? { draft: { text: caption ?? null, attachmentIds: copies, template: null } } : noFile
}

/** `auto` is the client's language; a file that the header shows is a copy of this message's own. */
export async function templateDraft(
  running: Running,
  held: HeldRun,
  { name, language, header, body, buttons }: Deed<'sendTemplate'>['template'],
): Promise<Drafted> {
  const [shown] = header ?? []
  const file = typeof shown === 'object' && 'attachmentId' in shown ? shown.attachmentId : null
  const copies = file === null ? [] : await copiesOf(running, held, [file])
  if (!copies) return noFile
  const filled = copies[0] ? [{ attachmentId: copies[0] }] : header
  const parameters = { header: filled, body, buttons } as TemplateParameters
  const chosen = language === 'auto' ? await languageFor(running, name) : language
  return { draft: { text: null, attachmentIds: [], template: { name, language: chosen, parameters } } }
}

/** A shared quick reply, filled for this client as a person would insert it; what has no value is never sent as a gap. */
export async function quickReplyDraft(running: Running, held: HeldRun, shortcut: string): Promise<Drafted> {
  const { tx } = running
  const quickReply = await tx
    .selectFrom('quick_replies')
    .select(['text', 'attachment_ids'])
    .where('owner_id', 'is', null)
    .where('shortcut', '=', shortcut)
    .forShare()
    .executeTakeFirst()
  if (!quickReply) return refused('quick_reply_missing', `There is no shared quick reply “${shortcut}” (any more)`)
  const { text, missing } = renderQuickReply(quickReply.text, await valuesFor(running, held))
  if (missing.length > 0) {
    return refused('missing_value', `The quick reply “${shortcut}” has no value for: ${missing.join(', ')}`)
  }
  const copies = await copiesOf(running, held, quickReply.attachment_ids)
  return copies ? { draft: { text, attachmentIds: copies, template: null } } : noFile
}

async function valuesFor({ tx, state }: Running, held: HeldRun): Promise<QuickReplyValues> {
  const { rows } = await sql<{
    fields: Record<string, unknown> | null
    number: number | null
    title: string | null
    task_fields: Record<string, unknown> | null
    presser: string | null
  }>`
    select ct.fields, t.number, t.title, t.fields as task_fields, u.name as presser
    from conversations c
    left join contacts ct on ct.id = ${state.contact?.id ?? null}::uuid
    left join tasks t on t.id = ${held.task ?? state.task?.id ?? null}::uuid
    left join users u on u.id::text = ${held.run.pressedBy}
    where c.id = ${state.id}`.execute(tx)
  const row = rows[0]
  const { contact, channel } = state
  return {
    contact: { name: contact?.name ?? null, phone: contact?.phone ?? null, fields: row?.fields ?? {} },
    task: { number: row?.number ?? null, title: row?.title ?? null, fields: row?.task_fields ?? {} },
    me: { name: row?.presser ?? null },
    channel: { name: channel.name },
  }
}

/** Copies for this message; of what its step computed only what is nobody else's. */
async function copiesOf(
  { tx, state, catalogue }: Running,
  { scenario, run }: HeldRun,
  files: readonly string[],
): Promise<AttachmentId[] | null> {
  if (files.length === 0) return []
  const used = namesUsed(await catalogue.byVersion(tx, scenario, run.scenario.version))
  const named = used.flatMap(({ kind, name }) => (kind === 'attachment' ? [name.toLowerCase()] : []))
  return copyFiles(tx, files, { conversation: state.id, named })
}

/** Files that were copied for a message that is not sent after all. */
export function copiesIn({ attachmentIds, template }: MessageDraft): AttachmentId[] {
  const shown = (template?.parameters?.header ?? []).flatMap((header) =>
    typeof header === 'object' && 'attachmentId' in header ? [header.attachmentId] : [],
  )
  return [...attachmentIds, ...shown]
}

/** The client's language if the template is there in it, else English, else the first that is approved. */
async function languageFor({ tx, state }: Running, name: string): Promise<string> {
  const { rows } = await sql<{ language: string }>`
    select t.language from templates t
    left join contacts ct on ct.id = ${state.contact?.id ?? null}::uuid
    where t.channel_id = ${state.channel.id} and t.name = ${name} and t.deleted_at is null
    order by t.status = 'approved' desc, t.language = ct.fields ->> 'language' desc nulls last,
      split_part(t.language, '_', 1) = split_part(ct.fields ->> 'language', '_', 1) desc nulls last,
      t.language like 'en%' desc, t.language limit 1`.execute(tx)
  return rows[0]?.language ?? 'en_US'
}

/** A person can mend it: the run waits for one. */
const refused = (code: string, message: string): { answer: Answer } => ({
  answer: { ok: false, code, message, final: false },
})

const noFile = refused(
  'file_missing',
  'The file is not there (any more), or is not one that can be sent again and again',
)
