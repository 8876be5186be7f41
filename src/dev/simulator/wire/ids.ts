import { randomBytes, randomInt } from 'node:crypto'

/**
 * A wamid of the observed layout (reference §2.1): base64 of `1C 18 <len> <phone> 15 02 00 <11 out|12 in> 18 <len> <hex id> 00`.
 * Outgoing ids hold 18 hex digits, a client's 20 that begin with 3A.
 */
export function newWamid(client: string, direction: 'from_client' | 'to_client'): string {
  const own = direction === 'to_client' ? hex(9) : `3A${hex(9)}`
  const bytes = Buffer.concat([
    Buffer.from([0x1c, 0x18, client.length]),
    Buffer.from(client, 'latin1'),
    Buffer.from([0x15, 0x02, 0x00, direction === 'to_client' ? 0x11 : 0x12, 0x18, own.length]),
    Buffer.from(own, 'latin1'),
    Buffer.from([0x00]),
  ])
  return `wamid.${bytes.toString('base64')}`
}

/** Media and template ids: 16 digits, below 2^53, as webhooks carry template ids as JSON numbers (reference §4.1). */
export function newNumericId(): string {
  return `${randomInt(1, 9)}${String(randomInt(0, 10 ** 12)).padStart(12, '0')}${String(randomInt(0, 1000)).padStart(3, '0')}`
}

/** Meta's trace id, as in every error envelope. */
export const newTraceId = (): string => `A${randomBytes(16).toString('base64url')}`

/** Ids of the simulator's own things. */
export const newId = (kind: string): string => `${kind}_${randomBytes(9).toString('base64url')}`

const hex = (bytes: number): string => randomBytes(bytes).toString('hex').toUpperCase()
