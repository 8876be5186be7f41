import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChannelId, RunId, ScenarioId } from '../../../src/domain/ids.ts'
import { readDocument } from '../../../src/domain/scenario/document/read-document.ts'
import { type Run, start } from '../../../src/domain/scenario/interpreter/run.ts'
import { newId } from '../../../src/store/new-id.ts'
import { type Desk, type OpenTask, openDesk } from '../work/desk.ts'
import { scenario } from './documents.ts'

const NOW = Date.parse('2030-01-01T09:00:00Z')
const WAITS = {
  vars: { n: { type: 'number', default: 1 } },
  steps: [
    { id: 'w', wait: { for: ['message.received'], timeout: '3d' } },
    { id: 'mark', tag: 'seen' },
  ],
}

let desk: Desk
let scenarioId: ScenarioId
let mine: OpenTask
let others: OpenTask
let otherChannel: ChannelId
beforeAll(async () => {
  desk = await openDesk()
  otherChannel = await desk.addChannel()
  ;[mine, others] = [await desk.openTask(), await desk.openTask({ channel: otherChannel })]
  const made = await desk.owner('/api/scenarios', { body: { document: scenario('waits', WAITS) } })
  scenarioId = made.json.id
  await publish({})
})
afterAll(() => desk.close())

const publish = (order: object) => desk.owner(`/api/scenarios/${scenarioId}/publish`, { body: order })
const save = (parts: object) =>
  desk.owner(`/api/scenarios/${scenarioId}`, { method: 'PUT', body: { document: scenario('waits', parts) } })

/** A run as a step leaves it that waits. */
async function addRun(of: OpenTask | null, parts: Partial<Run> = {}): Promise<RunId> {
  const read = readDocument(scenario('waits', WAITS))
  if (!read.ok) throw new Error('the document is wrong')
  const run: Run = {
    ...start(read.document, { id: scenarioId, version: 1 }, NOW),
    state: 'waiting',
    at: 'w',
    vars: { n: 1 },
    waiting: {
      what: 'wait',
      events: ['message.received'],
      since: NOW,
      deadline: NOW + 259_200_000,
      debounce: null,
      onInterrupt: { humanReply: 'cancel', taskClosed: 'cancel', newScenario: 'ignore' },
      paused: null,
    },
    ...parts,
  }
  const id = newId<RunId>()
  const { db } = desk.database
  await db
    .insertInto('runs')
    .values({
      id,
      scenario_id: scenarioId,
      version: 1,
      conversation_id: of?.conversation ?? null,
      task_id: of?.task ?? null,
      state: run.state,
      reason_code: run.reason?.code ?? null,
      run: JSON.stringify(run),
      awaits: run.state === 'waiting' ? ['message.received'] : [],
      deadline: new Date(NOW + 259_200_000),
    })
    .execute()
  const entry = { n: 1, step: 'w', action: 'wait', at: NOW, outcome: 'waits', inputs: { timeout: '3d' } }
  await db
    .insertInto('run_entries')
    .values({ run_id: id, n: 1, at: new Date(NOW), entry: JSON.stringify(entry) })
    .execute()
  return id
}

describe('runs', () => {
  it('are seen with all that they did', async () => {
    const id = await addRun(mine)
    const { json } = await desk.owner(`/api/runs/${id}`)
    expect(json).toEqual({
      id,
      scenarioId,
      scenarioKey: 'waits',
      scenarioName: 'About waits',
      version: 1,
      state: 'waiting',
      reason: null,
      step: 'w',
      waitsFor: { events: ['message.received'], until: '2030-01-04T09:00:00.000Z', paused: false },
      conversationId: mine.conversation,
      taskId: mine.task,
      parentId: null,
      pressedBy: null,
      startedAt: expect.any(String),
      endedAt: null,
      vars: { n: 1 },
      inputs: {},
      steps: [
        {
          n: 1,
          step: 'w',
          action: 'wait',
          at: '2030-01-01T09:00:00.000Z',
          outcome: 'waits',
          inputs: { timeout: '3d' },
        },
      ],
    })
  })

  it('are listed by scenario, task and state, the newest first', async () => {
    const ids = [await addRun(mine), await addRun(mine), await addRun(mine, { state: 'finished', waiting: null })]
    const list = async (query: string) => {
      const { json } = await desk.owner(`/api/runs?${query}`)
      return json.items.map(({ id }: { id: string }) => id)
    }
    expect((await list(`scenarioId=${scenarioId}&limit=2`)).slice(0, 2)).toEqual([ids[2], ids[1]])
    expect(await list(`taskId=${mine.task}&state=finished`)).toEqual([ids[2]])
    expect(await list(`taskId=${others.task}`)).toEqual([])
    const page = await desk.owner('/api/runs?limit=1')
    expect(await list(`limit=1&cursor=${page.json.next}`)).toEqual([ids[1]])
    expect((await desk.owner('/api/runs?state=sleeping')).status).toBe(400)
  })

  it('are those of the channels that somebody may see; the house’s own are for authors', async () => {
    const [here, there, house] = [await addRun(mine), await addRun(others), await addRun(null)]
    const seenBy = async (token: string) => {
      const { json } = await desk.ask('/api/runs?limit=200', { token })
      const listed = new Set(json.items.map(({ id }: { id: string }) => id))
      const single = await Promise.all(
        [here, there, house].map(async (id) => (await desk.ask(`/api/runs/${id}`, { token })).status),
      )
      expect([here, there, house].map((id) => (listed.has(id) ? 200 : 404))).toEqual(single)
      return single
    }
    expect(await seenBy(await desk.addToken('operator', [desk.channel]))).toEqual([200, 404, 404])
    expect(await seenBy(await desk.addToken('operator'))).toEqual([200, 200, 404])
    expect(await seenBy(await desk.addToken('author', [otherChannel]))).toEqual([404, 200, 200])
  })
})

describe('a publish beside open runs', () => {
  it('is told how many could go on in the new version, and why others could not', async () => {
    await desk.database.db.deleteFrom('run_entries').execute()
    await desk.database.db.deleteFrom('runs').execute()
    await addRun(mine)
    await addRun(others)
    await addRun(mine, { state: 'running', waiting: null })
    await addRun(mine, { state: 'finished', waiting: null })
    const preview = async (parts: object) => {
      await save(parts)
      return (await desk.owner(`/api/scenarios/${scenarioId}/publish/preview`, { body: { inFlight: 'migrate' } })).json
    }
    const notWaiting = { reason: 'not_waiting', count: 1 }
    expect(await preview({ ...WAITS, name: 'Second' })).toEqual({ open: 3, canMove: 2, cannot: [notWaiting] })
    const renamed = WAITS.steps.map((step) => (step.id === 'w' ? { ...step, id: 'other' } : step))
    expect(await preview({ ...WAITS, steps: renamed })).toEqual({
      open: 3,
      canMove: 0,
      cannot: [{ reason: 'step_missing', count: 2 }, notWaiting],
    })
    expect(await preview({ ...WAITS, vars: { n: { type: 'string' } } })).toMatchObject({
      cannot: [{ reason: 'variable_changed', count: 2 }, notWaiting],
    })
  })

  it('leaves them where they are, and shows their version as draining or pinned', async () => {
    const states = async () => {
      const { json } = await desk.owner(`/api/scenarios/${scenarioId}/versions`)
      return json.items.map(({ version, state, openRuns }: Record<string, unknown>) => [version, state, openRuns])
    }
    await save({ ...WAITS, name: 'Second' })
    expect((await publish({ inFlight: 'drain' })).status).toBe(200)
    expect(await states()).toEqual([
      [2, 'published', 0],
      [1, 'draining', 3],
    ])
    const rows = await desk.database.db.selectFrom('runs').select('version').execute()
    expect(new Set(rows.map(({ version }) => version))).toEqual(new Set([1]))
  })
})
