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
      waitsFor: {
        events: ['message.received'],
        since: '2030-01-01T09:00:00.000Z',
        until: '2030-01-04T09:00:00.000Z',
        paused: false,
      },
      conversationId: mine.conversation,
      houseEventId: null,
      taskId: mine.task,
      taskNumber: 1,
      contact: { id: mine.contact, name: expect.any(String) },
      parentId: null,
      startedBy: null,
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
    expect(await list(`contactId=${mine.contact}&state=waiting,blocked`)).toEqual(
      expect.arrayContaining([ids[1], ids[0]]),
    )
    expect(await list(`contactId=${mine.contact}&state=finished,failed`)).toEqual([ids[2]])
    expect(await list(`contactId=${others.contact}`)).toEqual([])
    expect(await list(`scenarioId=${scenarioId}&version=2`)).toEqual([])
    const hour = (ahead: number) => encodeURIComponent(new Date(Date.now() + ahead * 3_600_000).toISOString())
    expect(await list(`taskId=${mine.task}&from=${hour(-1)}&to=${hour(1)}`)).toContain(ids[2])
    expect(await list(`taskId=${mine.task}&from=${hour(1)}`)).toEqual([])
    expect(await list(`taskId=${mine.task}&to=${hour(-1)}`)).toEqual([])
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

describe('open runs', () => {
  /** What was asked of the runs since the last look, by conversation. */
  const asked = async () => {
    const rows = await desk.database.db
      .deleteFrom('conversation_events')
      .where('kind', '=', 'run.asked')
      .returning(['conversation_id', 'payload'])
      .execute()
    return rows.map(({ conversation_id, payload }) => {
      if (payload.kind !== 'run.asked') throw new Error(payload.kind)
      return { conversation: conversation_id, runs: payload.runs, deed: payload.deed }
    })
  }
  const forget = async () => {
    await desk.database.db.deleteFrom('run_entries').execute()
    await desk.database.db.deleteFrom('runs').execute()
    desk.signalled.length = 0
  }

  it('move to the new version where they fit', async () => {
    await forget()
    const [one, other] = [await addRun(mine), await addRun(others)]
    await addRun(mine, { state: 'running', waiting: null })
    await addRun(null)
    await save({ ...WAITS, name: 'Moved' })
    const { json } = await publish({ inFlight: 'migrate' })
    expect([json.published.version, json.runs]).toEqual([3, { asked: 2, kept: 2 }])
    const deed = { do: 'move', version: 3 }
    const all = await asked()
    expect(all).toHaveLength(2)
    expect(all).toEqual(
      expect.arrayContaining([
        { conversation: mine.conversation, runs: [one], deed },
        { conversation: others.conversation, runs: [other], deed },
      ]),
    )
    expect(new Set(desk.signalled)).toEqual(new Set([mine.conversation, others.conversation]))
  })

  it('begin anew while the same event starts them, and end where another one does', async () => {
    await forget()
    const run = await addRun(mine)
    await save({ ...WAITS, name: 'Anew' })
    expect((await publish({ inFlight: 'restart' })).json.runs).toEqual({ asked: 1, kept: 0 })
    expect(await asked()).toEqual([
      { conversation: mine.conversation, runs: [run], deed: { do: 'restart', version: 4 } },
    ])
    await save({ ...WAITS, trigger: { event: 'task.created' } })
    expect((await publish({ inFlight: 'restart' })).json.runs).toEqual({ asked: 1, kept: 0 })
    expect(await asked()).toEqual([
      {
        conversation: mine.conversation,
        runs: [run],
        deed: expect.objectContaining({ do: 'stop', code: 'restarted' }),
      },
    ])
  })

  it('are not changed by a publish that is refused', async () => {
    await forget()
    await addRun(mine)
    await save({ ...WAITS, steps: [{ id: 'w', setStatus: 'no_such_status' }] })
    expect((await publish({ inFlight: 'restart' })).status).toBe(422)
    expect([await asked(), desk.signalled]).toEqual([[], []])
  })

  it('are ended by an author, and let go on where they are held', async () => {
    await forget()
    const token = await desk.addToken('author')
    const ask = async (id: RunId, deed: string, as = token) => {
      const { status, json } = await desk.ask(`/api/runs/${id}/${deed}`, { method: 'POST', token: as })
      return [status, json.error?.code ?? null]
    }
    const [open, ended, house] = [
      await addRun(mine),
      await addRun(mine, { state: 'finished', waiting: null }),
      await addRun(null),
    ]
    const blocked = await addRun(mine, { state: 'blocked', waiting: null })
    expect(await ask(open, 'stop')).toEqual([202, null])
    expect(await asked()).toEqual([
      {
        conversation: mine.conversation,
        runs: [open],
        deed: expect.objectContaining({ do: 'stop', code: 'by_person' }),
      },
    ])
    expect(desk.signalled).toEqual([mine.conversation])
    expect(await ask(open, 'resume')).toEqual([409, 'run_not_held'])
    expect(await ask(ended, 'stop')).toEqual([409, 'run_ended'])
    expect(await ask(house, 'stop')).toEqual([422, 'no_conversation'])
    expect(await ask(open, 'stop', await desk.addToken('author', [otherChannel]))).toEqual([404, 'not_found'])
    expect(await asked()).toEqual([])
    expect(await ask(blocked, 'resume')).toEqual([202, null])
    expect(await asked()).toEqual([{ conversation: mine.conversation, runs: [blocked], deed: { do: 'resume' } }])
  })
})
