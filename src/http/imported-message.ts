import { z } from '@hono/zod-openapi'
import { MESSAGE_KINDS } from '../domain/message.ts'
import type { HistoryPage, ImportedView } from '../store/channels/imported-history.ts'
import { decodeCursor, encodeCursor } from './routes.ts'
import { errorWords, type Language } from './work/error-words.ts'
import { AttachmentShape, Time } from './work/shapes.ts'

/** A message that the phone app of a number handed over, as the API answers with it. */
export const Imported = z
  .object({
    id: z.string().openapi({ description: "the provider's" }),
    direction: z.enum(['in', 'out']),
    kind: z.enum(MESSAGE_KINDS),
    text: z.string().nullable(),
    data: z.record(z.string(), z.any()).openapi({ description: "as of a comment's `data`" }),
    placeholder: z.boolean().openapi({ description: 'A file that has not come, and perhaps never will' }),
    file: AttachmentShape.nullable(),
    status: z.string().nullable(),
    at: Time,
  })
  .openapi('ImportedMessage')

export function importedJson(message: ImportedView, language: Language): z.input<typeof Imported> {
  const { id, direction, content, text, file, status, at } = message
  const { placeholder, ...data } = content.data
  return {
    id,
    direction,
    kind: content.kind,
    text,
    data,
    placeholder: placeholder === true,
    file: file && fileJson(file, language),
    status,
    at: at.toISOString(),
  }
}

const fileJson = ({ errorCode, ...file }: NonNullable<ImportedView['file']>, language: Language) => ({
  ...file,
  url: `/api/attachments/${file.id}/content`,
  error: errorWords(errorCode, null, language),
})

/** @throws ApiError 400 `cursor_invalid` */
export function historyPage({ limit, cursor }: { limit: number; cursor?: string | undefined }): HistoryPage {
  const place = decodeCursor(cursor, z.tuple([z.iso.datetime(), z.string()]))
  return { limit, before: place && { at: new Date(place[0]), message: place[1] } }
}

/** @param found one more than the page, if there is more */
export function importedPage(found: readonly ImportedView[], limit: number, language: Language) {
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map((message) => importedJson(message, language)),
    next: found.length > limit && last ? encodeCursor(last.at.toISOString(), last.id) : null,
  }
}
