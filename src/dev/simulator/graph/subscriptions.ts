import type { Context } from 'hono'
import type { Simulation } from '../simulation.ts'
import { authoriseWaba } from './access.ts'
import { answerCall } from './call.ts'
import { GraphError } from './errors.ts'
import { type Json, readJson } from './fields.ts'
import { overrideOf } from './numbers.ts'

const APP = { id: '670843887433847', name: 'Parley simulator', link: 'https://example.com/' }
const facts = { operation: 'subscribe' as const, phoneNumberId: null }

/** `POST /{waba}/subscribed_apps`; an override is possible only once subscribed (reference §1.6). */
export function subscribeApp(sim: Simulation, c: Context, wabaId: string): Promise<Response> {
  return answerCall(sim, c, facts, async () => {
    await authoriseWaba(sim, c, wabaId)
    const request = await bodyOrNothing(c)
    if (request.override_callback_uri === undefined) {
      sim.world.record({ t: 'waba', id: wabaId, patch: { subscribed: true, override: null } })
      sim.courier.hurry()
      return { json: { success: true } }
    }
    if (sim.world.wabas.get(wabaId)?.subscribed !== true) {
      throw new GraphError(
        100,
        'Before override the current callback uri, your app must be subscribed to receive messages for WhatsApp Business Account.',
      )
    }
    const override = await overrideOf(sim, request)
    sim.world.record({ t: 'waba', id: wabaId, patch: { override } })
    sim.courier.hurry()
    return { json: { success: true } }
  })
}

/** The body may be absent, or a form, as Graph takes both. */
async function bodyOrNothing(c: Context): Promise<Json> {
  if (c.req.header('content-type')?.startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(await c.req.text()))
  }
  const text = await c.req.raw.clone().text()
  return text === '' ? {} : readJson(c.req.raw)
}

/** `GET /{waba}/subscribed_apps`. */
export function listSubscriptions(sim: Simulation, c: Context, wabaId: string): Promise<Response> {
  return answerCall(sim, c, facts, async () => {
    await authoriseWaba(sim, c, wabaId)
    const waba = sim.world.wabas.get(wabaId)
    const override = waba?.override ? { override_callback_uri: waba.override.url } : {}
    return {
      json: { data: waba?.subscribed ? [{ whatsapp_business_api_data: APP, ...override }] : [] },
    }
  })
}

/** `DELETE /{waba}/subscribed_apps`: no webhooks from here on. */
export function unsubscribeApp(sim: Simulation, c: Context, wabaId: string): Promise<Response> {
  return answerCall(sim, c, facts, async () => {
    await authoriseWaba(sim, c, wabaId)
    sim.world.record({ t: 'waba', id: wabaId, patch: { subscribed: false, override: null } })
    return { json: { success: true } }
  })
}
