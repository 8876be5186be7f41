import type { AccountDirectory } from '../accounts.ts'
import { businessNumber } from '../simulation.ts'
import type { Update } from '../world/entries.ts'
import type { World } from '../world/world.ts'

/** The app secret of business accounts that nobody described; a channel with this secret understands their webhooks. */
export const DEFAULT_APP_SECRET = 'simulator-app-secret'

export type Target =
  /** `appSecret` null: it is not signed */
  | { to: 'address'; url: string; appSecret: string | null; headers: Record<string, string> }
  /** The business account is not subscribed: Meta sends nothing. */
  | { to: 'nobody' }
  /** Nobody has said yet where to. */
  | { to: 'unknown' }

/** Where an update goes: the number's override, then the business account's, then the app's callback (reference §1.6). */
export async function targetOf(world: World, accounts: AccountDirectory, update: Update): Promise<Target> {
  const number = update.phoneNumberId === null ? null : await businessNumber({ accounts, world }, update.phoneNumberId)
  const wabaId = number?.wabaId ?? update.wabaId
  const account =
    (update.phoneNumberId === null ? null : await accounts.byPhone(update.phoneNumberId)) ??
    (await accounts.byWaba(wabaId))
  const waba = world.wabas.get(wabaId)
  if (waba?.subscribed === false) return { to: 'nobody' }

  const numberOverride = update.phoneNumberId === null ? null : world.numbers.get(update.phoneNumberId)?.override
  const override = numberOverride ?? waba?.override
  // Overrides are for `messages` alone, unless there is no app callback at all.
  const url = update.field === 'messages' ? override?.url || account?.webhookUrl : account?.webhookUrl || override?.url
  if (!url) return { to: 'unknown' }
  if (account?.reseller) {
    // Without a header of its own, the key that proves who calls stands in the address.
    const headers = world.numbers.get(account.phoneNumberId)?.eventHeaders
    return { to: 'address', url: headers ? withoutQuery(url) : url, appSecret: null, headers: headers ?? {} }
  }
  return { to: 'address', url, appSecret: account?.appSecret || DEFAULT_APP_SECRET, headers: {} }
}

const withoutQuery = (url: string): string => url.replace(/\?.*$/, '')
