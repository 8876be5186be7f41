import type { ChannelId } from '../../domain/ids.ts'
import { fillTemplate } from '../../domain/template/fill.ts'
import type { FilledTemplate, RenderedTemplate, Template, TemplateChoice } from '../../domain/template/template.ts'
import type { Db, Tx } from '../database.ts'
import { done, type Refusable, refuse } from '../refusal.ts'
import { usableTemplates } from './find-template.ts'
import { templateOf } from './template-row.ts'

export interface ChosenTemplate {
  template: Template
  filled: FilledTemplate
  rendered: RenderedTemplate
}

/**
 * The gate before a template is sent (design.md, Sends; M15): it exists in that language, it is approved, its
 * parameters are complete. Does not look whether a header's attachment exists.
 * Refuses with `template_unknown` (details: `languages` of that name, `templates` that could be sent),
 * `template_not_approved` (`status`, `reason`) or `template_parameters` (`problems`).
 */
export async function chooseTemplate(
  tx: Db | Tx,
  channel: ChannelId,
  choice: TemplateChoice,
): Promise<Refusable<ChosenTemplate>> {
  const named = await tx
    .selectFrom('templates')
    .selectAll()
    .where('channel_id', '=', channel)
    .where('name', '=', choice.name)
    .where('deleted_at', 'is', null)
    .orderBy('language')
    .execute()
  const row = named.find(({ language }) => language === choice.language)
  if (!row) {
    const languages = named.map(({ language }) => language)
    const known = languages.length === 0 ? '' : `; it is there in ${languages.join(', ')}`
    return refuse('invalid', 'template_unknown', `There is no such template in this language${known}`, {
      languages,
      templates: await usableTemplates(tx, channel),
    })
  }
  if (row.status !== 'approved') {
    const words = `The template cannot be sent: its status is "${row.status}"`
    return refuse('conflict', 'template_not_approved', words, { status: row.status, reason: row.reason })
  }
  const template = templateOf(row)
  const preflight = fillTemplate(template, choice.parameters)
  if (!preflight.ok) {
    const words = preflight.problems.map(({ message }) => message).join('. ')
    return refuse('invalid', 'template_parameters', words, { problems: preflight.problems })
  }
  return done({ template, filled: preflight.filled, rendered: preflight.rendered })
}
