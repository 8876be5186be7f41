import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  type ConversationId,
  houseWorkflowIdOf,
  type RunId,
  type ScenarioId,
  type TaskId,
} from '../../../src/domain/ids.ts'
import { eventually } from '../../kit/eventually.ts'
import { houseEventsOf, runsWithoutClient, skipHouseTime, timeHasCome } from '../../kit/house-runs.ts'
import { json, type OutsideServer, openOutsideServer } from '../../kit/outside-server.ts'
import { openRunningHouse, type RunningHouse } from '../../kit/running-house.ts'
import { publishDocument } from '../../kit/scenarios.ts'

let house: RunningHouse
beforeAll(async () => {
  house = await openRunningHouse()
})
afterAll(() => house.close())
const servers: OutsideServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

let clients = 0
const newNumber = () => `1650444${String(++clients).padStart(4, '0')}`

interface Task {
  id: TaskId
  conversationId: ConversationId
}
const write = async (from: string, text: string): Promise<Task> => {
  await house.phone({ from, name: 'Ann Example', text })
  return eventually(async () => {
    const { body } = await house.api<{ items: Task[] }>('GET', `/api/tasks?status=all&q=${from}`)
    const [task] = body.items
    if (!task) throw new Error('no task yet')
    return task
  })
}
const received = async (from: string) =>
  (await house.phoneMessages(from)).filter(({ direction }) => direction === 'to_client').map(({ text }) => text)
const until = (scenario: ScenarioId, ...states: string[]) =>
  eventually(async () => {
    const runs = await runsWithoutClient(house, scenario)
    expect(runs.map(({ state }) => state)).toEqual(states)
    return runs
  })
const DAILY = "{ event: schedule, cron: '0 9 * * *', timeZone: UTC }"

describe('a schedule that reaches clients', () => {
  it('finds tasks in which the client waits, and starts a reminder in each', async () => {
    const remind = await publishDocument(
      house,
      `
id: remind-team
name: Remind the team
trigger: { button: { label: Remind } }
steps:
  - id: still
    if: { field: conversation.lastAuthor, is: contact }
    then: [ { id: hello, sendText: { text: 'We have not forgotten you', ifWindowClosed: skip } } ]
`,
    )
    const morning = await publishDocument(
      house,
      `
id: morning
name: Every morning
trigger: ${DAILY}
vars: { open: { type: list } }
steps:
  - { id: f, find: { tasks: { all: [ { field: task.status.key, is: in_progress } ] }, into: open } }
  - { id: each, start: { scenario: remind-team, each: vars.open } }
`,
    )
    const [waiting, busy, other] = [newNumber(), newNumber(), newNumber()]
    const tasks = [await write(waiting, 'Hello?'), await write(busy, 'And me?'), await write(other, 'Thanks')]
    for (const task of tasks.slice(0, 2)) await house.api('PATCH', `/api/tasks/${task.id}`, { status: 'in_progress' })
    await timeHasCome(house, morning)
    const [run] = await until(morning, 'finished')
    await eventually(async () => {
      expect(await received(waiting)).toEqual(['We have not forgotten you'])
      expect(await received(busy)).toEqual(['We have not forgotten you'])
    })
    expect(await received(other)).toEqual([])
    const started = await house.database.db
      .selectFrom('runs')
      .selectAll()
      .where('scenario_id', '=', remind)
      .orderBy('id')
      .execute()
    expect(new Set(started.map(({ task_id }) => task_id))).toEqual(new Set(tasks.slice(0, 2).map(({ id }) => id)))
    expect(started[0]?.run.chain).toEqual({ scenarios: ['morning'], events: [`house/${run?.house_event_id}`] })
  })
})

describe('a run without a client', () => {
  it('calls an endpoint, also when its worker is another one by then', async () => {
    const server = await openOutsideServer((_, response, calls) => {
      if (calls.length > 1) json(response, { price: 42 })
    })
    servers.push(server)
    await house.api('POST', '/api/endpoints', { name: 'rates', url: `${server.url}/api`, allowPrivateAddress: true })
    const rates = await publishDocument(
      house,
      `
id: rates
name: Rates
trigger: ${DAILY}
vars: { got: { type: map } }
steps:
  - { id: ask, http: { endpoint: rates, method: GET, timeout: 20s, into: got } }
`,
    )
    await timeHasCome(house, rates)
    await eventually(async () => expect(server.calls).toHaveLength(1))
    expect((await runsWithoutClient(house, rates)).map(({ state }) => state)).toEqual(['running'])
    await house.restartWorker()
    const [run] = await until(rates, 'finished')
    expect(run?.run.vars).toEqual({ got: { price: 42 } })
    expect(server.calls).toHaveLength(2)
    expect(new Set(server.calls.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
  })

  it('starts with a webhook that concerns nobody', async () => {
    const { body: hook } = await house.api<{ url: string; secret: string }>('POST', '/api/incoming-webhooks', {
      name: 'stock',
      verify: 'token',
    })
    const stock = await publishDocument(
      house,
      `
id: stock-changed
name: Stock changed
trigger: { event: webhook.received, name: stock, when: { field: event.body.left, lt: 5 } }
vars: { left: { type: number } }
steps: [ { id: s, set: { left: { cel: event.body.left } } } ]
`,
    )
    const call = (left: number) =>
      fetch(`${house.url}/hooks/stock`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${hook.secret}` },
        body: JSON.stringify({ left }),
      })
    expect((await call(3)).status).toBe(200)
    expect((await call(30)).status).toBe(200)
    expect((await call(3)).status).toBe(200)
    const [run] = await until(stock, 'finished')
    expect(run?.run.vars).toEqual({ left: 3 })
    await eventually(async () => {
      const events = await houseEventsOf(house, 'webhook.received')
      expect(events.map(({ ended_at }) => ended_at !== null)).toEqual([true, true])
    })
  })

  it('starts when a channel is paused, and can be seen, explained, ended and let go on by people', async () => {
    const paused = await publishDocument(
      house,
      `
id: paused
name: Channel paused
trigger: { event: channel.paused }
steps: [ { id: w, wait: { timeout: 20d } } ]
`,
    )
    await house.api('POST', `/api/channels/${house.channel}/pause`, {})
    const [run] = await until(paused, 'waiting')
    await house.api('POST', `/api/channels/${house.channel}/resume`, {})
    const id = run?.id as RunId
    const { body } = await house.api<{ items: { id: string; houseEventId: string }[] }>(
      'GET',
      `/api/runs?scenarioId=${paused}`,
    )
    expect(body.items).toMatchObject([
      { id, conversationId: null, houseEventId: run?.house_event_id, state: 'waiting' },
    ])
    const why = await house.api('GET', `/api/explain?eventId=house/${run?.house_event_id}`)
    expect(why.body).toMatchObject({ because: [{ scenarioId: paused, runId: id, event: 'channel.paused' }] })
    expect((await house.api('POST', `/api/runs/${id}/resume`, {})).status).toBe(409)
    expect((await house.api('POST', `/api/runs/${id}/stop`, {})).status).toBe(202)
    await until(paused, 'stopped')
    expect((await house.api('POST', `/api/runs/${id}/stop`, {})).status).toBe(409)
    const workflow = house.temporal.workflow.getHandle(houseWorkflowIdOf(run?.house_event_id as never))
    await eventually(async () => expect((await workflow.describe()).status.name).toBe('COMPLETED'))
  })

  it('goes on after its workflow was lost', async () => {
    const lost = await publishDocument(
      house,
      `
id: lost
name: Lost
trigger: ${DAILY}
vars: { done: { type: boolean, default: false } }
steps: [ { id: w, wait: { timeout: 10d } }, { id: s, set: { done: true } } ]
`,
    )
    await timeHasCome(house, lost)
    const [run] = await until(lost, 'waiting')
    const event = run?.house_event_id
    if (!event) throw new Error('the run has no event')
    const workflow = house.temporal.workflow.getHandle(houseWorkflowIdOf(event))
    await workflow.terminate('lost')
    await house.database.db
      .updateTable('house_events')
      .set({ due_at: new Date(Date.now() - 120_000) })
      .where('id', '=', event)
      .execute()
    await eventually(async () => expect((await workflow.describe()).status.name).toBe('RUNNING'))
    await skipHouseTime(house, event)
    const [after] = await until(lost, 'finished')
    expect(after?.run.vars).toEqual({ done: true })
  })

  it('begins anew where a new version is published so', async () => {
    const { body: made } = await house.api<{ id: ScenarioId }>('POST', '/api/scenarios', { document: weekly('1d') })
    const publish = (inFlight: string) => house.api('POST', `/api/scenarios/${made.id}/publish`, { inFlight })
    expect((await publish('pin')).status).toBe(200)
    await timeHasCome(house, made.id)
    await until(made.id, 'waiting')
    await house.api('PUT', `/api/scenarios/${made.id}`, { document: weekly('2d') })
    expect(await publish('restart')).toMatchObject({ status: 200, body: { runs: { asked: 1, kept: 0 } } })
    const runs = await until(made.id, 'stopped', 'waiting')
    expect(runs.map(({ version }) => version)).toEqual([1, 2])
    expect(runs[1]?.run.event).toEqual(runs[0]?.run.event)
  })
})

const weekly = (timeout: string) => ({
  id: 'weekly',
  name: 'Weekly',
  trigger: { event: 'schedule', cron: '15 10 * * *', timeZone: 'UTC' },
  steps: [{ id: 'w', wait: { timeout } }],
})
