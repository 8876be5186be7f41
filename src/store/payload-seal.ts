import type { SecretBox } from './secret-box.ts'

/** A value on its way into the engine's histories, as its protocol has it. */
export interface EnginePayload {
  metadata?: Record<string, Uint8Array> | null
  data?: Uint8Array | null
}

/** Names the form in a payload's own metadata, so that it stands beside what is not sealed. */
const SEALED = 'binary/parley-sealed'
const LENGTH_BYTES = 4

const encodingOf = ({ metadata }: EnginePayload): string =>
  metadata?.encoding ? Buffer.from(metadata.encoding).toString('utf8') : ''

/** Seals a payload with its metadata; outside it shows its form and the name of the key. */
export function sealPayload(box: SecretBox, payload: EnginePayload): EnginePayload {
  const inside = Object.entries(payload.metadata ?? {}).map(([key, value]) => [
    key,
    Buffer.from(value).toString('base64'),
  ])
  const head = Buffer.from(JSON.stringify(Object.fromEntries(inside)), 'utf8')
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32BE(head.byteLength)
  const sealed = box.sealBytes(Buffer.concat([length, head, payload.data ?? new Uint8Array()]))
  return {
    metadata: { encoding: Buffer.from(SEALED), key: Buffer.from(box.keyOf(sealed) ?? '') },
    data: sealed,
  }
}

/**
 * A payload as it was; one that is not sealed stays as it is.
 * @throws when its key is not given, or its bytes were changed
 */
export function openPayload(box: SecretBox, payload: EnginePayload): EnginePayload {
  if (encodingOf(payload) !== SEALED) return payload
  const bytes = box.openBytes(Buffer.from(payload.data ?? new Uint8Array()))
  const end = LENGTH_BYTES + bytes.readUInt32BE(0)
  const head = JSON.parse(bytes.subarray(LENGTH_BYTES, end).toString('utf8')) as Record<string, string>
  const metadata = Object.entries(head).map(([key, value]) => [key, Buffer.from(value, 'base64')] as const)
  return { metadata: Object.fromEntries(metadata), data: bytes.subarray(end) }
}

/** The name of the key that a payload is sealed with; null: it is not sealed. */
export const keyOfPayload = (box: SecretBox, payload: EnginePayload): string | null =>
  encodingOf(payload) === SEALED ? box.keyOf(Buffer.from(payload.data ?? new Uint8Array())) : null
