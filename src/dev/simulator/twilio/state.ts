import { randomBytes } from 'node:crypto'
import { type KeptState, keptState } from '../world/kept-state.ts'

/** How far a message of the business has come, in Twilio's words; a client's is `received`. */
export type TwilioStatus = 'received' | 'queued' | 'sent' | 'delivered' | 'read' | 'undelivered'

/** What a client can tap, in the order in which it is shown. */
export interface TwilioChoice {
  kind: 'button' | 'row' | 'link' | 'phone' | 'code'
  /** what a tap gives back: of buttons and rows alone */
  id: string | null
  title: string
}

export interface TwilioMessage {
  sid: string
  accountSid: string
  /** E.164 */
  sender: string
  client: string
  direction: 'from_client' | 'to_client'
  text: string | null
  media: { url: string; mime: string | null }[]
  choices: TwilioChoice[]
  /** WhatsApp has approved it: it may be sent at any time */
  template: boolean
  status: TwilioStatus
  errorCode: number | null
  /** where its statuses are posted to; null: nowhere */
  statusCallback: string | null
  at: number
}

/** An entry of the Content API. */
export interface TwilioContent {
  sid: string
  accountSid: string
  friendlyName: string
  language: string
  variables: Record<string, string>
  types: Record<string, Record<string, unknown>>
  /** what WhatsApp was asked; null: nothing */
  approval: { name: string; category: string; askedAt: number } | null
  at: number
  deleted: boolean
}

export interface TwilioFile {
  sid: string
  mime: string
  dataBase64: string
}

export interface TwilioClient {
  phone: string
  name: string
}

type Entry =
  | { t: 'message'; message: TwilioMessage }
  | { t: 'content'; content: TwilioContent }
  | { t: 'file'; file: TwilioFile }
  | { t: 'client'; client: TwilioClient }
  /** clients' files are not kept any more */
  | { t: 'files_gone' }

/** What the simulated Twilio knows; a journal makes it outlive the process. */
export interface TwilioState extends KeptState<Entry> {
  messages: ReadonlyMap<string, TwilioMessage>
  contents: ReadonlyMap<string, TwilioContent>
  files: ReadonlyMap<string, TwilioFile>
  clients: ReadonlyMap<string, TwilioClient>
}

export function openTwilioState(dataDir: string): TwilioState {
  const messages = new Map<string, TwilioMessage>()
  const contents = new Map<string, TwilioContent>()
  const files = new Map<string, TwilioFile>()
  const clients = new Map<string, TwilioClient>()
  const apply = (entry: Entry) => {
    if (entry.t === 'message') messages.set(entry.message.sid, entry.message)
    else if (entry.t === 'content') contents.set(entry.content.sid, entry.content)
    else if (entry.t === 'file') files.set(entry.file.sid, entry.file)
    else if (entry.t === 'client') clients.set(entry.client.phone, entry.client)
    else files.clear()
  }
  return { messages, contents, files, clients, ...keptState(dataDir, 'twilio', apply) }
}

/** Twilio's ids: two letters that say what it is, and 32 hex digits. */
export const newSid = (kind: 'SM' | 'ME' | 'HX'): string => `${kind}${randomBytes(16).toString('hex')}`
