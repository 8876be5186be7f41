import type { Token } from './api.ts'

export type TokenState = 'active' | 'expired' | 'revoked'

export function stateOf({ revokedAt, expiresAt }: Pick<Token, 'revokedAt' | 'expiresAt'>, now: Date): TokenState {
  if (revokedAt !== null) return 'revoked'
  return expiresAt !== null && Date.parse(expiresAt) <= now.getTime() ? 'expired' : 'active'
}

export const UNTILS = ['never', 'month', 'quarter', 'year'] as const
export type Until = (typeof UNTILS)[number]

const DAYS: Record<Exclude<Until, 'never'>, number> = { month: 30, quarter: 90, year: 365 }
const DAY_MS = 86_400_000

/** When a token made now ends by itself; null: never. */
export const endOf = (until: Until, now: Date): string | null =>
  until === 'never' ? null : new Date(now.getTime() + DAYS[until] * DAY_MS).toISOString()
