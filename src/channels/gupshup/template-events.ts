import type { ChannelEffect } from '../../domain/channel-event.ts'
import type { TemplateChange } from '../../domain/template/template-change.ts'
import { idAt, textAt } from '../wire/fields.ts'

/**
 * What a `template-event` says of a template (Gupshup's system events). A new category or quality only the list tells
 * in full: it is asked for. null: it names no template.
 */
export function templateEffect(payload: unknown): ChannelEffect | null {
  const template = {
    providerId: idAt(payload, 'id'),
    name: idAt(payload, 'elementName'),
    language: idAt(payload, 'languageCode'),
  }
  if (template.providerId === null && (template.name === null || template.language === null)) return null
  return { does: 'template', template, change: changeIn(payload) }
}

function changeIn(payload: unknown): TemplateChange {
  const status = textAt(payload, 'status')?.toLowerCase()
  if (status === undefined) return { what: 'unclear' }
  const reason = textAt(payload, 'rejectedReason') ?? textAt(payload, 'description')
  return {
    what: 'status',
    status,
    reason: status === 'approved' || reason === 'NONE' ? null : reason,
    category: textAt(payload, 'category')?.toLowerCase() ?? null,
  }
}
