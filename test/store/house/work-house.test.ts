import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChannelId, HouseEventId, RunId, ScenarioId } from '../../../src/domain/ids.ts'
import type { EventName } from '../../../src/domain/scenario/document/events.ts'
import type { Json } from '../../../src/domain/scenario/expressions/scope.ts'
import { storeHouseEvents } from '../../../src/store/house/house-events.ts'
import { MOST_OPEN_RUNS } from '../../../src/store/house/house-host.ts'
import { askHouseRuns } from '../../../src/store/house/house-news.ts'
import { claimUnheardEvents } from '../../../src/store/house/unheard-events.ts'
import { workHouse } from '../../../src/store/house/work-house.ts'
import { inTransaction } from '../../../src/store/index.ts'
import { runIn } from '../../../src/store/intake/run.ts'
import { newId } from '../../../src/store/new-id.ts'
import { explainHouseEvent } from '../../../src/store/scenarios/explain.ts'
import { type House, openHouse } from '../../kit/house.ts'
import { publishDocument } from '../../kit/scenarios.ts'

const ACTOR = { userId: null, name: 'Test', channelIds: null, key: 'environment' }

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

/** Of its own kind each time, so that the scenarios of one test hear nothing of the others'. */
let kinds = 0
const webhook = () => `hook-${++kinds}`
const on = (name: string) => `{ event: webhook.received, name: ${name} }`

async function happen(name: string, body: Json = {}, options: Partial<Parameters<typeof event>[0]> = {}) {
  return event({ name: 'webhook.received', data: { webhook: name, body }, ...options })
}
async function event(of: {
  name: EventName
  data: Record<string, Json>
  scenario?: ScenarioId | null
  channel?: ChannelId | null
  key?: string | null
}): Promise<HouseEventId> {
  const { name, data, scenario = null, channel = null, key = null } = of
  const [id] = await inTransaction(house.database.db, (tx) =>
    storeHouseEvents(runIn(tx), [{ name, data, scenario, channel, dedupeKey: key, at: new Date() }]),
  )
  if (!id) throw new Error('nobody listens')
  return id
}
/** As the workflow does, until there is nothing more to work off. */
async function work(id: HouseEventId, dueBy?: number) {
  let result = await workHouse(house.database, { event: id, ...(dueBy !== undefined && { dueBy }) })
  while (result.more) result = await workHouse(house.database, { event: id })
  return result
}
const runsOf = async (scenario: ScenarioId) =>
  house.database.db.selectFrom('runs').selectAll().where('scenario_id', '=', scenario).orderBy('id').execute()
const statesOf = async (scenario: ScenarioId) => (await runsOf(scenario)).map(({ state }) => state)
const entriesOf = async (run: RunId) =>
  house.database.db.selectFrom('run_entries').select(['n', 'entry']).where('run_id', '=', run).orderBy('n').execute()
/** Of what other tests published nothing fires here. */
const whyNot = async (event: HouseEventId, scenario: ScenarioId) =>
  (await explainHouseEvent(house.database.db, ACTOR, event))?.didNotFire
    .filter(({ scenarioId }) => scenarioId === scenario)
    .map(({ reason }) => reason)
const eventRow = (id: HouseEventId) =>
  house.database.db.selectFrom('house_events').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

describe('an event of the house', () => {
  it('starts those who listen, once, however often its step is repeated', async () => {
    const name = webhook()
    const id = await publishDocument(
      house,
      `
id: once
name: Once
trigger: { event: webhook.received, name: ${name}, when: { field: event.body.total, gt: 10 } }
vars: { total: { type: number, default: 0 } }
steps: [ { id: note, set: { total: { cel: event.body.total } } } ]
`,
    )
    const [small, large] = [await happen(name, { total: 3 }), await happen(name, { total: 30 })]
    for (const one of [small, large, large, small]) {
      expect(await work(one)).toEqual({ more: false, wakeAt: null, calls: [], done: true })
    }
    const runs = await runsOf(id)
    expect(runs).toMatchObject([{ state: 'finished', house_event_id: large, conversation_id: null, task_id: null }])
    expect(runs[0]?.run.vars).toEqual({ total: 30 })
    expect(await explainHouseEvent(house.database.db, ACTOR, large)).toMatchObject({
      because: [{ scenarioId: id, version: 1, runId: runs[0]?.id }],
      didNotFire: [],
    })
    expect(await explainHouseEvent(house.database.db, ACTOR, small)).toMatchObject({
      because: [],
      didNotFire: [{ scenarioId: id, reason: 'condition', condition: { ok: false, actual: 3 } }],
    })
    expect(await explainHouseEvent(house.database.db, { channelIds: [] }, small)).not.toBeNull()
    expect(await explainHouseEvent(house.database.db, ACTOR, newId<HouseEventId>())).toBeNull()
  })

  it('is stored once for one key', async () => {
    const name = webhook()
    await publishDocument(house, `{ id: keyed, name: Keyed, trigger: ${on(name)}, steps: [ { id: end, stop: true } ] }`)
    await happen(name, {}, { key: 'the same' })
    await expect(happen(name, {}, { key: 'the same' })).rejects.toThrow('nobody listens')
  })

  it('is over at once where nobody listens', async () => {
    await expect(event({ name: 'channel.paused', data: {} })).rejects.toThrow('nobody listens')
    const row = await house.database.db
      .selectFrom('house_events')
      .selectAll()
      .where('name', '=', 'channel.paused')
      .executeTakeFirstOrThrow()
    expect(row.worked_at).not.toBeNull()
    expect(row.ended_at).not.toBeNull()
    expect(await claimUnheardEvents(house.database.db, 100)).not.toContain(row.id)
  })

  it('is claimed until a step has seen it, and again when something comes', async () => {
    const name = webhook()
    const id = await publishDocument(
      house,
      `{ id: claimed, name: Claimed, trigger: ${on(name)}, steps: [ { id: w, wait: { timeout: 10d } } ] }`,
    )
    const made = await happen(name)
    expect(await claimUnheardEvents(house.database.db, 100)).toContain(made)
    // Nudged: the next one waits for a while.
    expect(await claimUnheardEvents(house.database.db, 100)).not.toContain(made)
    const { wakeAt, done } = await work(made)
    expect(done).toBe(false)
    expect(wakeAt).toBeGreaterThan(Date.now() + 9 * 86_400_000)
    const [run] = await runsOf(id)
    await inTransaction(house.database.db, (tx) =>
      askHouseRuns(tx, ACTOR, [{ id: run?.id as RunId, event: made }], { do: 'stop', code: 'by_person', message: 'x' }),
    )
    expect(await claimUnheardEvents(house.database.db, 100)).toContain(made)
    expect(await work(made)).toMatchObject({ done: true, wakeAt: null })
    expect(await runsOf(id)).toMatchObject([{ state: 'stopped', reason_code: 'by_person' }])
    expect((await eventRow(made)).ended_at).not.toBeNull()
    expect(await claimUnheardEvents(house.database.db, 100)).not.toContain(made)
  })

  it('whose workflow is gone is found by its wait that should be over', async () => {
    const name = webhook()
    await publishDocument(
      house,
      `{ id: gone, name: Gone, trigger: ${on(name)}, steps: [ { id: w, wait: { timeout: 1h } } ] }`,
    )
    const made = await happen(name)
    await work(made)
    expect(await claimUnheardEvents(house.database.db, 100)).not.toContain(made)
    await house.database.db
      .updateTable('house_events')
      .set({ due_at: new Date(Date.now() - 120_000) })
      .where('id', '=', made)
      .execute()
    expect(await claimUnheardEvents(house.database.db, 100)).toContain(made)
  })

  it('that cannot be worked off is given up after five tries, with its reason, and what follows works', async () => {
    const name = webhook()
    const id = await publishDocument(
      house,
      `{ id: poison, name: Poison, trigger: ${on(name)}, steps: [ { id: end, stop: true } ] }`,
    )
    const made = await happen(name)
    await house.database.pool.query(`
      create function poison() returns trigger language plpgsql as $$ begin
        if new.scenario_id = '${id}' then raise 'secret of a client'; end if; return new; end $$;
      create trigger poison before insert on runs for each row execute function poison()`)
    for (let attempt = 1; attempt < 5; attempt++) await expect(work(made)).rejects.toThrow()
    expect(await work(made)).toMatchObject({ done: true })
    await house.database.pool.query('drop trigger poison on runs; drop function poison()')
    const row = await eventRow(made)
    expect(row).toMatchObject({ attempts: 5 })
    expect(row.problem).not.toBeNull()
    expect(row.problem).not.toContain('secret')
    const next = await happen(name)
    await work(next)
    expect(await statesOf(id)).toEqual(['finished'])
  })
})

describe('runs without a client', () => {
  it('wait for the time, over steps of their own', async () => {
    const name = webhook()
    const id = await publishDocument(
      house,
      `
id: waits
name: Waits
trigger: ${on(name)}
vars: { done: { type: boolean, default: false } }
steps:
  - { id: w, wait: { timeout: 2d } }
  - { id: x, set: { done: true } }
  - { id: v, wait: { timeout: 3d } }
`,
    )
    const made = await happen(name)
    const first = await work(made)
    expect(await work(made, (first.wakeAt ?? 0) - 1)).toEqual(first)
    const second = await work(made, first.wakeAt ?? 0)
    expect((second.wakeAt ?? 0) - (first.wakeAt ?? 0)).toBe(3 * 86_400_000)
    // A step whose answer was lost is asked again with the same time: nothing is due twice.
    expect(await work(made, first.wakeAt ?? 0)).toEqual(second)
    expect(await work(made, second.wakeAt ?? 0)).toMatchObject({ done: true })
    const [run] = await runsOf(id)
    expect(run).toMatchObject({ state: 'finished' })
    expect((await entriesOf(run?.id as RunId)).map(({ n }) => n)).toEqual(
      (await entriesOf(run?.id as RunId)).map((_, index) => index + 1),
    )
  })

  it.each([
    ['skip', ['waiting'], 'already_running'],
    ['restart', ['stopped', 'waiting'], null],
    ['queue', ['waiting', 'waiting'], null],
    ['parallel', ['waiting', 'waiting'], null],
  ])(
    'of one scenario are one after the other as it says, whichever event started them: %s',
    async (mode, states, no) => {
      const name = webhook()
      const id = await publishDocument(
        house,
        `{ id: mode-${mode}, name: Mode, trigger: ${on(name)}, concurrency: ${mode}, steps: [ { id: w, wait: { timeout: 5d } } ] }`,
      )
      const [first, second] = [await happen(name), await happen(name)]
      const { wakeAt } = await work(first)
      await work(second)
      expect(await statesOf(id)).toEqual(states)
      expect(await whyNot(second, id)).toEqual(no === null ? [] : [no])
      if (mode === 'restart') {
        // The other event's workflow hears that its run has ended.
        expect(await claimUnheardEvents(house.database.db, 100)).toContain(first)
        expect(await work(first)).toMatchObject({ done: true })
      }
      if (mode === 'queue') {
        expect((await runsOf(id)).map(({ is_queued }) => is_queued)).toEqual([false, true])
        expect(await work(first, wakeAt ?? 0)).toMatchObject({ done: true })
        expect(await claimUnheardEvents(house.database.db, 100)).toContain(second)
        expect((await runsOf(id)).map(({ state, is_queued }) => [state, is_queued])).toEqual([
          ['finished', false],
          ['waiting', false],
        ])
        expect((await work(second)).wakeAt).not.toBeNull()
      }
    },
  )

  it('call, start and cancel each other, and nothing of a client', async () => {
    const [parent, canceller] = [webhook(), webhook()]
    await publishDocument(
      house,
      `{ id: child, name: Child, trigger: ${on(webhook())}, vars: { n: { type: number, default: 0 } }, steps: [ { id: w, wait: { timeout: 1d } }, { id: s, set: { n: 7 } } ] }`,
    )
    const beside = await publishDocument(
      house,
      `{ id: beside, name: Beside, trigger: ${on(webhook())}, steps: [ { id: w, wait: { timeout: 20d } } ] }`,
    )
    await publishDocument(
      house,
      `{ id: for-clients, name: For clients, trigger: { event: message.received }, steps: [ { id: t, tag: x } ] }`,
    )
    const id = await publishDocument(
      house,
      `
id: parent
name: Parent
trigger: ${on(parent)}
vars: { got: { type: map, default: {} } }
steps:
  - { id: b, start: { scenario: beside } }
  - { id: c, call: { scenario: child, into: got } }
  - { id: d, start: { scenario: for-clients } }
`,
    )
    await publishDocument(
      house,
      `{ id: canceller, name: Canceller, trigger: ${on(canceller)}, steps: [ { id: c, cancel: { scenario: beside } } ] }`,
    )
    const made = await happen(parent)
    const { wakeAt } = await work(made)
    expect(await statesOf(beside)).toEqual(['waiting'])
    const after = await work(made, wakeAt ?? 0)
    const [run] = await runsOf(id)
    expect(run?.run.vars).toEqual({ got: { n: 7 } })
    expect(run).toMatchObject({ state: 'failed', reason_code: 'no_client' })
    expect(after.done).toBe(false)
    expect((await runsOf(beside))[0]?.run.chain.scenarios).toEqual(['parent'])
    await work(await happen(canceller))
    expect(await runsOf(beside)).toMatchObject([{ state: 'stopped', reason_code: 'cancelled_by_scenario' }])
    expect(await work(made)).toMatchObject({ done: true })
  })

  it('see the channel that their event is about, each its own', async () => {
    const id = await publishDocument(
      house,
      `
id: about-channel
name: About a channel
trigger: { event: channel.disconnected, when: { field: channel.kind, is: whatsapp } }
vars: { name: { type: string, default: '' } }
steps: [ { id: s, set: { name: '{{ channel.name }} {{ event.to }}' } } ]
`,
    )
    const data = { channelId: house.channel, channelName: 'Shop', from: 'connected', to: 'restricted', reason: null }
    await work(await event({ name: 'channel.disconnected', data, channel: house.channel }))
    expect((await runsOf(id)).map(({ run }) => run.vars)).toEqual([{ name: 'Shop restricted' }])
  })

  it('are at most so many of one scenario, and what was not started says so', async () => {
    const name = webhook()
    const id = await publishDocument(
      house,
      `{ id: many, name: Many, trigger: ${on(name)}, steps: [ { id: w, wait: { timeout: 30d } } ] }`,
    )
    const first = await happen(name)
    await work(first)
    await house.database.pool.query(
      `insert into runs (id, scenario_id, version, house_event_id, state, run, started_at)
       select gen_random_uuid(), scenario_id, version, house_event_id, state, run, started_at from runs,
         generate_series(2, $2) where scenario_id = $1`,
      [id, MOST_OPEN_RUNS],
    )
    const second = await happen(name)
    await work(second)
    expect(await runsOf(id)).toHaveLength(MOST_OPEN_RUNS)
    expect(await whyNot(second, id)).toEqual(['limit_open_runs'])
    await house.database.db.deleteFrom('run_entries').execute()
    await house.database.db.deleteFrom('runs').where('scenario_id', '=', id).execute()
  })

  it('begin anew in a new version, or move to it', async () => {
    const name = webhook()
    const text = (days: number) =>
      `{ id: versions, name: Versions, trigger: ${on(name)}, steps: [ { id: w, wait: { timeout: ${days}d } } ] }`
    const id = await publishDocument(house, text(5))
    const made = await happen(name)
    await work(made)
    await publishDocument(house, text(6))
    const ask = async (deed: Parameters<typeof askHouseRuns>[3]) => {
      const open = (await runsOf(id)).filter(({ state }) => state === 'waiting')
      await inTransaction(house.database.db, (tx) =>
        askHouseRuns(
          tx,
          ACTOR,
          open.map((run) => ({ id: run.id, event: made })),
          deed,
        ),
      )
      await work(made)
    }
    await ask({ do: 'move', version: 2 })
    expect((await runsOf(id)).map(({ version, state }) => [version, state])).toEqual([[2, 'waiting']])
    await publishDocument(house, text(7))
    await ask({ do: 'restart', version: 3 })
    expect((await runsOf(id)).map(({ version, state, house_event_id: of }) => [version, state, of])).toEqual([
      [2, 'stopped', made],
      [3, 'waiting', made],
    ])
  })

  it('of several events are worked off at the same time without standing in each other’s way', async () => {
    const name = webhook()
    const id = await publishDocument(
      house,
      `{ id: crowd, name: Crowd, trigger: ${on(name)}, concurrency: queue, steps: [ { id: w, wait: { timeout: 1d } } ] }`,
    )
    const events = await Promise.all(Array.from({ length: 6 }, () => happen(name)))
    let due = (await Promise.all(events.map((one) => work(one)))).map(({ wakeAt }) => wakeAt)
    for (let round = 0; round < 6; round++) {
      const now = Math.max(...due.map((at) => at ?? 0))
      due = (await Promise.all(events.map((one) => work(one, now)))).map(({ wakeAt }) => wakeAt)
      due = (await Promise.all(events.map((one) => work(one)))).map(({ wakeAt }) => wakeAt)
    }
    expect(await statesOf(id)).toEqual(Array.from({ length: 6 }, () => 'finished'))
    expect(await Promise.all(events.map((one) => work(one)))).toEqual(
      events.map(() => ({ more: false, wakeAt: null, calls: [], done: true })),
    )
  })
})
