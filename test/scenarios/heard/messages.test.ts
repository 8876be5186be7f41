import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConversationId, TaskId } from '../../../src/domain/ids.ts'
import { eventually } from '../../kit/eventually.ts'
import { openRunningHouse, type RunningHouse } from '../../kit/running-house.ts'
import { publishDocument } from '../../kit/scenarios.ts'
import { addTemplate } from '../../kit/templates.ts'

let house: RunningHouse
beforeAll(async () => {
  house = await openRunningHouse()
  await addTemplate(house, { name: 'hello_world', body: 'Welcome and congratulations!!' })
})
afterAll(() => house.close())

let clients = 0
const newNumber = () => `1650777${String(++clients).padStart(4, '0')}`

interface Task {
  id: TaskId
  conversationId: ConversationId
}

const write = async (from: string, text = 'Hi'): Promise<Task> => {
  await house.phone({ from, name: 'Ann Example', text })
  return eventually(async () => {
    const { body } = await house.api<{ items: Task[] }>('GET', `/api/tasks?status=all&q=${from}`)
    const [task] = body.items
    if (!task) throw new Error('no task yet')
    return task
  })
}
const say = async ({ id }: Task, text: string) => {
  const notify = { contact: true }
  const { status, body } = await house.api<{ id: string }>('POST', `/api/tasks/${id}/comments`, { text, notify })
  expect(status).toBe(201)
  return body.id
}
const simulator = async (path: string, body: object) => {
  const answer = await fetch(`${house.url}/simulator${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(answer.status).toBeLessThan(300)
}
const read = (from: string) => simulator('/phone/read', { from })
const notes = async ({ id }: Task) => {
  const { body } = await house.api<{ items: { text: string | null; author: { kind: string } }[] }>(
    'GET',
    `/api/tasks/${id}/comments?limit=200`,
  )
  return body.items.filter(({ author }) => author.kind === 'scenario').map(({ text }) => text)
}
const received = async (from: string) =>
  (await house.phoneMessages(from)).filter(({ direction }) => direction === 'to_client').map(({ text }) => text)
const delivered = (from: string, text: string) =>
  eventually(async () => {
    const one = (await house.phoneMessages(from)).find((message) => message.text === text)
    expect(one?.state).toBe('delivered')
  })
const deliveryStates = async ({ conversationId }: Task) =>
  (
    await house.database.db
      .selectFrom('deliveries')
      .select('state')
      .where('conversation_id', '=', conversationId)
      .orderBy('id')
      .execute()
  ).map(({ state }) => state)
const statusEvents = async ({ conversationId }: Task) =>
  (
    await house.database.db
      .selectFrom('conversation_events')
      .select('payload')
      .where('conversation_id', '=', conversationId)
      .where('kind', '=', 'delivery.status')
      .orderBy('seq')
      .execute()
  ).map(({ payload }) => (payload.kind === 'delivery.status' ? payload.state : null))
const publish = (id: string, trigger: string, steps: string) =>
  publishDocument(house, `id: ${id}\nname: ${id}\ntrigger: ${trigger}\nsteps:\n${steps}`)

describe('how a message to the client fares', () => {
  it('is no event of the conversation where nobody listens', async () => {
    const number = newNumber()
    const task = await write(number)
    await say(task, 'Nobody listens')
    await delivered(number, 'Nobody listens')
    await read(number)
    await eventually(async () => expect(await deliveryStates(task)).toEqual(['read']))
    expect(await statusEvents(task)).toEqual([])
  })

  it('is heard by a run that sent it and waits for it, though nothing published listens', async () => {
    await publish(
      'nudge',
      '{ event: message.received, when: { field: event.text, is: nudge me } }',
      `  - { id: s, sendText: { text: 'Did you see our offer?' } }
  - id: w
    wait: { for: [ { event: message.read, when: { field: event.byScenario, is: nudge } } ], timeout: 2d }
    onTimeout: [ { id: end, stop: true } ]
  - { id: seen, comment: { text: 'They have read it: {{ event.kind }}' } }
`,
    )
    const number = newNumber()
    const task = await write(number, 'nudge me')
    await delivered(number, 'Did you see our offer?')
    await read(number)
    await eventually(async () => expect(await notes(task)).toContain('They have read it: text'))
    expect(await statusEvents(task)).toEqual(['read'])
  })

  it('starts scenarios: sent, delivered and read, each once and in this order', async () => {
    for (const state of ['sent', 'delivered', 'read']) {
      const note = `${state} {{ event.kind }} by {{ event.byScenario | default: 'a person' }}, {{ event.template | default: 'free' }}`
      await publish(`on-${state}`, `{ event: message.${state} }`, `  - { id: n, comment: { text: "${note}" } }\n`)
    }
    const number = newNumber()
    const task = await write(number)
    await say(task, 'Good morning')
    await delivered(number, 'Good morning')
    await read(number)
    const words = 'text by a person, free'
    await eventually(async () =>
      expect(await notes(task)).toEqual([`sent ${words}`, `delivered ${words}`, `read ${words}`]),
    )
    // The phone shows it once more, and the provider's "sent" came beside the answer to the call.
    await read(number)
    expect(await statusEvents(task)).toEqual(['sent', 'delivered', 'read'])
  })

  it('never starts the scenario that sent it, nor those that led to it', async () => {
    const text = (words: string) => `  - { id: s, sendText: { text: '${words}', ifWindowClosed: skip } }\n`
    await publish('circle-one', '{ event: message.sent, when: { field: event.kind, is: text } }', text('One'))
    await publish(
      'circle-two',
      '{ event: message.sent, when: { field: event.byScenario, is: circle-one } }',
      text('Two'),
    )
    const number = newNumber()
    const task = await write(number)
    await say(task, 'Begin')
    await eventually(async () => expect([...(await received(number))].sort()).toEqual(['Begin', 'One', 'Two']))
    // Each is told of what it did itself, and of what the other did because of it, and is not started again.
    await eventually(async () => {
      const decisions = await house.database.db
        .selectFrom('scenario_decisions')
        .select(['started', 'not_started'])
        .where('conversation_id', '=', task.conversationId)
        .where('event', '=', 'message.sent')
        .execute()
      expect(decisions).toHaveLength(3)
      const reasons = decisions.flatMap(({ not_started }) => not_started.map(({ reason }) => reason))
      expect(reasons.filter((reason) => reason === 'limit_chain')).toHaveLength(2)
    })
    expect(await received(number)).toHaveLength(3)
  })

  it('failed: with the same keys and the code', async () => {
    const note = '{{ event.code }}: {{ event.kind }} {{ event.template }} by {{ event.byScenario }}'
    await publish(
      'on-failed',
      '{ event: message.failed, when: { field: event.byScenario, is: will-fail } }',
      `  - { id: n, comment: { text: '${note}' } }\n`,
    )
    await publish(
      'will-fail',
      '{ event: message.received, when: { field: event.text, is: please fail } }',
      '  - { id: s, sendTemplate: { name: hello_world, language: en_US } }\n',
    )
    const number = newNumber()
    await house.fault({ match: { to: number }, kind: 'error', code: 131026 })
    const task = await write(number, 'please fail')
    await eventually(async () => expect(await notes(task)).toContain('131026: template hello_world by will-fail'))
    await house.clearFaults()
  })
})

describe('a word from the phone app', () => {
  it('is a person’s reply: it disturbs a run that waits', async () => {
    await publish(
      'patient',
      '{ event: message.received, when: { field: event.text, is: I wait } }',
      `  - { id: w, wait: { for: [task.status_changed], timeout: 5d } }
  - { id: n, comment: { text: 'went on' } }
`,
    )
    const number = newNumber()
    const task = await write(number, 'I wait')
    const states = async () =>
      (
        await house.database.db
          .selectFrom('runs as r')
          .innerJoin('scenarios as s', 's.id', 'r.scenario_id')
          .select(['r.state', 'r.reason_code'])
          .where('r.conversation_id', '=', task.conversationId)
          .where('s.key', '=', 'patient')
          .execute()
      ).map(({ state, reason_code }) => [state, reason_code])
    await eventually(async () => expect(await states()).toEqual([['waiting', null]]))
    await simulator('/phone/echo', { to: number, text: 'It is me, from my phone' })
    await eventually(async () => expect(await states()).toEqual([['stopped', 'human_reply']]))
  })
})
