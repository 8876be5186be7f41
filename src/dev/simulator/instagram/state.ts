import { randomBytes } from 'node:crypto'
import { type KeptState, keptState } from '../world/kept-state.ts'

/** A business on the simulated Instagram. */
export interface InstagramAccount {
  accountId: string
  username: string
  name: string
  kind: 'BUSINESS' | 'MEDIA_CREATOR' | 'PERSONAL'
  login: 'instagram' | 'facebook'
  pageId: string | null
  accessToken: string
  appSecret: string
  /** where its app's events go; null: nobody has said */
  webhookUrl: string | null
  /** Meta has granted the app the feature Human Agent */
  humanAgent: boolean
  subscribed: boolean
  tokenEndsAt: number | null
}

export interface InstagramClient {
  igsid: string
  username: string
  name: string | null
}

export interface InstagramMessage {
  mid: string
  accountId: string
  igsid: string
  direction: 'from_client' | 'to_client'
  author: 'client' | 'api' | 'app'
  text: string | null
  attachments: { type: string; url: string; mime: string | null; size: number | null }[]
  quickReplies: { title: string; payload: string }[]
  tag: string | null
  privateReplyTo: string | null
  at: number
  read: boolean
  deleted: boolean
}

export interface InstagramComment {
  id: string
  accountId: string
  igsid: string
  postId: string
  text: string
  at: number
  answered: boolean
}

export interface StoredFile {
  id: string
  mime: string
  dataBase64: string
}

type Entry =
  | { t: 'account'; account: InstagramAccount }
  | { t: 'client'; client: InstagramClient }
  | { t: 'message'; message: InstagramMessage }
  | { t: 'comment'; comment: InstagramComment }
  | { t: 'file'; file: StoredFile }

/** What the simulated Instagram knows; a journal makes it outlive the process. */
export interface InstagramState extends KeptState<Entry> {
  accounts: ReadonlyMap<string, InstagramAccount>
  clients: ReadonlyMap<string, InstagramClient>
  messages: ReadonlyMap<string, InstagramMessage>
  comments: ReadonlyMap<string, InstagramComment>
  files: ReadonlyMap<string, StoredFile>
}

export function openInstagramState(dataDir: string): InstagramState {
  const accounts = new Map<string, InstagramAccount>()
  const clients = new Map<string, InstagramClient>()
  const messages = new Map<string, InstagramMessage>()
  const comments = new Map<string, InstagramComment>()
  const files = new Map<string, StoredFile>()
  const apply = (entry: Entry) => {
    if (entry.t === 'account') accounts.set(entry.account.accountId, entry.account)
    else if (entry.t === 'client') clients.set(entry.client.igsid, entry.client)
    else if (entry.t === 'message') messages.set(entry.message.mid, entry.message)
    else if (entry.t === 'comment') comments.set(entry.comment.id, entry.comment)
    else files.set(entry.file.id, entry.file)
  }
  return { accounts, clients, messages, comments, files, ...keptState(dataDir, 'instagram', apply) }
}

/** As long and as opaque as the real ones. */
export const newMid = (): string => `aWdf${randomBytes(60).toString('base64url')}`
export const newNumber = (prefix: string, digits: number): string =>
  prefix +
  BigInt(`0x${randomBytes(12).toString('hex')}`)
    .toString()
    .slice(0, digits - prefix.length)
