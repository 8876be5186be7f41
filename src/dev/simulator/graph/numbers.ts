import type { Context } from 'hono'
import { type BusinessNumber, businessNumber, type Simulation } from '../simulation.ts'
import { formatPhone } from '../wire/phone-number.ts'
import type { Callback } from '../world/entries.ts'
import { authoriseNumber, authoriseWaba } from './access.ts'
import { answerCall } from './call.ts'
import { GraphError, noSuchObject } from './errors.ts'
import { isObject, type Json, optionalString, readJson, requireString } from './fields.ts'

const DEFAULT_FIELDS = [
  'verified_name',
  'code_verification_status',
  'display_phone_number',
  'quality_rating',
  'platform_type',
  'throughput',
  'id',
]

/** `GET /{phone}?fields=` (reference §5.6). */
export function getNumber(sim: Simulation, c: Context, phoneNumberId: string): Promise<Response> {
  return answerCall(sim, c, { operation: 'check', phoneNumberId }, async () => {
    await authoriseNumber(sim, c, phoneNumberId)
    const number = await businessNumber(sim, phoneNumberId)
    return { json: await view(sim, number, c.req.query('fields')) }
  })
}

/** `GET /{waba}/phone_numbers`. */
export function listNumbers(sim: Simulation, c: Context, wabaId: string): Promise<Response> {
  return answerCall(sim, c, { operation: 'check', phoneNumberId: null }, async () => {
    await authoriseWaba(sim, c, wabaId)
    const known = (await sim.accounts.all()).filter((account) => account.wabaId === wabaId)
    const others = [...sim.world.numbers.values()].filter(
      (number) => number.token !== null && number.token === sim.world.wabas.get(wabaId)?.token,
    )
    const ids = [...new Set([...known.map((account) => account.phoneNumberId), ...others.map((number) => number.id)])]
    const data = await Promise.all(
      ids.map(async (id) => view(sim, await businessNumber(sim, id), c.req.query('fields'))),
    )
    const [first] = ids
    const last = ids.at(-1)
    const cursors = {
      before: Buffer.from(first ?? '').toString('base64'),
      after: Buffer.from(last ?? '').toString('base64'),
    }
    return { json: { data, ...(data.length > 0 ? { paging: { cursors } } : {}) } }
  })
}

/** `GET /{waba}`: the business account itself. */
export function getWaba(sim: Simulation, c: Context, wabaId: string): Promise<Response> {
  return answerCall(sim, c, { operation: 'check', phoneNumberId: null }, async () => {
    await authoriseWaba(sim, c, wabaId)
    const account = await sim.accounts.byWaba(wabaId)
    const facts: Json = {
      id: wabaId,
      name: account?.name ?? 'Unnamed business',
      currency: 'USD',
      timezone_id: '1',
      message_template_namespace: `ns_${wabaId}`,
      account_review_status: 'APPROVED',
      business_verification_status: 'verified',
      health_status: health('WABA', wabaId),
    }
    return { json: choose(facts, c.req.query('fields'), ['id', 'name', 'currency', 'timezone_id']) }
  })
}

async function view(sim: Simulation, number: BusinessNumber, fields: string | undefined): Promise<Json> {
  const account = await sim.accounts.byPhone(number.phoneNumberId)
  const record = sim.world.numbers.get(number.phoneNumberId)
  const registered = record?.registered !== false
  const override = sim.world.wabas.get(number.wabaId)?.override
  const facts: Json = {
    id: number.phoneNumberId,
    display_phone_number: formatPhone(number.displayPhone),
    verified_name: number.name,
    quality_rating: 'GREEN',
    status: registered ? 'CONNECTED' : 'DISCONNECTED',
    name_status: 'APPROVED',
    code_verification_status: 'VERIFIED',
    throughput: { level: 'STANDARD' },
    platform_type: registered ? 'CLOUD_API' : 'NOT_APPLICABLE',
    is_on_biz_app: account?.coexistence === true || record?.onPhoneApp === true,
    is_official_business_account: false,
    account_mode: 'LIVE',
    messaging_limit_tier: 'TIER_250',
    whatsapp_business_manager_messaging_limit: 'TIER_250',
    health_status: health('PHONE_NUMBER', number.phoneNumberId),
    webhook_configuration: {
      ...(record?.override ? { phone_number: record.override.url } : {}),
      ...(override ? { whatsapp_business_account: override.url } : {}),
      ...(account?.webhookUrl ? { application: account.webhookUrl } : {}),
    },
  }
  return choose(facts, fields, DEFAULT_FIELDS)
}

const health = (type: string, id: string): Json => ({
  can_send_message: 'AVAILABLE',
  entities: [{ entity_type: type, id, can_send_message: 'AVAILABLE' }],
})

function choose(facts: Json, fields: string | undefined, usual: readonly string[]): Json {
  const names = fields ? fields.split(',').map((name) => name.trim()) : usual
  return Object.fromEntries(
    [...new Set([...names, 'id'])].map((name) => {
      if (!(name in facts)) throw new GraphError(100, `Tried accessing nonexisting field (${name})`)
      return [name, facts[name]]
    }),
  )
}

/** `POST /{phone}`: the number's own webhook override (reference §1.6). */
export function configureNumber(sim: Simulation, c: Context, phoneNumberId: string): Promise<Response> {
  return answerCall(sim, c, { operation: 'subscribe', phoneNumberId }, async () => {
    await authoriseNumber(sim, c, phoneNumberId)
    const request = await readJson(c.req.raw)
    if (!isObject(request.webhook_configuration)) throw noSuchObject(phoneNumberId, 'post')
    const override = await overrideOf(sim, request.webhook_configuration)
    sim.world.record({ t: 'number', id: phoneNumberId, patch: { override } })
    return { json: { success: true } }
  })
}

/** `POST /{phone}/register` with the two-step PIN (reference §10.2). */
export function registerNumber(sim: Simulation, c: Context, phoneNumberId: string): Promise<Response> {
  return answerCall(sim, c, { operation: 'register', phoneNumberId }, async () => {
    await authoriseNumber(sim, c, phoneNumberId)
    const request = await readJson(c.req.raw)
    if (request.messaging_product !== 'whatsapp') {
      throw new GraphError(100, 'The parameter messaging_product is required.')
    }
    const pin = requireString(request, 'pin', 6)
    if (!/^\d{6}$/.test(pin)) throw new GraphError(100, 'Param pin must be 6 characters long.')
    const known = sim.world.numbers.get(phoneNumberId)?.pin ?? null
    if (known !== null && known !== pin) throw new GraphError(133005, 'Incorrect two-step verification PIN.')
    sim.world.record({ t: 'number', id: phoneNumberId, patch: { registered: true, pin } })
    return { json: { success: true } }
  })
}

/** `POST /{phone}/deregister`; not for numbers that the phone app uses too (reference §10.3). */
export function deregisterNumber(sim: Simulation, c: Context, phoneNumberId: string): Promise<Response> {
  return answerCall(sim, c, { operation: 'register', phoneNumberId }, async () => {
    await authoriseNumber(sim, c, phoneNumberId)
    if ((await sim.accounts.byPhone(phoneNumberId))?.coexistence === true) {
      throw new GraphError(100, 'A number that is used in the WhatsApp Business app cannot be deregistered.')
    }
    sim.world.record({ t: 'number', id: phoneNumberId, patch: { registered: false } })
    return { json: { success: true } }
  })
}

/**
 * A callback override, after Meta's verification request (reference §1.1); null for the empty string, which removes it.
 * @throws GraphError 100 for a bad address, 2200 when the verification fails
 */
export async function overrideOf(sim: Simulation, request: Json): Promise<Callback | null> {
  if (request.override_callback_uri === '') return null
  const url = requireString(request, 'override_callback_uri', 200)
  const verifyToken = optionalString(request, 'verify_token', 512) ?? ''
  if (!URL.canParse(url) || !isPublicOrLoopback(new URL(url))) {
    throw new GraphError(100, 'Param override_callback_uri must be an https address.')
  }
  const check = new URL(url)
  const challenge = String(Math.floor(Math.random() * 2 ** 31))
  check.searchParams.set('hub.mode', 'subscribe')
  check.searchParams.set('hub.challenge', challenge)
  check.searchParams.set('hub.verify_token', verifyToken)
  const failure = await verify(sim, check, challenge)
  if (failure !== null) {
    throw new GraphError(2200, `Callback verification failed with the following errors: ${failure}`)
  }
  return { url, verifyToken }
}

async function verify(sim: Simulation, check: URL, challenge: string): Promise<string | null> {
  try {
    const answer = await fetch(check, {
      redirect: 'manual',
      signal: AbortSignal.any([sim.closing, AbortSignal.timeout(10_000)]),
    })
    const body = await answer.text()
    if (answer.status !== 200) return `HTTP Status Code = ${answer.status}; HTTP Message = ${answer.statusText}`
    return body === challenge ? null : 'The challenge was not returned.'
  } catch (error) {
    sim.log('simulator: a callback could not be verified', { error: String(error) })
    return 'The address could not be reached.'
  }
}

/** Meta takes https alone; a test server on this machine has no certificate. */
function isPublicOrLoopback(url: URL): boolean {
  if (url.protocol === 'https:') return true
  return url.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
}
