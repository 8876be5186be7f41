import { randomBytes } from 'node:crypto'
import type { Context } from 'hono'
import type { Simulation } from '../simulation.ts'
import { answerCall } from './call.ts'
import { GraphError } from './errors.ts'

const facts = { operation: 'oauth' as const, phoneNumberId: null }
const SCOPES = ['business_management', 'whatsapp_business_management', 'whatsapp_business_messaging']

/** `GET /oauth/access_token`: a code becomes a business token (reference §10.2). */
export function exchangeCode(sim: Simulation, c: Context): Promise<Response> {
  return answerCall(sim, c, facts, async () => {
    for (const key of ['client_id', 'client_secret', 'code']) {
      if (!c.req.query(key)) throw new GraphError(100, `Missing ${key} parameter.`)
    }
    return { json: { access_token: `EAA${randomBytes(48).toString('hex')}`, token_type: 'bearer' } }
  })
}

/** `GET /debug_token`: what a token may do. A token that nobody was given is valid for nothing in particular. */
export function debugToken(sim: Simulation, c: Context): Promise<Response> {
  return answerCall(sim, c, facts, async () => {
    const token = c.req.query('input_token')
    if (!token) throw new GraphError(100, 'The parameter input_token is required.')
    const accounts = (await sim.accounts.all(true)).filter((account) => account.accessToken === token)
    const known = accounts.length > 0 || [...sim.world.numbers.values()].some((number) => number.token === token)
    const targets = accounts.map((account) => account.wabaId)
    return {
      json: {
        data: known
          ? {
              app_id: '670843887433847',
              type: 'SYSTEM_USER',
              application: 'Parley simulator',
              is_valid: true,
              expires_at: 0,
              data_access_expires_at: 0,
              scopes: SCOPES,
              granular_scopes: SCOPES.slice(1).map((scope) => ({ scope, target_ids: targets })),
            }
          : {
              is_valid: false,
              scopes: [],
              error: { code: 190, message: 'Invalid OAuth access token - Cannot parse access token', subcode: 463 },
            },
      },
    }
  })
}
