import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/**
 * Encryption of channel secrets at rest: AES-256-GCM. Layout: version byte, 4 bytes that name the key, 12 bytes nonce,
 * 16 bytes tag, ciphertext. Several keys may be known (rotation): the first encrypts, any decrypts.
 */
export interface SecretBox {
  seal(value: unknown): Buffer
  /** @throws when the key is not known or the bytes were changed */
  open(sealed: Buffer): unknown
}

const VERSION = 1

/** @param keys 32-byte keys as 64 hex digits, the newest first */
export function secretBox(keys: readonly string[]): SecretBox {
  const known = keys.map((text) => {
    if (!/^[0-9a-f]{64}$/i.test(text)) throw new Error('PARLEY_SECRET_KEY must be 64 hexadecimal digits (32 bytes)')
    const key = Buffer.from(text, 'hex')
    return { key, name: createHash('sha256').update('parley-key').update(key).digest().subarray(0, 4) }
  })
  const newest = known[0]
  if (!newest) throw new Error('no secret key is given')

  return {
    seal(value) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', newest.key, nonce)
      const body = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()])
      return Buffer.concat([Buffer.from([VERSION]), newest.name, nonce, cipher.getAuthTag(), body])
    },
    open(sealed) {
      if (sealed[0] !== VERSION) throw new Error('unknown form of an encrypted secret')
      const name = sealed.subarray(1, 5)
      const found = known.find((candidate) => candidate.name.equals(name))
      if (!found)
        throw new Error('a channel secret was encrypted with a key that is not given; add it to PARLEY_SECRET_KEY')
      const decipher = createDecipheriv('aes-256-gcm', found.key, sealed.subarray(5, 17))
      decipher.setAuthTag(sealed.subarray(17, 33))
      return JSON.parse(Buffer.concat([decipher.update(sealed.subarray(33)), decipher.final()]).toString('utf8'))
    },
  }
}
