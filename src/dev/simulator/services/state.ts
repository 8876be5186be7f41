import { type KeptState, keptState } from '../world/kept-state.ts'

/** How far a message of the business has come; a client's is `received`. */
export type ServiceStatus = 'received' | 'queued' | 'sent' | 'delivered' | 'read' | 'undelivered'

/** What a client can tap. */
export interface ServiceChoice {
  kind: 'button' | 'row'
  id: string
  title: string
}

export interface ServiceMessage {
  /** the service's id of it */
  sid: string
  /** the channel's account at the service */
  sender: string
  /** E.164 */
  client: string
  direction: 'from_client' | 'to_client'
  /** of the business: sent by a call, or written in its phone */
  author: 'client' | 'api' | 'phone'
  text: string | null
  media: { url: string; mime: string | null; name: string | null }[]
  choices: ServiceChoice[]
  /** WhatsApp has approved it: it may be sent at any time */
  template: boolean
  /** the message that is quoted, or whose choice was tapped */
  quoted: string | null
  tapped: ServiceChoice | null
  /** the caller's own key of it, where the service takes one */
  key: string | null
  status: ServiceStatus
  errorCode: string | null
  at: number
}

export interface ServiceFile {
  sid: string
  mime: string
  dataBase64: string
}

type Entry =
  | { t: 'message'; message: ServiceMessage }
  | { t: 'file'; file: ServiceFile }
  | { t: 'client'; client: { phone: string; name: string } }
  /** clients' files are not kept any more */
  | { t: 'files_gone' }

/** What a simulated service knows; a journal makes it outlive the process. */
export interface ServiceState extends KeptState<Entry> {
  messages: ReadonlyMap<string, ServiceMessage>
  files: ReadonlyMap<string, ServiceFile>
  /** names by number */
  clients: ReadonlyMap<string, string>
}

export function openServiceState(dataDir: string, name: string): ServiceState {
  const messages = new Map<string, ServiceMessage>()
  const files = new Map<string, ServiceFile>()
  const clients = new Map<string, string>()
  const apply = (entry: Entry) => {
    if (entry.t === 'message') messages.set(entry.message.sid, entry.message)
    else if (entry.t === 'file') files.set(entry.file.sid, entry.file)
    else if (entry.t === 'client') clients.set(entry.client.phone, entry.client.name)
    else files.clear()
  }
  return { messages, files, clients, ...keptState(dataDir, name, apply) }
}
