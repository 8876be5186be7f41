import type { Template } from '../templates/api.ts'
import { emptyValues, type TemplateParameters, type TemplateValues } from '../templates/template-values.ts'
import type { CampaignOrder } from './api.ts'
import { type CampaignForm, emptyForm } from './campaign-form.ts'

/**
 * A draft's order back in the form. null: another system made it in a way that the page cannot show.
 * @param template the one it names; null: it is not there any more
 */
export function formOfOrder(order: CampaignOrder, template: Template | null, timeZone: string): CampaignForm | null {
  const { recipients, csv, filter, scheduleAt } = order
  if (recipients?.some(({ parameters }) => parameters != null) || filter?.fields) return null
  const local = scheduleAt && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.exec(scheduleAt)?.[0] === scheduleAt ? scheduleAt : ''
  if (scheduleAt && local === '') return null
  return {
    ...emptyForm(order.channelId, order.timeZone ?? timeZone),
    name: order.name,
    source: csv !== undefined ? 'csv' : filter ? 'contacts' : 'numbers',
    csv: csv ?? '',
    numbers: (recipients ?? []).map(({ to, name }) => (name ? `${to}, ${name}` : to)).join('\n'),
    filter: {
      tags: filter?.tags?.join(', ') ?? '',
      tagMatch: filter?.tagMatch ?? 'any',
      q: filter?.q ?? '',
      everybody: filter?.everybody ?? false,
    },
    template: template && { name: template.name, language: template.language },
    values: template && valuesOf(template, order.template.parameters ?? {}),
    requireConsent: order.requireConsent ?? false,
    when: local === '' ? 'now' : 'later',
    at: local,
  }
}

function valuesOf(template: Template, { header, body, buttons }: TemplateParameters): TemplateValues {
  const values = emptyValues(template)
  const [shown] = header ?? []
  if (typeof shown === 'string') values.header = shown
  else if (isRecord(shown) && typeof shown.attachmentId === 'string') {
    values.file = { id: shown.attachmentId, name: '…', mime: '', size: 0 }
  } else if (isRecord(shown)) {
    values.place = {
      name: String(shown.name ?? ''),
      address: String(shown.address ?? ''),
      latitude: String(shown.latitude ?? ''),
      longitude: String(shown.longitude ?? ''),
    }
  }
  values.body = template.parameters.body.map(({ name }, place) =>
    Array.isArray(body) ? (body[place] ?? '') : (body?.[name ?? String(place + 1)] ?? ''),
  )
  for (const button of buttons ?? []) {
    if (isRecord(button) && typeof button.index === 'number') values.buttons[button.index] = String(button.value ?? '')
  }
  return values
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
