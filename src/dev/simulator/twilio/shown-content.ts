import type { TwilioChoice, TwilioContent, TwilioMessage } from './state.ts'

type Shown = Pick<TwilioMessage, 'text' | 'choices' | 'media'>
type Fields = Record<string, unknown>

const KIND: Readonly<Record<string, TwilioChoice['kind']>> = {
  QUICK_REPLY: 'button',
  URL: 'link',
  PHONE_NUMBER: 'phone',
  COPY_CODE: 'code',
}

/** A content as the client sees it. @param values by the content's keys; its samples stand for those that are missing */
export function shownContent(content: TwilioContent, values: Record<string, string>): Shown {
  const [type = '', fields = {}] = Object.entries(content.types)[0] ?? []
  const filled = (text: unknown): string | null =>
    typeof text === 'string' && text !== ''
      ? text.replace(/\{\{([^{}]*)\}\}/g, (_whole, key: string) => values[key] ?? content.variables[key] ?? '')
      : null
  if (type === 'whatsapp/authentication') {
    const [action] = listIn(fields, 'actions')
    const title = filled(action?.copy_code_text) ?? 'Copy code'
    const text = `*${values[1] ?? ''}* is your verification code.`
    return { text, choices: [{ kind: 'code', id: null, title }], media: [] }
  }
  const lines = [fields.header_text, fields.title, fields.body, fields.subtitle, fields.footer].map(filled)
  const media = (Array.isArray(fields.media) ? fields.media : []).map(filled).filter((url) => url !== null)
  return {
    text: lines.filter((line) => line !== null).join('\n') || null,
    choices: [...listIn(fields, 'actions').map(actionOf), ...listIn(fields, 'items').map(rowOf)],
    media: media.map((url) => ({ url, mime: null })),
  }
}

function actionOf(action: Fields): TwilioChoice {
  const kind = KIND[String(action.type ?? 'QUICK_REPLY').toUpperCase()] ?? 'button'
  const title = String(action.title ?? '')
  return { kind, title, id: kind === 'button' ? String(action.id ?? title) : null }
}

const rowOf = (item: Fields): TwilioChoice => ({
  kind: 'row',
  id: String(item.id ?? ''),
  title: String(item.item ?? ''),
})

const listIn = (fields: Fields, key: string): Fields[] => {
  const list = fields[key]
  return Array.isArray(list) ? list.filter((one): one is Fields => typeof one === 'object' && one !== null) : []
}
