import type { Hono } from 'hono'
import { z } from 'zod'
import { type SendFaults, sendFault } from '../send-faults.ts'
import type { OneByOne } from '../webhooks/one-by-one.ts'
import type { ServiceMessage, ServiceState } from './state.ts'

/** A channel that points here. */
export interface ServiceLine {
  /** the account at the service, as the channel has it */
  sender: string
  /** the adapter's keys by their names */
  config: Record<string, unknown>
  /** what the service shows when it calls */
  webhookKey: string
  /** where its events are posted to, on this machine */
  webhookUrl: string
}

/** What makes one service between Parley and WhatsApp different from the others. */
export interface Service {
  /** below `/simulator/`, and of its journal */
  name: string
  /** as people call it */
  title: string
  longestText: number
  /** where its key is shown */
  proof: 'address' | 'bearer'
  /** what a text outside of the reply window fails with; null: it has no window */
  lateCode: string | null
  /** what a message fails with whose file could not be fetched */
  fileCode: string
  /** a refusal in its own form */
  errorBody(status: number, code: string | null, message: string): object
  /** the calls that it takes */
  api(play: Play): Hono
  /** the event of a message that a client wrote */
  arrived(line: ServiceLine, message: ServiceMessage, context: EventContext): object
  /** the event of how far a message has come */
  reported(line: ServiceLine, message: ServiceMessage, at: number): object
  /** the event of a message that the business wrote in its phone; null: it has none */
  echoed: ((line: ServiceLine, message: ServiceMessage, context: EventContext) => object) | null
  /** what leaves by a call comes back as such an event, too */
  echoesCalls: boolean
  /** the event of what a client did to a message that is there; null: the service does not tell */
  changed(line: ServiceLine, change: ClientChange, context: EventContext): object | null
  /** the event of how the account stands now, in the service's own word; absent: it does not tell */
  stateChanged?(line: ServiceLine, state: string, at: number): object
}

/** What a client did to a message. `message` as it is now; of a reaction, the one that it is on. */
export type ClientChange = { id: string; at: number; message: ServiceMessage } & (
  | { what: 'edit' | 'unsend' }
  | { what: 'reaction'; emoji: string | null }
)

export interface EventContext {
  /** as the client calls themselves */
  name: string
  /** the message that is quoted or tapped, where it is known */
  quoted: ServiceMessage | null
}

/** What may go wrong with a send; a code is the service's own word. */
export const serviceFault = sendFault(z.string().nullable().default(null))

/** What the routes of a simulated service share. */
export interface Play {
  service: Service
  state: ServiceState
  turns: OneByOne
  faults: SendFaults<z.output<typeof serviceFault>>
  lines(): Promise<ServiceLine[]>
  now: () => number
  /** Calls that were to send a message, newest last. */
  calls: { at: number; body: unknown; status: number }[]
  closing: AbortSignal
}

/** The service says no, in its own form. */
export class ServiceRefusal extends Error {
  readonly status: number
  readonly code: string | null

  constructor(status: number, code: string | null, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

const DAY = 24 * 3_600_000

/** May the business write freely? WhatsApp's window stands open for a day after the client's last message. */
export function isLate({ service, state, now }: Play, { sender, client, template }: ServiceMessage): boolean {
  if (service.lateCode === null || template) return false
  const last = [...state.messages.values()]
    .filter((one) => one.direction === 'from_client' && one.sender === sender && one.client === client)
    .reduce((latest, { at }) => Math.max(latest, at), Number.NEGATIVE_INFINITY)
  return now() - last >= DAY
}
