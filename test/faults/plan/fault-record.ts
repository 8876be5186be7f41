/** What a run of a plan left behind, as far as the promises can be read from it. All texts are different. */
export interface FaultRecord {
  clients: ClientRecord[]
  /** each delivery with the states that people's screens were told of, in their order */
  deliveries: DeliveryRecord[]
  /** calls that the provider noted, in their order */
  calls: CallRecord[]
  /** what did not come to rest after the faults had stopped */
  unfinished: string[]
  /** everything that the processes wrote */
  output: string
  /** what must not be in it, texts aside */
  secrets: string[]
}

export interface ClientRecord {
  phone: string
  /** what was meant, in the order in which it was meant */
  deeds: Deed[]
  /** the client's tasks, each with its feed */
  tasks: { id: string; feed: { author: string; text: string }[] }[]
  /** what the client's phone shows of us */
  received: string[]
}

export interface Deed {
  does: 'write' | 'order' | 'answer' | 'note'
  text: string
  /** Parley said 2xx; else nobody knows */
  acknowledged: boolean
}

export interface DeliveryRecord {
  id: string
  text: string
  state: string
  /** states in the order in which they were told */
  told: string[]
}

export interface CallRecord {
  delivery: string
  /** the provider has the message */
  taken: boolean
}

/** What the scenario of the load notes of an order: once, whatever happens. */
export const noteOn = (order: string): string => `fired by ${order}`
/** What it then says to the client, unless a person was faster: their word takes the scenario's back. */
export const answerTo = (order: string): string => `got ${order}`
