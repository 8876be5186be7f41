import { hash, verify } from '@node-rs/argon2'

/** argon2id with OWASP's minimum; the library's default algorithm, named by its number since const enums do not survive erasure. */
const OPTIONS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

export const hashPassword = (password: string): Promise<string> => hash(password, OPTIONS)

let decoy: Promise<string> | null = null

/**
 * Takes as long for an account that does not exist or has no password (`null`) as for one that has, so that the
 * time of the answer does not tell which accounts exist.
 */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword('nobody has this password')
  const matches = await verify(stored ?? (await decoy), password)
  return stored !== null && matches
}
