import { createHash } from 'node:crypto'
import type { ChannelId, ConversationId } from '../domain/ids.ts'

/**
 * Trace and span ids are made from what every process knows already, so nothing is carried through rows, signals or the
 * engine's history (docs/decisions/0048): the server that stores a webhook and the worker that calls the provider
 * arrive at the same trace on their own. Hashes, so that no id of a provider can be read out of them.
 */
export interface Origin {
  conversation: ConversationId | null
  channelId: ChannelId
  /** what the provider calls the event; null: it came from nobody's webhook */
  dedupeKey: string | null
  seq: number | null
}

const hash = (text: string, bytes: number): string =>
  createHash('sha256')
    .update(text)
    .digest('hex')
    .slice(0, bytes * 2)

/** 16 bytes as hexadecimal digits. */
export const traceIdOf = ({ conversation, channelId, dedupeKey, seq }: Origin): string =>
  hash(dedupeKey === null ? `event ${conversation} ${seq}` : `webhook ${channelId} ${dedupeKey}`, 16)

/** 8 bytes; `part` names one span of its trace. */
export const spanIdOf = (traceId: string, part: string): string => hash(`${traceId} ${part}`, 8)

/** Is this trace among the share that is kept? The same in every process. @param ratio from 0 to 1 */
export const isSampled = (traceId: string, ratio: number): boolean =>
  Number.parseInt(traceId.slice(-8), 16) < ratio * 2 ** 32
