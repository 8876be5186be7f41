import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'
import { addFault, newFault } from './faults.ts'
import { setTemplateStatus } from './graph/templates.ts'
import { SMALL_BODY_LIMIT } from './limits.ts'
import { numberFor } from './phone/write.ts'
import { Refusal } from './refusal.ts'
import { parsedBody } from './request-body.ts'
import { settingsPatch } from './settings.ts'
import { businessNumber, type Simulation } from './simulation.ts'

const digits = z.string().regex(/^\d+$/)
const account = z.strictObject({
  phoneNumberId: digits,
  wabaId: digits,
  displayPhone: z.string().min(5),
  name: z.string(),
  accessToken: z.string().min(1),
  appSecret: z.string().min(1),
  webhookUrl: z.url().nullable(),
  verifyToken: z.string(),
  coexistence: z.boolean().optional(),
  perSecond: z.number().positive().optional(),
})
const rawWebhook = z.strictObject({
  phoneNumberId: digits.optional(),
  field: z.string().min(1),
  value: z.record(z.string(), z.unknown()),
  /** `entry[].id`, where it is not the business account: partner events (reference §4.3). */
  entryId: z.string().optional(),
  /** Integer seconds; account-level fields have it, `messages` does not. */
  time: z.number().int().nullable().optional(),
})
const templateStatus = z.strictObject({ status: z.string().regex(/^[A-Z_]+$/), reason: z.string().default('NONE') })

/** What tests and demos steer the simulator with: accounts, faults, settings, the record of calls. */
export function controlRoutes(sim: Simulation): Hono {
  const app = new Hono()
  const { world } = sim
  app.use(
    bodyLimit({
      maxSize: SMALL_BODY_LIMIT,
      onError: () => {
        throw new Refusal(413, 'too_large', 'The body is too large.')
      },
    }),
  )

  app.get('/accounts', async (c) => {
    const items = (await sim.accounts.all()).map(
      ({ accessToken: _t, appSecret: _s, verifyToken: _v, ...shown }) => shown,
    )
    return c.json({ items, next: null })
  })
  app.post('/accounts', async (c) => {
    const { coexistence, perSecond, ...given } = await parsedBody(c, account)
    const added = {
      ...given,
      ...(coexistence === undefined ? {} : { coexistence }),
      ...(perSecond === undefined ? {} : { perSecond }),
    }
    world.record({ t: 'account', account: added })
    sim.courier.hurry()
    return c.json({ phoneNumberId: added.phoneNumberId }, 201)
  })

  app.get('/faults', (c) => c.json({ items: [...world.faults.values()].map(flat), next: null }))
  app.post('/faults', async (c) => c.json(flat(addFault(world, await parsedBody(c, newFault))), 201))
  app.delete('/faults', (c) => {
    for (const id of [...world.faults.keys()]) removeFault(id)
    return c.body(null, 204)
  })
  app.delete('/faults/:id', (c) => {
    if (!world.faults.has(c.req.param('id'))) throw new Refusal(404, 'not_found', 'There is no such fault.')
    removeFault(c.req.param('id'))
    return c.body(null, 204)
  })
  function removeFault(id: string): void {
    world.record({ t: 'fault_removed', id })
    sim.courier.release(id)
  }

  app.get('/settings', (c) => c.json(world.settings))
  app.post('/settings', async (c) => {
    const patch = await parsedBody(c, settingsPatch)
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
    world.record({ t: 'settings', settings: { ...world.settings, ...given } })
    return c.json(world.settings)
  })

  app.get('/calls', (c) => {
    const { to, callbackData, operation, phoneNumberId, wamid } = c.req.query()
    const items = [...world.calls.values()].filter(
      (call) =>
        (to === undefined || call.to?.replace(/\D/g, '') === to.replace(/\D/g, '')) &&
        (callbackData === undefined || call.callbackData === callbackData) &&
        (operation === undefined || call.operation === operation) &&
        (phoneNumberId === undefined || call.phoneNumberId === phoneNumberId) &&
        (wamid === undefined || call.wamid === wamid),
    )
    return c.json({ items, next: null })
  })

  app.get('/webhooks', (c) => c.json({ items: [...world.owed.values()], next: null }))
  app.post('/webhooks', async (c) => {
    const request = await parsedBody(c, rawWebhook)
    const number = await businessNumber(sim, await numberFor(sim, request.phoneNumberId))
    const webhooks = sim.courier.post([
      {
        wabaId: request.entryId ?? number.wabaId,
        phoneNumberId: number.phoneNumberId,
        field: request.field,
        value: request.value,
        time:
          request.time === undefined && request.field !== 'messages'
            ? Math.floor(sim.now() / 1000)
            : (request.time ?? null),
        about: { from: null, to: null, messageIds: [] },
      },
    ])
    return c.json({ ids: webhooks.map((webhook) => webhook.id) }, 201)
  })
  app.post('/webhooks/flush', (c) => {
    sim.courier.hurry()
    return c.json({ success: true })
  })

  app.post('/templates/:id/status', async (c) => {
    const template = world.templates.get(c.req.param('id'))
    if (!template) throw new Refusal(404, 'not_found', 'There is no such template.')
    const { status, reason } = await parsedBody(c, templateStatus)
    setTemplateStatus(sim, template, status, reason)
    return c.json({ success: true })
  })
  return app
}

/** A fault as it was written: the action's keys beside the others. */
function flat({ action, ...fault }: ReturnType<typeof addFault>) {
  return { ...fault, ...action }
}
