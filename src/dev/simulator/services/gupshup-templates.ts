import type { ServiceChoice } from './state.ts'

const template = (
  id: string,
  elementName: string,
  category: string,
  data: string,
  sampleText: string,
  replies: string[],
) => ({
  id,
  elementName,
  languageCode: 'en',
  category,
  templateType: 'TEXT',
  status: 'APPROVED',
  quality: 'UNKNOWN',
  data: [data, ...replies.map((title) => `[${title}]`)].join(' | '),
  containerMeta: JSON.stringify({
    data,
    sampleText,
    ...(replies.length === 0 ? {} : { buttons: replies.map((text) => ({ type: 'QUICK_REPLY', text })) }),
  }),
})

/** Two that every app has, so that there is something to send. Others cannot be made here. */
export const GUPSHUP_TEMPLATES = [
  template(
    '0f2b6a52-6c3d-4d6c-9a51-000000000001',
    'order_update',
    'UTILITY',
    'Hello {{1}}, your order {{2}} is on its way.',
    'Hello Ada, your order 1042 is on its way.',
    [],
  ),
  template(
    '0f2b6a52-6c3d-4d6c-9a51-000000000002',
    'visit_reminder',
    'MARKETING',
    'Hello {{1}}, we would like to see you again. Shall we find a time?',
    'Hello Ada, we would like to see you again. Shall we find a time?',
    ['Yes, please', 'Not now'],
  ),
]

/**
 * A template as the client sees it; null: there is none of this id.
 * @param params the values, counted from 1
 * @param postbacks what taps answer, by the button's place (`{ index, text }`)
 */
export function filledTemplate(
  id: string,
  params: readonly string[],
  postbacks: readonly Record<string, unknown>[],
): { text: string; choices: ServiceChoice[] } | null {
  const found = GUPSHUP_TEMPLATES.find((one) => one.id === id)
  if (!found) return null
  const { data, buttons = [] } = JSON.parse(found.containerMeta) as { data: string; buttons?: { text: string }[] }
  return {
    text: data.replace(/\{\{(\d+)\}\}/g, (_whole, place: string) => params[Number(place) - 1] ?? ''),
    choices: buttons.map(({ text }, index) => {
      const given = postbacks.find((one) => Number(one.index) === index)
      return { kind: 'button', id: String(given?.text ?? text), title: text }
    }),
  }
}
