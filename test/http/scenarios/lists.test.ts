import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunId, ScenarioId } from '../../../src/domain/ids.ts'
import { readDocument } from '../../../src/domain/scenario/document/read-document.ts'
import type { RunState } from '../../../src/domain/scenario/interpreter/run.ts'
import { start } from '../../../src/domain/scenario/interpreter/run.ts'
import { newId } from '../../../src/store/new-id.ts'
import { type Desk, type OpenTask, openDesk, type Worker } from '../work/desk.ts'
import { scenario, YAML } from './documents.ts'

let desk: Desk
let open: OpenTask
let olga: Worker
beforeAll(async () => {
  desk = await openDesk()
  open = await desk.openTask()
  olga = await desk.addWorker()
  await desk.database.db.updateTable('users').set({ role: 'author' }).where('id', '=', olga.id).execute()
})
afterAll(() => desk.close())

const make = async (id: string, parts: object = {}): Promise<ScenarioId> => {
  const { json } = await desk.owner('/api/scenarios', { body: { document: scenario(id, parts) } })
  return json.id
}
const publish = (id: string, order: object = {}) => desk.owner(`/api/scenarios/${id}/publish`, { body: order })
const listed = async (id: string) => {
  const { json } = await desk.owner('/api/scenarios?limit=200')
  return json.items.find((one: { id: string }) => one.id === id)
}

async function addRun(scenarioId: ScenarioId, state: RunState, version = 1): Promise<void> {
  const read = readDocument(scenario('any'))
  if (!read.ok) throw new Error('the document is wrong')
  const isOpen = ['running', 'waiting', 'blocked'].includes(state)
  await desk.database.db
    .insertInto('runs')
    .values({
      id: newId<RunId>(),
      scenario_id: scenarioId,
      version,
      conversation_id: open.conversation,
      task_id: open.task,
      state,
      reason_code: null,
      run: JSON.stringify({ ...start(read.document, { id: scenarioId, version }, Date.now()), state }),
      awaits: [],
      deadline: null,
      ended_at: isOpen ? null : new Date(),
    })
    .execute()
}

describe('the list', () => {
  it('counts how runs fare', async () => {
    const id = await make('counted')
    await publish(id)
    expect((await listed(id)).activity).toMatchObject({ runs: 0, failed: 0, ended: 0, open: 0, lastRunAt: null })
    for (const state of ['finished', 'finished', 'stopped', 'failed', 'waiting', 'blocked'] as const)
      await addRun(id, state)
    expect((await listed(id)).activity).toEqual({
      runs: 6,
      failed: 1,
      ended: 4,
      open: 2,
      blocked: 1,
      older: 0,
      lastRunAt: expect.any(String),
    })
  })

  it('tells open runs that keep an older version', async () => {
    const id = await make('kept')
    await publish(id)
    await addRun(id, 'waiting')
    await desk.owner(`/api/scenarios/${id}`, { method: 'PUT', body: { document: scenario('kept', { priority: 2 }) } })
    await publish(id)
    expect((await listed(id)).activity).toMatchObject({ open: 1, older: 1 })
  })

  it('says what starts it, who changed it, and whether the draft is what is live', async () => {
    const id = await make('told', { trigger: { button: { label: 'Press me' } } })
    expect(await listed(id)).toMatchObject({
      trigger: { event: null, label: 'Press me' },
      hasChanges: true,
      isReadable: true,
      updatedBy: null,
    })
    await publish(id)
    expect(await listed(id)).toMatchObject({ hasChanges: false, shadowSince: null })
    await olga.ask(`/api/scenarios/${id}`, {
      method: 'PUT',
      body: { document: 'id: told' },
      headers: { 'sec-fetch-site': 'same-origin' },
    })
    expect(await listed(id)).toMatchObject({ hasChanges: true, isReadable: false, updatedBy: { id: olga.id } })
  })

  it('says that a draft is watched', async () => {
    const id = await make('watched')
    await desk.owner(`/api/scenarios/${id}/shadow`, { method: 'POST' })
    expect((await listed(id)).shadowSince).toEqual(expect.any(String))
    await desk.owner(`/api/scenarios/${id}/shadow`, { method: 'DELETE' })
    expect((await listed(id)).shadowSince).toBeNull()
  })
})

describe('a version', () => {
  it('keeps the text as its author wrote it, and its copy does', async () => {
    const made = await desk.owner('/api/scenarios', { body: { document: YAML } })
    const { id } = made.json
    await publish(id)
    await desk.owner(`/api/scenarios/${id}`, { method: 'PUT', body: { document: YAML.replace('Hello', 'Good day') } })
    await publish(id)
    await publish(id, { version: 1 })
    for (const version of [1, 3]) {
      const { json } = await desk.owner(`/api/scenarios/${id}/versions/${version}`)
      expect(json.text).toBe(YAML)
    }
  })
})

describe('the gallery', () => {
  it('has every file, with a sentence about it', async () => {
    const { json } = await desk.owner('/api/scenarios/gallery')
    const files = readdirSync(join(import.meta.dirname, '../../../docs/gallery'))
    expect(json.items.map(({ key }: { key: string }) => `${key}.yaml`)).toEqual(files.toSorted())
    for (const { description, text, name } of json.items) {
      expect(description.length).toBeGreaterThan(20)
      expect(description).not.toContain('#')
      expect(text).toContain(name)
    }
    const address = json.items.find(({ key }: { key: string }) => key === 'send-address')
    expect(address).toMatchObject({ kind: 'button', event: null })
  })
})

describe('a check on something that happened', () => {
  const when = {
    all: [
      { field: 'event.kind', is: 'text' },
      { field: 'contact.name', startsWith: 'She' },
    ],
  }
  const ask = (id: string, body: object, token?: string) =>
    desk.ask(`/api/scenarios/${id}/check`, { body, ...(token ? { token } : {}) })

  it('sees what scenarios saw then', async () => {
    const id = await make('then', { trigger: { event: 'message.received', when } })
    const token = await desk.addToken('author')
    const moments = await desk.owner(`/api/scenarios/moments?taskId=${open.task}`)
    const message = moments.json.items.find(({ event }: { event: string }) => event === 'message.received')
    expect(message).toMatchObject({
      eventId: expect.stringContaining(open.conversation),
      commentId: expect.any(String),
    })
    const { contact } = open
    await desk.database.db.updateTable('contacts').set({ name: 'Another' }).where('id', '=', contact).execute()

    const { eventId, n } = message
    const then = await ask(id, { taskId: open.task, eventId, n }, token)
    expect(then.json).toMatchObject({ trigger: { fires: true, reason: 'fires' }, conditions: [{ needs: [] }] })
    expect(then.json.conditions[0].result).toMatchObject({
      ok: true,
      conditions: [{ actual: 'text' }, { actual: 'Sheena Nelson' }],
    })
    const now = await ask(id, { taskId: open.task }, token)
    expect(now.json).toMatchObject({ trigger: null, conditions: [{ needs: ['event'], result: null }] })
  })

  it('says that another event does not start it', async () => {
    const id = await make('other', { trigger: { event: 'task.created' } })
    const { json } = await desk.owner(`/api/scenarios/moments?taskId=${open.task}`)
    const { eventId, n } = json.items.find(({ event }: { event: string }) => event === 'message.received')
    const asked = await ask(id, { taskId: open.task, eventId, n }, await desk.addToken('author'))
    expect(asked.json.trigger).toEqual({ fires: false, reason: 'other_event' })
  })

  it('is none of what somebody may not see', async () => {
    const id = await make('hidden')
    const other = await desk.addChannel()
    const token = await desk.addToken('author', [other])
    const { json } = await desk.owner(`/api/scenarios/moments?taskId=${open.task}`)
    const { eventId, n } = json.items[0]
    expect((await ask(id, { taskId: open.task, eventId, n }, token)).status).toBe(404)
    expect((await desk.ask(`/api/scenarios/moments?taskId=${open.task}`, { token })).status).toBe(404)
    const stranger = await desk.openTask()
    expect((await ask(id, { taskId: stranger.task, eventId, n }, await desk.addToken('author'))).status).toBe(404)
  })
})

describe('the look of a button', () => {
  it('stands in the task as its author wanted it', async () => {
    const button = (label: string, look?: object) => ({ trigger: { button: { label, ...(look ? { look } : {}) } } })
    const looks = { colour: 'green', icon: 'pin', position: 1 }
    for (const [key, parts] of [
      ['plain', { ...button('Plain'), priority: 50 }],
      ['second', { ...button('Second', { position: 2 }), priority: 5 }],
      ['first', button('First', looks)],
    ] as const)
      await publish(await make(key, parts))
    const { json } = await desk.owner(`/api/tasks/${open.task}/buttons`)
    const shown = json.items.filter(({ label }: { label: string }) => ['Plain', 'First', 'Second'].includes(label))
    expect(shown.map(({ label, look }: { label: string; look: unknown }) => [label, look])).toEqual([
      ['First', looks],
      ['Second', { position: 2 }],
      ['Plain', null],
    ])
  })

  it('says in the language of the reader why it cannot be pressed', async () => {
    const trigger = { button: { label: 'Never' }, when: { field: 'task.title', is: 'Nothing' } }
    await publish(await make('never', { trigger }))
    const reasonIn = async (language: string) => {
      const headers = { 'accept-language': language }
      const { json } = await desk.owner(`/api/tasks/${open.task}/buttons`, { headers })
      return json.items.find(({ label }: { label: string }) => label === 'Never').reason
    }
    expect(await reasonIn('en')).toMatch(/^task\.title is "Nothing", but it is "/)
    expect(await reasonIn('ru')).toMatch(/^task\.title is "Nothing", а сейчас "/)
  })

  it.each([{ colour: 'mauve' }, { icon: 'skull' }, { position: 0 }, { size: 2 }])('is one of ours: %j', (look) => {
    expect(readDocument(scenario('x', { trigger: { button: { label: 'X', look } } })).ok).toBe(false)
  })
})
