import { randomBytes, randomInt } from 'node:crypto'
import type { Context } from 'hono'
import type { Simulation } from '../simulation.ts'
import { tokenOf } from './access.ts'
import { answerCall } from './call.ts'
import { GraphError } from './errors.ts'

const facts = { operation: 'oauth' as const, phoneNumberId: null }
const SCOPES = ['business_management', 'whatsapp_business_management', 'whatsapp_business_messaging']

/** What a code of a sign-up that never was stands for: `signup-<waba>-<number>`, with `-app` a number of the phone app. */
const SIGNUP = /^signup-(\d+)-(\d+)(-app)?$/
const usedCodes = new WeakMap<Simulation, Set<string>>()
/** Where the dialogue sent the browser with a code: only whoever names the same address may exchange it. */
const redirects = new WeakMap<Simulation, Map<string, string>>()

/** `GET /oauth/access_token`: a code becomes a business token (reference §10.2), once. */
export function exchangeCode(sim: Simulation, c: Context): Promise<Response> {
  return answerCall(sim, c, facts, async () => {
    for (const key of ['client_id', 'client_secret', 'code']) {
      if (!c.req.query(key)) throw new GraphError(100, `Missing ${key} parameter.`)
    }
    const code = c.req.query('code') ?? ''
    const used = usedCodes.get(sim) ?? new Set()
    if (used.has(code)) throw new GraphError(100, 'This authorization code has been used.')
    if (code === 'signup-expired') throw new GraphError(100, 'This authorization code has expired.')
    if ((redirects.get(sim)?.get(code) ?? null) !== (c.req.query('redirect_uri') ?? null)) {
      const words = 'Error validating verification code. Please make sure your redirect_uri is identical to the one'
      throw new GraphError(100, `${words} you used in the OAuth dialog request`)
    }
    usedCodes.set(sim, used.add(code))
    const token = `EAA${randomBytes(48).toString('hex')}`
    const [, waba, number, onPhoneApp] = SIGNUP.exec(code) ?? []
    if (waba !== undefined && number !== undefined) {
      sim.world.record({ t: 'waba', id: waba, patch: { token } })
      sim.world.record({ t: 'number', id: number, patch: { token, ...(onPhoneApp && { onPhoneApp: true }) } })
    }
    return { json: { access_token: token, token_type: 'bearer' } }
  })
}

/** A code for a new business account with one new number, as the dialogue gives it when somebody has shared them. */
export function newSignupCode(sim: Simulation, redirectUri: string, onPhoneApp: boolean): string {
  const id = () => String(randomInt(1e14, 3e14))
  const code = `signup-${id()}-${id()}${onPhoneApp ? '-app' : ''}`
  redirects.set(sim, (redirects.get(sim) ?? new Map()).set(code, redirectUri))
  return code
}

/** `GET /debug_token`: what a token may do. A token that nobody was given is valid for nothing in particular. */
export function debugToken(sim: Simulation, c: Context): Promise<Response> {
  return answerCall(sim, c, facts, async () => {
    const token = c.req.query('input_token')
    if (!token) throw new GraphError(100, 'The parameter input_token is required.')
    const accounts = (await sim.accounts.all(true)).filter((account) => account.accessToken === token)
    // An app's own token is its id and its secret.
    const [appId, secret] = tokenOf(c)?.split('|') ?? []
    if (secret !== undefined && accounts.length > 0 && accounts.every(({ appSecret }) => appSecret !== secret)) {
      throw new GraphError(190, 'Invalid OAuth access token signature.')
    }
    const known = accounts.length > 0 || [...sim.world.numbers.values()].some((number) => number.token === token)
    const signedUp = [...sim.world.wabas.values()].filter((waba) => waba.token === token).map(({ id }) => id)
    const targets = [...new Set([...accounts.map((account) => account.wabaId), ...signedUp])]
    // Whose app it is, is known by who asks: any app can be tried out here.
    const asked = secret !== undefined && /^\d+$/.test(appId ?? '') ? appId : '670843887433847'
    return {
      json: {
        data: known
          ? {
              app_id: asked,
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
