import type { ChannelAdapter } from './port.ts'

/** An account's keys by where they are kept. */
export interface AccountParts {
  accountId: string
  businessId: string | null
  /** in the open */
  settings: Record<string, unknown>
  /** encrypted */
  secrets: Record<string, string>
}

/** @param given what `AccountForm.keys` let through, whole or in part */
export function partsOfAccount(
  { account, connection }: Pick<ChannelAdapter, 'account' | 'connection'>,
  given: Record<string, unknown>,
): AccountParts {
  const isSecret = new Set(connection.fields.flatMap(({ key, secret }) => (secret ? [key] : [])))
  const settings: Record<string, unknown> = {}
  const secrets: Record<string, string> = {}
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || key === account.id || key === account.business) continue
    if (isSecret.has(key)) secrets[key] = String(value)
    else settings[key] = value
  }
  const businessId = account.business === null ? undefined : given[account.business]
  return {
    accountId: String(given[account.id] ?? ''),
    businessId: businessId === undefined ? null : String(businessId),
    settings,
    secrets,
  }
}
