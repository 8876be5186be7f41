import { eventually } from '../kit/eventually.ts'
import type { RunningParley } from './parley-process.ts'

/** What the simulated phone shows of one message. */
export interface PhoneMessage {
  id: string
  direction: 'from_client' | 'to_client'
  kind: string
  text: string | null
  media: { mime: string; size: number } | null
  state: string
}

/** A client with the simulated phone in their hand. */
export function phoneOf(parley: RunningParley, from: string, name: string) {
  const received = async (): Promise<PhoneMessage[]> => {
    const { items } = await parley.api<{ items: PhoneMessage[] }>(
      'GET',
      `/simulator/phone/messages?from=${encodeURIComponent(from)}`,
    )
    return items.filter(({ direction }) => direction === 'to_client')
  }
  return {
    /** Writes to the demo channel. @param content `{ text }`, `{ media }` …, as the simulator takes it */
    write: (content: Record<string, unknown>) =>
      parley.api<{ id: string }>('POST', '/simulator/phone/messages', { from, name, ...content }),
    /** What the business wrote, oldest first. */
    received,
    /** Waits for a message. */
    receives: (matches: (message: PhoneMessage) => boolean) =>
      eventually(async () => {
        const messages = await received()
        const found = messages.find(matches)
        if (!found)
          throw new Error(`the phone has only ${JSON.stringify(messages.map(({ kind, text }) => ({ kind, text })))}`)
        return found
      }),
    /** Looks at the chat: everything in it becomes read. */
    read: () => parley.api('POST', '/simulator/phone/read', { from }),
  }
}
