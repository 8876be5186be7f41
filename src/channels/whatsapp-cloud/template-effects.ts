import type { ChannelEffect } from '../../domain/channel-event.ts'
import type { ChangedButton, TemplateChange } from '../../domain/template/template-change.ts'
import { idAt, objectAt, objectsAt, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'

type ChangeReader = (value: JsonObject) => TemplateChange | null

/** Account-level fields that speak of a template (reference §4.1). */
const CHANGES: Record<string, ChangeReader> = {
  message_template_status_update: statusChange,
  message_template_quality_update: (value) => {
    const quality = textAt(value, 'new_quality_score')
    return quality === null ? null : { what: 'quality', quality: quality.toLowerCase() }
  },
  // In the notice of 24 hours before, `new_category` is the one that still holds (reference §4.1).
  template_category_update: (value) => {
    const category = textAt(value, 'new_category')
    return category === null ? null : { what: 'category', category: category.toLowerCase() }
  },
  message_template_components_update: (value) => ({
    what: 'components',
    title: textAt(value, 'message_template_title'),
    body: textAt(value, 'message_template_element'),
    footer: textAt(value, 'message_template_footer'),
    buttons: objectsAt(value, 'message_template_buttons').map(changedButton),
  }),
}

/** What a field says of a template; null: it is about something else, or names no template. */
export function templateEffectOf(kind: string, value: JsonObject): ChannelEffect | null {
  const change = Object.hasOwn(CHANGES, kind) ? CHANGES[kind]?.(value) : null
  if (!change) return null
  const template = {
    providerId: idAt(value, 'message_template_id'),
    name: idAt(value, 'message_template_name'),
    language: idAt(value, 'message_template_language'),
  }
  if (template.providerId === null && (template.name === null || template.language === null)) return null
  return { does: 'template', template, change }
}

/** Events whose word is not the status itself. */
const STATUS: Record<string, string> = { reinstated: 'approved' }

function statusChange(value: JsonObject): TemplateChange | null {
  const event = textAt(value, 'event')?.toLowerCase()
  if (event === undefined) return null
  // What it was before it was archived only the list tells.
  if (event === 'unarchived') return { what: 'unclear' }
  const isUnpaused = event === 'paused' && textAt(objectAt(value, 'other_info'), 'title') === 'UNPAUSE'
  const status = isUnpaused ? 'approved' : Object.hasOwn(STATUS, event) ? (STATUS[event] ?? event) : event
  return {
    what: 'status',
    status,
    reason: status === 'approved' ? null : reasonOf(value),
    category: textAt(value, 'message_template_category')?.toLowerCase() ?? null,
  }
}

/** The provider's code and its words for people, as far as it gives them. */
function reasonOf(value: JsonObject): string | null {
  const code = textAt(value, 'reason')
  const other = objectAt(value, 'other_info')
  const rejection = objectAt(value, 'rejection_info')
  const words = [textAt(rejection, 'reason'), textAt(rejection, 'recommendation'), textAt(other, 'description')]
  const parts = [code === 'NONE' ? textAt(other, 'title') : code, words.filter((word) => word !== null).join(' ')]
  return parts.filter((part) => part !== null && part !== '').join(': ') || null
}

const changedButton = (button: JsonObject): ChangedButton => ({
  type: textAt(button, 'message_template_button_type') ?? 'UNKNOWN',
  text: textAt(button, 'message_template_button_text'),
  url: textAt(button, 'message_template_button_url'),
  phone: textAt(button, 'message_template_button_phone_number'),
})
