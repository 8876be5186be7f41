import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits as text, for sessions, sign-in links and API tokens. Only its hash is kept. */
export const newOpaqueToken = (): string => randomBytes(32).toString('base64url')

/** Tokens are random, so a plain hash is enough: there is nothing to guess. */
export const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest()
