import { type JsonObject, readJson, readJsonText, type WireJson } from '../wire/json.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * A body as its fields: a form, or the same as JSON. What comes back can be stored and walked without harm, as that of
 * `readJson`; of repeated names the last stands.
 */
export function readFields(body: Uint8Array, contentType: string | null): WireJson {
  if (contentType?.toLowerCase().startsWith('application/json')) return readJson(body)
  let text: string
  try {
    text = utf8.decode(body)
  } catch {
    return { ok: false, detail: 'the body is not UTF-8' }
  }
  const fields: JsonObject = Object.fromEntries(new URLSearchParams(text))
  return readJsonText(JSON.stringify(fields))
}
