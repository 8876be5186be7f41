import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunId, ScenarioId, WebhookId } from '../../../src/domain/ids.ts'
import { inTransaction } from '../../../src/store/index.ts'
import { newId } from '../../../src/store/new-id.ts'
import { queueEvent, retryWebhookDelivery } from '../../../src/store/webhooks/deliveries.ts'
import { forgetOldWebhooks } from '../../../src/store/webhooks/housekeeping.ts'
import { type AttemptOutcome, claimUndelivered, recordAttempt, takeDue } from '../../../src/store/webhooks/outbox.ts'
import { createWebhook, rotateWebhookSecret } from '../../../src/store/webhooks/subscriptions.ts'
import { type House, openHouse, secrets } from '../../kit/house.ts'
import { publishDocument } from '../../kit/scenarios.ts'

const SYSTEM = { kind: 'system', id: null } as const
let house: House
let scenario: ScenarioId
beforeAll(async () => {
  house = await openHouse()
  scenario = await publishDocument(
    house,
    'id: emits\nname: Emits\ntrigger: { event: message.received }\nsteps: [ { id: s1, emit: { event: it } } ]',
  )
})
afterAll(() => house.close())

const tx = <T>(work: Parameters<typeof inTransaction<T>>[1]) => inTransaction(house.database.db, work)
const subscribe = async (events: string[]) => {
  const values = { name: 'Shop', url: 'https://example.test', events, allowPrivateAddress: false, createdBy: null }
  return (await tx((one) => createWebhook(one, secrets, values, SYSTEM))).row.id
}
const addRun = async (): Promise<RunId> => {
  const id = newId<RunId>()
  await house.database.pool.query(
    "insert into runs (id, scenario_id, version, state, run) values ($1, $2, 1, 'finished', '{}')",
    [id, scenario],
  )
  return id
}
const emit = async (type: string, run: RunId, effect = 1, data: object = {}) =>
  tx((one) =>
    queueEvent(one, {
      type,
      at: new Date(),
      data: data as never,
      conversation: null,
      task: null,
      contact: null,
      scenario: 'emits',
      run: { id: run, effect },
    }),
  )
const work = (id: WebhookId, limit = 10) => takeDue(house.database.db, secrets, id, limit)
const due = async (id: WebhookId) => {
  const taken = await work(id)
  return taken.got === 'deliveries' ? taken.deliveries : []
}
const record = async (id: WebhookId, outcome: AttemptOutcome) => {
  const [delivery] = await due(id)
  if (!delivery) throw new Error('nothing is due')
  await recordAttempt(house.database, id, delivery, outcome, { at: new Date(), milliseconds: 1.5, random: 0.5 })
  return delivery.id
}
const webhook = (id: WebhookId) =>
  house.database.db.selectFrom('webhooks').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const deliveries = (id: WebhookId) =>
  house.database.db.selectFrom('webhook_deliveries').selectAll().where('webhook_id', '=', id).orderBy('id').execute()
const makeDue = (id: WebhookId) =>
  house.database.pool.query(
    "update webhook_deliveries set next_at = now() where webhook_id = $1 and state = 'queued'",
    [id],
  )
const audits = async (id: WebhookId) =>
  (await house.database.pool.query('select action, detail from audit_log where subject_id = $1 order by id', [id])).rows

describe('an outbox', () => {
  it('takes an effect once for everybody who subscribed', async () => {
    const [one, all, other] = [await subscribe(['a']), await subscribe(['*']), await subscribe(['b', 'A'])]
    const run = await addRun()
    expect(await emit('a', run)).toBe(2)
    expect(await emit('a', run)).toBe(2)
    expect(await emit('a', run, 2)).toBe(2)
    expect((await deliveries(one)).map(({ run_effect }) => run_effect)).toEqual([1, 2])
    expect(await deliveries(all)).toHaveLength(2)
    expect(await deliveries(other)).toEqual([])
    await house.database.db.deleteFrom('webhooks').execute()
    expect(await emit('a', run, 3)).toBe(0)
  })

  it('takes nothing that is too large', async () => {
    const id = await subscribe(['large'])
    expect(await emit('large', await addRun(), 1, { text: 'ы'.repeat(131_072) })).toBeNull()
    expect(await deliveries(id)).toEqual([])
  })

  it('gives what is due in its order, and says when the next is', async () => {
    const id = await subscribe(['order'])
    const run = await addRun()
    for (const effect of [1, 2, 3]) await emit('order', run, effect)
    const first = await work(id, 2)
    expect(first).toMatchObject({ got: 'deliveries', url: 'https://example.test' })
    expect((await due(id)).map(({ body }) => JSON.parse(body).runId)).toEqual([run, run, run])
    await record(id, { status: 500 })
    expect(await due(id)).toHaveLength(2)
    await record(id, { status: 200 })
    await record(id, { status: 204 })
    const empty = await work(id)
    expect(empty).toMatchObject({ got: 'nothing', nextInMs: expect.any(Number) })
    expect((empty as { nextInMs: number }).nextInMs).toBeGreaterThan(1_000)
    expect((empty as { nextInMs: number }).nextInMs).toBeLessThanOrEqual(5_500)
    expect((await webhook(id)).busy_until).toBeNull()
  })

  it('fails after the tenth attempt, and is tried again when a person says so', async () => {
    const id = await subscribe(['fails'])
    await emit('fails', await addRun())
    for (let attempt = 1; attempt <= 10; attempt++) {
      await makeDue(id)
      await record(id, attempt % 2 ? { error: 'The call failed: ECONNRESET' } : { status: 503 })
    }
    const [failed] = await deliveries(id)
    expect(failed).toMatchObject({ state: 'failed', attempts: 10, last_error: 'HTTP 503', last_status: 503 })
    expect(failed?.log).toHaveLength(10)
    expect(failed?.log[0]).toEqual({
      at: expect.any(String),
      status: null,
      error: 'The call failed: ECONNRESET',
      milliseconds: 2,
    })
    expect(await work(id)).toEqual({ got: 'nothing', nextInMs: null })
    expect((await webhook(id)).state).toBe('active')

    const again = failed && (await tx((one) => retryWebhookDelivery(one, failed.id, SYSTEM)))
    expect(again).toMatchObject({ refused: null, value: { state: 'queued', attempts: 0 } })
    await record(id, { status: 200 })
    expect((await deliveries(id))[0]).toMatchObject({ state: 'delivered', last_error: null, attempts: 1 })
    expect(await webhook(id)).toMatchObject({ last_error: null, failing_since: null })
  })

  it('ends at once where the receiver says that it is gone', async () => {
    const id = await subscribe(['gone'])
    const run = await addRun()
    await emit('gone', run, 1)
    await emit('gone', run, 2)
    await record(id, { status: 410 })
    expect(await webhook(id)).toMatchObject({ state: 'disabled', last_error: 'HTTP 410' })
    expect((await deliveries(id)).map(({ state }) => state)).toEqual(['failed', 'failed'])
    expect((await audits(id)).at(-1)).toEqual({ action: 'webhook.disabled', detail: { reason: 'gone' } })
    expect(await emit('gone', run, 3)).toBe(0)
    expect(await work(id)).toEqual({ got: 'nothing', nextInMs: null })
  })

  it('ends after five days of nothing but failures, and not after five days with one success', async () => {
    const [bad, shaky] = [await subscribe(['days']), await subscribe(['days'])]
    const run = await addRun()
    for (const effect of [1, 2, 3]) await emit('days', run, effect)
    const passDays = (id: WebhookId, days: number) =>
      house.database.pool.query(
        "update webhooks set failing_since = failing_since - $2 * interval '1 day' where id = $1",
        [id, days],
      )
    for (const id of [bad, shaky]) {
      await record(id, { error: 'timeout' })
      await passDays(id, 4.9)
    }
    await record(bad, { error: 'timeout' })
    expect((await webhook(bad)).state).toBe('active')
    await passDays(bad, 0.2)
    await record(bad, { error: 'timeout' })
    expect((await webhook(bad)).state).toBe('disabled')
    expect((await audits(bad)).at(-1)).toEqual({ action: 'webhook.disabled', detail: { reason: 'failing' } })

    await record(shaky, { status: 201 })
    await passDays(shaky, 9)
    await record(shaky, { error: 'timeout' })
    expect((await webhook(shaky)).state).toBe('active')
  })

  it('is signed with the old secret, too, for a day after a rotation', async () => {
    const id = await subscribe(['rotated'])
    await emit('rotated', await addRun())
    const secretsOf = async () => {
      const taken = await work(id)
      return taken.got === 'deliveries' ? taken.secrets : []
    }
    const [first] = await secretsOf()
    const rotated = await tx((one) => rotateWebhookSecret(one, secrets, id, SYSTEM))
    expect(rotated?.secret).not.toBe(first)
    expect(await secretsOf()).toEqual([rotated?.secret, first])
    await house.database.pool.query("update webhooks set previous_until = now() - interval '1 second' where id = $1", [
      id,
    ])
    expect(await secretsOf()).toEqual([rotated?.secret])
  })

  it('is told by the sweep while nobody is at it, ever more rarely, and by one server at a time', async () => {
    await house.database.db.deleteFrom('webhooks').execute()
    const id = await subscribe(['swept'])
    const claim = () => claimUndelivered(house.database.db, 50)
    expect(await claim()).toEqual([])
    await emit('swept', await addRun())
    const both = await Promise.all([claim(), claim()])
    expect(both.flat()).toEqual([id])
    expect(await claim()).toEqual([])
    await house.database.pool.query("update webhooks set nudged_at = now() - interval '5 seconds'")
    expect(await claim()).toEqual([id])
    await house.database.pool.query("update webhooks set nudged_at = now() - interval '5 seconds'")
    expect(await claim()).toEqual([])

    // Somebody took it up, and died.
    await work(id)
    expect(await claim()).toEqual([])
    await house.database.pool.query("update webhooks set busy_until = now() - interval '1 second'")
    expect(await claim()).toEqual([id])
    await record(id, { status: 200 })
    await work(id)
    expect(await claim()).toEqual([])
  })

  it('is forgotten a month after its end', async () => {
    const id = await subscribe(['old'])
    const run = await addRun()
    await emit('old', run, 1)
    await emit('old', run, 2)
    await record(id, { status: 200 })
    await house.database.pool.query(
      "update webhook_deliveries set ended_at = now() - interval '31 days' where ended_at is not null",
    )
    await forgetOldWebhooks(house.database.db)
    expect((await deliveries(id)).map(({ state }) => state)).toEqual(['queued'])
  })
})
