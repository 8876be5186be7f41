import type { AttachmentId, ChannelId } from '../../domain/ids.ts'
import type { Report } from '../../domain/scenario/document/checks/finding.ts'
import { FINDING_WORDS as say } from '../../domain/scenario/document/checks/finding-words.ts'
import { namesUsed } from '../../domain/scenario/document/names-used.ts'
import type { Path } from '../../domain/scenario/document/problem.ts'
import type { ScenarioDocument } from '../../domain/scenario/document/scenario-document.ts'
import type { TemplateSend } from '../../domain/scenario/document/steps/send.ts'
import { fillTemplate } from '../../domain/template/fill.ts'
import { templateProblemWords } from '../../domain/template/problem-words.ts'
import type { Template, TemplateParameters } from '../../domain/template/template.ts'
import type { Db, Tx } from '../database.ts'
import { type TemplateRow, templateOf } from '../templates/template-row.ts'

interface Channel {
  id: ChannelId
  name: string
}

/**
 * Template messages exist, are approved and get the parameters that they need. A scenario serves every channel: what
 * can be sent on none of them is an error, what cannot be sent on some is a warning.
 */
export async function checkTemplates(db: Db | Tx, document: ScenarioDocument, report: Report): Promise<void> {
  const used = namesUsed(document).flatMap((one) => (one.kind === 'template' ? [one] : []))
  if (used.length === 0) return
  const rows = await db
    .selectFrom('templates')
    .selectAll()
    .where('name', 'in', [...new Set(used.map(({ name }) => name))])
    .where('deleted_at', 'is', null)
    .orderBy('language')
    .execute()
  const channels = await db
    .selectFrom('channels')
    .select(['id', 'name'])
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .execute()
  for (const { name, template, path } of used) {
    checkTemplate(
      template,
      path,
      rows.filter((row) => row.name === name),
      channels,
      report,
    )
  }
}

function checkTemplate(
  send: TemplateSend,
  path: Path,
  named: readonly TemplateRow[],
  channels: readonly Channel[],
  report: Report,
): void {
  const here = new Set(channels.map(({ id }) => id))
  const present = named.filter(({ channel_id }) => here.has(channel_id))
  if (present.length === 0) {
    report('error', 'template_unknown', path, say.template_unknown.unknown(send.name))
    return
  }
  const inLanguage = present.filter(({ language }) => send.language === 'auto' || language === send.language)
  if (inLanguage.length === 0) {
    const languages = [...new Set(present.map(({ language }) => language))]
    report('error', 'template_unknown', path, say.template_unknown.inLanguage(send.name, send.language, languages))
    return
  }
  const approved = inLanguage.filter(({ status }) => status === 'approved')
  if (approved.length === 0) {
    const states = [...new Set(inLanguage.map(({ status }) => status))]
    report('error', 'template_not_approved', path, say.template_not_approved.states(send.name, states))
    return
  }
  const lacking = channels.filter(({ id }) => !approved.some(({ channel_id }) => channel_id === id))
  if (lacking.length > 0) {
    const names = lacking.map(({ name }) => name)
    report('warning', 'template_not_everywhere', path, say.template_not_everywhere.channels(send.name, names))
  }
  checkParameters(send, path, approved, report)
}

function checkParameters(send: TemplateSend, path: Path, approved: readonly TemplateRow[], report: Report): void {
  const parameters = assumed(send)
  const refused = approved.flatMap((row) => {
    const filled = fillTemplate(templateOf(row) satisfies Template, parameters)
    return filled.ok ? [] : [{ row, problems: filled.problems }]
  })
  const severity = refused.length === approved.length ? 'error' : 'warning'
  for (const { row, problems } of refused) {
    for (const problem of problems) {
      const words = say.template_parameters.because(row.name, row.language, templateProblemWords(problem))
      report(severity, 'template_parameters', path, words)
    }
  }
}

/** What is computed is known when the step runs; here it stands for some short text. */
const ASSUMED = '1'
const assumedText = (text: string): string => (/\{[{%]/.test(text) ? ASSUMED : text)

function assumed({ header, body, buttons }: TemplateSend): TemplateParameters {
  return {
    ...(header && {
      header: header.map((one) => {
        if (typeof one === 'string') return assumedText(one)
        if ('attachmentId' in one) return { attachmentId: one.attachmentId as AttachmentId }
        if ('link' in one) return /\{[{%]/.test(one.link) ? { ...one, link: 'https://example.test/file' } : one
        return one
      }),
    }),
    ...(body && {
      body: Array.isArray(body)
        ? body.map(assumedText)
        : Object.fromEntries(Object.entries(body).map(([name, text]) => [name, assumedText(text)])),
    }),
    ...(buttons && {
      buttons: buttons.map((one) =>
        typeof one === 'string' ? assumedText(one) : { ...one, value: assumedText(one.value) },
      ),
    }),
  }
}
