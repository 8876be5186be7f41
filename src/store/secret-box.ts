import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/**
 * Encryption of channel secrets at rest: AES-256-GCM. Layout: version byte, 4 bytes that name the key, 12 bytes nonce,
 * 16 bytes tag, ciphertext. Several keys may be known (rotation): the first encrypts, any decrypts.
 */
export interface SecretBox {
  /** Names of the given keys, the newest first: 8 hexadecimal digits each, which tell nothing of the key. */
  readonly keys: readonly string[]
  /** What everything that is sealed now begins with. */
  readonly newestHeader: Buffer
  seal(value: unknown): Buffer
  /** The same for bytes as they are. */
  sealBytes(bytes: Uint8Array): Buffer
  /** The name of the key it was sealed with, given or not; null: it is nothing that was sealed. */
  keyOf(sealed: Buffer): string | null
  /** @throws when the key is not known or the bytes were changed */
  open(sealed: Buffer): unknown
  /** @throws as `open` does */
  openBytes(sealed: Buffer): Buffer
}

const VERSION = 1
const NAME_BYTES = 4
/** Version, name, nonce and tag. */
const OVERHEAD = 1 + NAME_BYTES + 12 + 16

/** Keys as they stand in a variable or a file: with commas, spaces or lines between, the newest first. */
export const keysIn = (text: string): string[] => text.split(/[\s,]+/).filter((key) => key !== '')

/** @param keys 32-byte keys as 64 hex digits, the newest first */
export function secretBox(keys: readonly string[]): SecretBox {
  const known = keys.map((text) => {
    if (!/^[0-9a-f]{64}$/i.test(text)) throw new Error('PARLEY_SECRET_KEY must be 64 hexadecimal digits (32 bytes)')
    const key = Buffer.from(text, 'hex')
    return { key, name: createHash('sha256').update('parley-key').update(key).digest().subarray(0, NAME_BYTES) }
  })
  const newest = known[0]
  if (!newest) throw new Error('no secret key is given')

  function sealBytes(bytes: Uint8Array): Buffer {
    const { key, name } = newest as (typeof known)[number]
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    const body = Buffer.concat([cipher.update(bytes), cipher.final()])
    return Buffer.concat([Buffer.from([VERSION]), name, nonce, cipher.getAuthTag(), body])
  }

  function openBytes(sealed: Buffer): Buffer {
    if (sealed[0] !== VERSION) throw new Error('unknown form of an encrypted secret')
    const name = sealed.subarray(1, 5)
    const found = known.find((candidate) => candidate.name.equals(name))
    if (!found)
      throw new Error('a secret was encrypted with a key that is not given; add it to PARLEY_SECRET_KEY_PREVIOUS')
    const decipher = createDecipheriv('aes-256-gcm', found.key, sealed.subarray(5, 17))
    decipher.setAuthTag(sealed.subarray(17, 33))
    return Buffer.concat([decipher.update(sealed.subarray(33)), decipher.final()])
  }

  return {
    keys: known.map(({ name }) => name.toString('hex')),
    newestHeader: Buffer.concat([Buffer.from([VERSION]), newest.name]),
    keyOf: (sealed) =>
      sealed[0] === VERSION && sealed.length >= OVERHEAD ? sealed.subarray(1, 1 + NAME_BYTES).toString('hex') : null,
    seal: (value) => sealBytes(Buffer.from(JSON.stringify(value), 'utf8')),
    sealBytes,
    open: (sealed) => JSON.parse(openBytes(sealed).toString('utf8')),
    openBytes,
  }
}
