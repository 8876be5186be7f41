import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ConversationId, EndpointId, RunId, TaskId } from '../../../src/domain/ids.ts'
import { claimCall } from '../../../src/store/outside/claim-call.ts'
import { eventually } from '../../kit/eventually.ts'
import { secrets } from '../../kit/house.ts'
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
const serve = async (answer: Parameters<typeof openOutsideServer>[0]) => {
  const server = await openOutsideServer(answer)
  servers.push(server)
  return server
}

let clients = 0
const newNumber = () => `1650777${String(++clients).padStart(4, '0')}`

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
const runOf = (conversation: ConversationId, state: string) =>
  eventually(async () => {
    const [run] = await house.database.db
      .selectFrom('runs')
      .selectAll()
      .where('conversation_id', '=', conversation)
      .orderBy('id', 'desc')
      .execute()
    expect(run?.state).toBe(state)
    return run as NonNullable<typeof run>
  })
const addEndpoint = async (name: string, server: OutsideServer, more: object = {}): Promise<EndpointId> => {
  const { status, body } = await house.api<{ id: EndpointId }>('POST', '/api/endpoints', {
    name,
    url: `${server.url}/api`,
    allowPrivateAddress: true,
    ...more,
  })
  expect(status).toBe(201)
  return body.id
}
const callsOf = (run: RunId) =>
  house.database.db.selectFrom('outside_calls').selectAll().where('run_id', '=', run).orderBy('id').execute()

describe('a call to an endpoint', () => {
  it('gives its answer to the scenario, which tells the client', async () => {
    const server = await serve((_, response) => json(response, { price: 42, currency: 'EUR' }))
    await addEndpoint('prices', server, { secret: { kind: 'bearer', value: 'secret-token-of-prices' } })
    await publishDocument(
      house,
      `
id: ask-price
name: Ask the price
trigger: { event: message.received, when: { field: event.text, contains: price } }
vars: { answer: { type: map } }
steps:
  - id: ask
    http:
      endpoint: Prices
      method: POST
      path: /quotes/{{ contact.firstName }}
      query: { q: '{{ event.text }}' }
      body: { text: '{{ event.text }}' }
      response: { price: { type: number }, currency: { type: string } }
      into: answer
  - { id: say, sendText: { text: 'It is {{ vars.answer.price }} {{ vars.answer.currency }}', ifWindowClosed: fail } }
`,
    )
    const number = newNumber()
    const task = await write(number, 'price & more?')
    await eventually(async () => expect(await received(number)).toEqual(['It is 42 EUR']))
    const run = await runOf(task.conversationId, 'finished')
    expect(server.calls).toHaveLength(1)
    expect(server.calls[0]).toMatchObject({
      method: 'POST',
      url: '/api/quotes/Ann?q=price+%26+more%3F',
      body: JSON.stringify({ text: 'price & more?' }),
      headers: {
        authorization: 'Bearer secret-token-of-prices',
        'content-type': 'application/json',
        'idempotency-key': `parley-${run.id}-1`,
      },
    })
    expect(await callsOf(run.id)).toMatchObject([{ state: 'ended', attempts: 1, last_code: null }])
  })
})

describe('an endpoint that fails', () => {
  const scenario = (id: string, http: string, onError = '') => `
id: ${id}
name: ${id}
trigger: { event: message.received, when: { field: event.text, contains: ${id} } }
vars: { answer: { type: map } }
steps:
  - id: call
    http: { endpoint: ${id}, body: { text: '{{ event.text }}' }, into: answer, ${http} }
    ${onError}
  - { id: say, sendText: { text: 'Answer: {{ vars.answer.text }}', ifWindowClosed: fail } }
`
  const APOLOGY =
    "onError: [ { id: sorry, sendText: { text: 'We call you back', ifWindowClosed: fail } }, { id: end, stop: true } ]"

  it('is called again with the same key, as it asks', async () => {
    const server = await serve((_, response, calls) => {
      if (calls.length === 1) json(response, {}, 429, { 'retry-after': '1' })
      else if (calls.length === 2) response.destroy()
      else json(response, { text: 'now' })
    })
    await addEndpoint('flaky', server)
    await publishDocument(house, scenario('flaky', 'retries: 3'))
    const number = newNumber()
    const task = await write(number, 'flaky')
    await eventually(async () => expect(await received(number)).toEqual(['Answer: now']))
    const run = await runOf(task.conversationId, 'finished')
    expect(await callsOf(run.id)).toMatchObject([{ state: 'ended', attempts: 3 }])
    expect(new Set(server.calls.map(({ headers }) => headers['idempotency-key']))).toEqual(
      new Set([`parley-${run.id}-1`]),
    )
  })

  it.each<[string, string, Parameters<typeof openOutsideServer>[0]]>([
    ['http_500', 'retries: 0', (_, response) => json(response, { error: 'planted words of the endpoint' }, 500)],
    ['http_404', 'retries: 3', (_, response) => json(response, {}, 404)],
    ['http_302', 'retries: 3', (_, response) => void response.writeHead(302, { location: '/elsewhere' }).end()],
    ['not_json', 'retries: 0', (_, response) => void response.end('<html>planted words</html>')],
    ['response_too_large', 'retries: 0', (_, response) => json(response, { text: 'x'.repeat(300 * 1024) })],
    ['timeout', 'retries: 0, timeout: 1s', () => undefined],
    ['network', 'retries: 0', (_, response) => void response.destroy()],
    [
      'invalid_response',
      'retries: 0, response: { price: { type: number } }',
      (_, response) => json(response, { price: 'x' }),
    ],
  ])('%s goes to onError, once, and the record has the code alone', async (code, http, answer) => {
    const id = `fails-${code.replaceAll('_', '-')}`
    const server = await serve(answer)
    await addEndpoint(id, server)
    await publishDocument(house, scenario(id, http, APOLOGY))
    const number = newNumber()
    const task = await write(number, id)
    await eventually(async () => expect(await received(number)).toEqual(['We call you back']))
    const run = await runOf(task.conversationId, 'finished')
    expect(server.calls).toHaveLength(1)
    const entries = await house.database.db
      .selectFrom('run_entries')
      .select('entry')
      .where('run_id', '=', run.id)
      .orderBy('n')
      .execute()
    expect(entries.map(({ entry }) => entry)).toContainEqual(
      expect.objectContaining({
        step: 'call',
        outcome: 'error',
        took: 'onError',
        error: expect.objectContaining({ code }),
      }),
    )
    expect(JSON.stringify(entries)).not.toContain('planted words')
  })

  it('stops the run for a person where it is not there any more, who lets it go on', async () => {
    const server = await serve((_, response) => json(response, { text: 'here again' }))
    await publishDocument(house, scenario('later', 'retries: 0'))
    const number = newNumber()
    const task = await write(number, 'later')
    const blocked = await runOf(task.conversationId, 'blocked')
    expect(blocked.reason_code).toBe('endpoint_unknown')
    expect(await received(number)).toEqual([])
    const endpoint = await addEndpoint('later', server, { enabled: false })
    await house.api('POST', `/api/runs/${blocked.id}/resume`)
    await eventually(async () =>
      expect((await runOf(task.conversationId, 'blocked')).reason_code).toBe('endpoint_disabled'),
    )
    await house.api('PATCH', `/api/endpoints/${endpoint}`, { enabled: true })
    await house.api('POST', `/api/runs/${blocked.id}/resume`)
    await eventually(async () => expect(await received(number)).toEqual(['Answer: here again']))
    expect(server.calls.map(({ headers }) => headers['idempotency-key'])).toEqual([`parley-${blocked.id}-3`])
  })

  it('holds up neither the conversation nor other endpoints, and is not called for a run that was stopped', async () => {
    const release: (() => void)[] = []
    const slow = await serve(
      (_, response) => new Promise((resolve) => release.push(() => resolve(json(response, { text: 'slow' })))),
    )
    const fast = await serve((_, response) => json(response, { text: 'fast' }))
    await addEndpoint('slowly', slow, { maxConcurrent: 1 })
    await addEndpoint('quickly', fast)
    await publishDocument(house, scenario('slowly', 'timeout: 60s'))
    await publishDocument(house, scenario('quickly', 'retries: 0'))
    const [first, second] = [newNumber(), newNumber()]
    const one = await write(first, 'slowly')
    await eventually(async () => expect(slow.calls).toHaveLength(1))
    const two = await write(second, 'slowly')
    const waiting = await runOf(two.conversationId, 'running')
    await eventually(async () => expect(await callsOf(waiting.id)).toMatchObject([{ state: 'waiting', attempts: 0 }]))

    // Messages of the same conversation, its scenarios, and other endpoints go on.
    await write(first, 'quickly, please')
    await eventually(async () => expect(await received(first)).toEqual(['Answer: fast']))

    await house.api('POST', `/api/runs/${waiting.id}/stop`)
    await runOf(two.conversationId, 'stopped')
    for (const go of release) go()
    await eventually(async () => expect(await received(first)).toEqual(['Answer: fast', 'Answer: slow']))
    await eventually(async () => expect(await callsOf(waiting.id)).toMatchObject([{ state: 'dropped', attempts: 0 }]))
    expect(slow.calls).toHaveLength(1)
    expect(one.conversationId).not.toBe(two.conversationId)
  })

  it('is called again where the worker was killed during the call, and the answer comes once', async () => {
    const server = await serve((_, response) => json(response, { text: 'after the crash' }))
    const endpoint = await addEndpoint('crashing', server, { enabled: true, maxConcurrent: 1, perSecond: 1_000 })
    // Nothing goes to it before the crash is staged.
    await house.database.db
      .updateTable('endpoints')
      .set({ next_place_at: new Date(Date.now() + 5_000) })
      .where('id', '=', endpoint)
      .execute()
    await publishDocument(house, scenario('crashing', 'retries: 1'))
    const number = newNumber()
    const task = await write(number, 'crashing')
    const run = await runOf(task.conversationId, 'running')
    // Another worker claimed it, called, and was killed before it could say what came of it.
    const [call] = await eventually(async () => {
      const found = await callsOf(run.id)
      expect(found).toMatchObject([{ has_place: true }])
      return found
    })
    if (!call) throw new Error('no call')
    await house.database.db
      .updateTable('outside_calls')
      .set({ next_at: new Date(0) })
      .where('id', '=', call.id)
      .execute()
    const killed = await claimCall(house.database, secrets, call.id, 'killed')
    expect(killed).toMatchObject({ claim: 'made' })
    await house.database.db
      .updateTable('outside_calls')
      .set({ lease_until: new Date(0) })
      .where('id', '=', call.id)
      .execute()

    await eventually(async () => expect(await received(number)).toEqual(['Answer: after the crash']))
    expect(await callsOf(run.id)).toMatchObject([{ state: 'ended', attempts: 2 }])
    expect(server.calls).toHaveLength(1)
    const answered = await house.database.db
      .selectFrom('conversation_events')
      .select('seq')
      .where('conversation_id', '=', task.conversationId)
      .where('kind', '=', 'run.answered')
      .execute()
    expect(answered).toHaveLength(1)
  })

  it('takes up a call whose workflow was lost', async () => {
    const server = await serve((_, response) => json(response, { text: 'taken up' }))
    const endpoint = await addEndpoint('lost', server)
    await house.database.db
      .updateTable('endpoints')
      .set({ next_place_at: new Date(Date.now() + 600_000) })
      .where('id', '=', endpoint)
      .execute()
    await publishDocument(house, scenario('lost', 'retries: 0'))
    const number = newNumber()
    const task = await write(number, 'lost')
    const run = await runOf(task.conversationId, 'running')
    await eventually(async () => expect(await callsOf(run.id)).toMatchObject([{ has_place: true }]))
    await house.workflowOf(task.conversationId).terminate('lost')
    await house.database.db
      .updateTable('outside_calls')
      .set({ next_at: new Date(0) })
      .where('run_id', '=', run.id)
      .execute()
    // Whatever comes next starts the workflow afresh.
    await write(number, 'hello?')
    await eventually(async () => expect(await received(number)).toEqual(['Answer: taken up']))
    expect(server.calls).toHaveLength(1)
  })

  it('outlives its workflow, which goes on as a new one', async () => {
    let release = () => {}
    const server = await serve(
      (_, response) => new Promise<void>((resolve) => (release = () => resolve(json(response, { text: 'carried' })))),
    )
    await addEndpoint('carried', server)
    await publishDocument(house, scenario('carried', 'retries: 0, timeout: 60s'))
    const number = newNumber()
    const task = await write(number, 'carried')
    await eventually(async () => expect(server.calls).toHaveLength(1))
    const handle = house.workflowOf(task.conversationId)
    const { runId } = await handle.describe()
    // As much as a long conversation brings; then it is quiet, and turns its history over.
    for (let length = 0; length < 850; ) {
      await Promise.all(Array.from({ length: 25 }, () => handle.signal('arrived', { upTo: 0 })))
      const now = await handle.describe()
      length = now.runId === runId ? now.historyLength : Number.POSITIVE_INFINITY
    }
    await eventually(async () => expect((await handle.describe()).runId).not.toBe(runId))
    const { events = [] } = await handle.fetchHistory()
    const carry = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data
    const run = await runOf(task.conversationId, 'running')
    const [call] = await callsOf(run.id)
    expect(JSON.parse(Buffer.from(carry ?? []).toString('utf8'))).toMatchObject({ calls: [call?.id] })

    release()
    await eventually(async () => expect(await received(number)).toEqual(['Answer: carried']))
    expect(server.calls).toHaveLength(1)
  })
})

describe('what an endpoint is called with', () => {
  it('is in no log, no answer, no audit, no record of a run and not in Temporal', async () => {
    const planted = ['planted-endpoint-token', 'planted-endpoint-header']
    const server = await serve((_, response, calls) => json(response, { text: 'Fine' }, calls.length === 1 ? 503 : 200))
    const endpoint = await addEndpoint('guarded', server, {
      secret: { kind: 'header', name: 'x-api-key', value: planted[0] },
      headers: { 'x-tenant': planted[1] },
    })
    await publishDocument(
      house,
      `
id: guarded
name: guarded
trigger: { event: message.received, when: { field: event.text, contains: guarded } }
steps:
  - { id: call, http: { endpoint: guarded, body: { said: '{{ event.text }}' } } }
  - { id: note, tag: called }
`,
    )
    const number = newNumber()
    const task = await write(number, 'guarded words-of-a-client')
    const run = await runOf(task.conversationId, 'finished')
    expect(server.calls.map(({ headers }) => [headers['x-api-key'], headers['x-tenant']])).toEqual([planted, planted])

    const { db } = house.database
    const history = await house.workflowOf(task.conversationId).fetchHistory()
    const temporal = JSON.stringify(history, (_, part) =>
      part instanceof Uint8Array ? Buffer.from(part).toString('utf8') : part,
    )
    expect(temporal).toContain('callOutside')
    const tables = await Promise.all([
      db.selectFrom('audit_log').selectAll().execute(),
      db.selectFrom('conversation_events').selectAll().execute(),
      db.selectFrom('run_entries').selectAll().where('run_id', '=', run.id).execute(),
      db.selectFrom('outside_calls').selectAll().execute(),
      db.selectFrom('live_events').selectAll().execute(),
    ])
    const shown = [
      temporal,
      JSON.stringify(tables),
      JSON.stringify(await house.api('GET', `/api/runs/${run.id}`)),
      JSON.stringify(await house.api('GET', `/api/endpoints/${endpoint}`)),
    ]
    for (const secret of planted) expect(shown.join()).not.toContain(secret)
    expect(temporal).not.toContain('words-of-a-client')
  })
})
