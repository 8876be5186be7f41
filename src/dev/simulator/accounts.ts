import type { World } from './world/world.ts'

/** One business number whose channel points at the simulator, with what Meta would know of its app. */
export interface SimulatedAccount {
  phoneNumberId: string
  wabaId: string
  /** With or without `+` and spaces. */
  displayPhone: string
  name: string
  accessToken: string
  appSecret: string
  /** The app's callback; null until there is one. */
  webhookUrl: string | null
  verifyToken: string
  /** false: a plain Cloud API number, for which a client's edit arrives as `unsupported` (reference §2.2). */
  coexistence?: boolean
  /** The number is held by a reseller, whose key is its token: events are not signed. */
  reseller?: boolean
  /** Messages per second; absent: the settings' limit. */
  perSecond?: number
}

/** Who the business numbers are: asked of the host when needed, and of what was registered over HTTP. */
export interface AccountDirectory {
  /** All accounts; the first one is the default for the phone. `fresh` skips the short cache. */
  all(fresh?: boolean): Promise<SimulatedAccount[]>
  byPhone(phoneNumberId: string): Promise<SimulatedAccount | null>
  byWaba(wabaId: string): Promise<SimulatedAccount | null>
}

/** Long enough to spare the host's database in a mailing, short enough that nobody notices. */
const CACHE_MS = 1000

/**
 * A miss always asks again, so that a channel made a moment ago is known.
 * When the host cannot answer, the last known list stands and the failure is logged.
 */
export function createAccountDirectory(
  world: World,
  ask: () => Promise<SimulatedAccount[]>,
  now: () => number,
  log: (message: string, fields?: Record<string, unknown>) => void,
): AccountDirectory {
  let known: SimulatedAccount[] = []
  let askedAt = Number.NEGATIVE_INFINITY
  let asking: Promise<void> | null = null

  async function refresh(): Promise<void> {
    try {
      known = await ask()
      askedAt = now()
    } catch (error) {
      log('simulator: the accounts could not be asked for', { error: String(error) })
    }
  }

  async function all(fresh = false): Promise<SimulatedAccount[]> {
    if (fresh || now() - askedAt > CACHE_MS) {
      asking ??= refresh().finally(() => {
        asking = null
      })
      await asking
    }
    const registered = [...world.accounts.values()]
    return [...known, ...registered.filter((one) => !known.some((other) => other.phoneNumberId === one.phoneNumberId))]
  }

  async function find(matches: (account: SimulatedAccount) => boolean): Promise<SimulatedAccount | null> {
    return (await all()).find(matches) ?? (await all(true)).find(matches) ?? null
  }

  return {
    all,
    byPhone: (phoneNumberId) => find((account) => account.phoneNumberId === phoneNumberId),
    byWaba: (wabaId) => find((account) => account.wabaId === wabaId),
  }
}
