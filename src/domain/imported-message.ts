import type { ProviderMessageId } from './ids.ts'
import type { MessageContent } from './message.ts'

/**
 * A message from before the number was connected, as the phone app hands it over (reference §4.4). It opens no task, no
 * window and no scenario, and counts for nothing.
 */
export interface ImportedMessage {
  id: ProviderMessageId
  /** the client's number, digits alone */
  client: string
  direction: 'in' | 'out'
  content: MessageContent
  /** the provider's word for how far it came, lower case */
  status: string | null
  at: Date
  /** `thread`: its place in a conversation is certain; `file`: the file of a message whose thread says where it belongs */
  from: 'thread' | 'file'
}

/** An entry of the phone book of who owns the number. */
export interface PhoneBookEntry {
  /** digits alone */
  phone: string
  /** null: it was removed there */
  name: string | null
}

/** How far the phone app has come with its history. */
export interface HistoryProgress {
  /** 0: of the last day, 1: of three months, 2: of six */
  phase: number
  /** percent of this phase */
  progress: number
}
