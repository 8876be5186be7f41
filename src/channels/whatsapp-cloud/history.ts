import type { ChannelEffect } from '../../domain/channel-event.ts'
import type { ProviderMessageId } from '../../domain/ids.ts'
import type { HistoryProgress, ImportedMessage, PhoneBookEntry } from '../../domain/imported-message.ts'
import {
  at,
  idAt,
  isObject,
  MalformedItem,
  numberAt,
  objectAt,
  objectsAt,
  requiredId,
  requiredTime,
  textAt,
} from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { readContent } from './messages.ts'
import { errorsAt } from './webhook-errors.ts'

/** The owner did not agree to share the history (reference §4.4). */
const DECLINED = '2593109'

export interface ReadHistory {
  messages: ImportedMessage[]
  /** what could not be read: where it stands below the change, and why */
  unreadable: { path: string; detail: string }[]
}

/**
 * What a `history` change brings: chunks of threads, or files whose placeholders came before (reference §4.4). Chunks come
 * in any order, and a single one may hold thousands of messages.
 */
export function readHistory(value: JsonObject): ReadHistory {
  const read: ReadHistory = { messages: [], unreadable: [] }
  const business = digitsOf(textAt(objectAt(value, 'metadata'), 'display_phone_number'))
  each(value, 'history', '/value', (chunk, chunkPath) => {
    each(chunk, 'threads', chunkPath, (thread, threadPath) => {
      const client = digitsOf(idAt(thread, 'id'))
      each(thread, 'messages', threadPath, (message, path) =>
        add(read, path, () => ofThread(message, client, business)),
      )
    })
  })
  for (const key of ['messages', 'message_echoes']) {
    each(value, key, '/value', (message, path) => add(read, path, () => ofFile(message, business)))
  }
  return read
}

/** What a `history` change means for its channel: how far the import is, or that it will not come. */
export function historyEffect(value: JsonObject): ChannelEffect {
  const chunks = objectsAt(value, 'history')
  const declined = chunks.some((chunk) => errorsAt(chunk, 'errors').some(({ code }) => code === DECLINED))
  const progress = chunks.flatMap((chunk): HistoryProgress[] => {
    const metadata = objectAt(chunk, 'metadata')
    const phase = numberAt(metadata, 'phase')
    const percent = numberAt(metadata, 'progress')
    if (phase === null || percent === null || ![0, 1, 2].includes(phase)) return []
    return [{ phase, progress: Math.min(100, Math.max(0, Math.round(percent))) }]
  })
  return { does: 'history', declined, progress }
}

/** `smb_app_state_sync`: the phone book. An edit comes as `add`; who is removed has no name (reference §4.4). */
export const readPhoneBook = (value: JsonObject): PhoneBookEntry[] =>
  objectsAt(value, 'state_sync').flatMap((entry) => {
    const contact = objectAt(entry, 'contact')
    const phone = digitsOf(textAt(contact, 'phone_number'))
    const name = textAt(contact, 'full_name') ?? textAt(contact, 'first_name')
    if (textAt(entry, 'type') !== 'contact' || phone === '') return []
    return [{ phone, name: textAt(entry, 'action') === 'remove' ? null : name }]
  })

function ofThread(element: unknown, client: string, business: string): ImportedMessage {
  const message = requireObject(element)
  if (client === '') throw new MalformedItem('a thread without its client')
  const isOurs = digitsOf(textAt(message, 'from')) === business || idAt(message, 'to') !== null
  return imported(message, client, isOurs ? 'out' : 'in', 'thread')
}

/** In an example of Meta's a file's `from` is the client although the owner sent it: its thread knows better. */
function ofFile(element: unknown, business: string): ImportedMessage {
  const message = requireObject(element)
  const from = digitsOf(textAt(message, 'from'))
  const to = digitsOf(textAt(message, 'to'))
  return from === business || to !== '' ? imported(message, to, 'out', 'file') : imported(message, from, 'in', 'file')
}

function imported(
  message: JsonObject,
  client: string,
  direction: ImportedMessage['direction'],
  from: ImportedMessage['from'],
): ImportedMessage {
  return {
    id: requiredId(message, 'id') as ProviderMessageId,
    client,
    direction,
    content: contentOf(message),
    status: textAt(objectAt(message, 'history_context'), 'status')?.toLowerCase() ?? null,
    at: requiredTime(message, 'timestamp'),
    from,
  }
}

/** The file of a placeholder may come later, where it is no older than two weeks. */
const contentOf = (message: JsonObject): ImportedMessage['content'] =>
  textAt(message, 'type') === 'media_placeholder'
    ? {
        kind: 'unsupported',
        text: 'A file from before the number was connected',
        data: { placeholder: true },
        media: null,
      }
    : readContent(message)

function add(read: ReadHistory, path: string, message: () => ImportedMessage): void {
  try {
    read.messages.push(message())
  } catch (error) {
    // Not the message of an unforeseen error: it may quote what a client wrote.
    const detail = error instanceof MalformedItem ? error.detail : 'the reader failed'
    read.unreadable.push({ path, detail })
  }
}

function each(from: unknown, key: string, path: string, visit: (element: unknown, path: string) => void): void {
  const list = at(from, key)
  if (!Array.isArray(list)) return
  list.forEach((element, index) => {
    visit(element, `${path}/${key}/${index}`)
  })
}

function requireObject(element: unknown): JsonObject {
  if (!isObject(element)) throw new MalformedItem('it is no object')
  return element
}

const digitsOf = (phone: string | null): string => (phone ?? '').replace(/\D/g, '').slice(0, 32)
