import type { Context } from 'hono'
import type { SimulatedAccount } from '../accounts.ts'
import type { Simulation } from '../simulation.ts'
import { GraphError } from './errors.ts'

/** The header that 360dialog takes its key by: the token of the one number that it is for. */
export const RESELLER_KEY = 'd360-api-key'

/** The access token of a call: header or query, as Graph takes it, or a reseller's key in a header of its own. */
export function tokenOf(c: Context): string | null {
  const header = c.req.header('authorization')
  const token =
    header?.match(/^(?:Bearer|OAuth)\s+(\S+)\s*$/i)?.[1] ?? c.req.header(RESELLER_KEY) ?? c.req.query('access_token')
  return token || null
}

/**
 * Checks the token of a call for a number. A number that nobody described takes any token.
 * @throws GraphError 104 without a token, 190 with another one than the account's
 */
export async function authoriseNumber(sim: Simulation, c: Context, phoneNumberId: string): Promise<void> {
  const token = await authorise(sim, c, (account) => account.phoneNumberId === phoneNumberId)
  if (!sim.world.numbers.has(phoneNumberId)) {
    sim.world.record({ t: 'number', id: phoneNumberId, patch: { token } })
  }
}

/** The same for a business account: the token of any of its numbers will do. */
export async function authoriseWaba(sim: Simulation, c: Context, wabaId: string): Promise<void> {
  const token = await authorise(sim, c, (account) => account.wabaId === wabaId)
  if (!sim.world.wabas.has(wabaId)) sim.world.record({ t: 'waba', id: wabaId, patch: { token } })
}

/** What belongs to the app alone: the token of any of its numbers will do. */
export async function authoriseApp(sim: Simulation, c: Context): Promise<void> {
  await authorise(sim, c, () => true)
}

async function authorise(
  sim: Simulation,
  c: Context,
  concerned: (account: SimulatedAccount) => boolean,
): Promise<string> {
  const token = tokenOf(c)
  if (token === null) throw new GraphError(104, 'An access token is required to request this resource.')
  // A token changed a moment ago may not be in the cached list yet, hence the second look.
  for (const fresh of [false, true]) {
    const accounts = (await sim.accounts.all(fresh)).filter(concerned)
    // A channel that was disconnected has none left: whoever comes next brings the new one.
    if (accounts.some(({ accessToken }) => accessToken === token || accessToken === '')) return token
    if (fresh && accounts.length === 0) return token
  }
  throw new GraphError(190, 'Invalid OAuth access token - Cannot parse access token')
}
