import { expect } from 'vitest'
import type { Seen, SeenComment } from './fixture-stage.ts'

/** What one file does. What is not named stays as it is on an empty channel. */
export interface Outcome {
  /** Files that came before. */
  after?: string[]
  /** The provider's id of a message of ours that the file is about; the feed then begins with "Earlier" and "Ours". */
  answers?: string
  /** The channel's state before. */
  from?: string
  /** Another number of the same app. */
  other?: { number: string; business: string }
  becomes: Partial<Seen>
}

export const seconds = (unix: number): string => new Date(unix * 1_000).toISOString()

export const comment = (at: number, text: string | null, more: Partial<SeenComment> = {}): SeenComment => ({
  by: 'contact Sheena Nelson',
  kind: 'text',
  text,
  data: {},
  files: [],
  reactions: [],
  edited: null,
  deleted: false,
  quotes: null,
  at: seconds(at),
  ...more,
})

export const SHEENA = {
  name: 'Sheena Nelson',
  phone: '+16505551234',
  identities: ['wa_id:16505551234'],
  optedOut: false,
}

/** The client wrote these; the last one opened the reply window. */
export const writes = (...feed: SeenComment[]): Partial<Seen> => ({
  tasks: 1,
  feed,
  contact: SHEENA,
  window:
    feed
      .map(({ at }) => at)
      .toSorted()
      .at(-1) ?? null,
})

export const message = (at: number, text: string | null, more: Partial<SeenComment> = {}): Outcome => ({
  becomes: writes(comment(at, text, more)),
})

export const EARLIER = comment(1759999990, 'Earlier')
export const OURS: SeenComment = { ...EARLIER, by: 'employee Olga Owner', text: 'Ours' }

/** A message that quotes one of ours. */
export const quoting = (id: string, at: number, text: string, more: Partial<SeenComment> = {}): Outcome => ({
  answers: id,
  becomes: {
    ...writes(EARLIER, OURS, comment(at, text, { quotes: 'Ours', ...more })),
    deliveries: [{ state: 'accepted', error: null, moments: {} }],
  },
})

/** A status of a message of ours. */
export const status = (
  id: string,
  state: string,
  moments: Record<string, number>,
  error: Seen['deliveries'][number]['error'] = null,
): Outcome => ({
  answers: id,
  becomes: {
    ...writes(EARLIER, OURS),
    window: EARLIER.at,
    deliveries: [
      {
        state,
        error,
        moments: Object.fromEntries(Object.entries(moments).map(([moment, at]) => [moment, seconds(at)])),
      },
    ],
  },
})
export const failed = (id: string, at: number, code: string, words: string): Outcome =>
  status(id, 'failed', { failedAt: at }, { code, message: words })

const STOPPED: SeenComment = {
  ...comment(0, 'The client stopped marketing messages'),
  by: 'system Parley',
  kind: 'system',
  data: { change: 'optedOut', to: true },
}

/** The client wants no marketing: the task's people read of it, and it is kept with the client. */
export const optingOut = (outcome: Outcome): Outcome => ({
  ...outcome,
  becomes: {
    ...outcome.becomes,
    feed: [...(outcome.becomes?.feed ?? []), STOPPED],
    contact: { ...SHEENA, optedOut: true },
  },
})

/** What is about the account, and about no conversation. */
export const onChannel = (event: string, channel?: Seen['channel'], from?: string): Outcome => ({
  ...(from === undefined ? {} : { from }),
  becomes: { events: [event], ...(channel === undefined ? {} : { channel }) },
})

export const FOREIGN: Outcome = { becomes: { letters: [['unknown_object', '']] } }

export const ID = (tail: string): string => `wamid.HBgLMTY1MDU1NTEyMzQVAgARGB${tail}`
export const TEXT = comment(1760000000, 'Does it come in another color?')
export const photo = { kind: 'image', files: ['image image/jpeg'] }
export const BUSINESS_PHONE = 'phone_app Shop'

/** The status names the client by a number that was not known before: it is the same client. */
export function revealing(identities: string[], outcome: Outcome): Outcome {
  return { ...outcome, becomes: { ...outcome.becomes, contact: { ...SHEENA, identities } } }
}

export function withErrors(code: string, more: Record<string, unknown> = {}) {
  return { ...more, errors: [expect.objectContaining({ code })], raw: expect.objectContaining({ type: 'unsupported' }) }
}
