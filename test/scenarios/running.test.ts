import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConversationId, RunId, TaskId } from '../../src/domain/ids.ts'
import { eventually } from '../kit/eventually.ts'
import { openRunningHouse, type RunningHouse } from '../kit/running-house.ts'
import { publishDocument } from '../kit/scenarios.ts'
import { skipTime } from '../kit/skip-time.ts'
import { addTemplate } from '../kit/templates.ts'

let house: RunningHouse
beforeAll(async () => {
  house = await openRunningHouse()
  await addTemplate(house, { name: 'hello_world', body: 'Welcome and congratulations!!' })
})
afterAll(() => house.close())

let clients = 0
const newNumber = () => `1650999${String(++clients).padStart(4, '0')}`

interface Task {
  id: TaskId
  conversationId: ConversationId
  status: { key: string }
  requester: { id: string }
}
interface Comment {
  text: string | null
  author: { kind: string; name: string }
  delivery: { state: string } | null
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
const feedOf = async (task: TaskId) =>
  (await house.api<{ items: Comment[] }>('GET', `/api/tasks/${task}/comments?limit=200`)).body.items
const received = async (from: string) =>
  (await house.phoneMessages(from)).filter(({ direction }) => direction === 'to_client').map(({ text }) => text)
const runsOf = (conversation: ConversationId) =>
  house.database.db.selectFrom('runs').selectAll().where('conversation_id', '=', conversation).orderBy('id').execute()
const entriesOf = async (run: RunId) =>
  (
    await house.database.db.selectFrom('run_entries').select('entry').where('run_id', '=', run).orderBy('n').execute()
  ).map(({ entry }) => `${entry.step ?? ''} ${entry.action} ${entry.outcome}`.trim())

describe('a published scenario', () => {
  it('answers the client, changes the task, and says what it did and what it did not', async () => {
    await publishDocument(
      house,
      `
id: price
name: Price list
trigger: { event: message.received, when: { field: event.text, contains: price } }
steps:
  - { id: answer, sendText: { text: 'Hello {{ contact.firstName }}, the list is on its way' } }
  - { id: status, setStatus: waiting }
  - { id: tag, tag: asked-for-prices }
  - { id: note, comment: { text: 'Sent the price list', notify: [assignee] } }
`,
    )
    const number = newNumber()
    const task = await write(number, 'What is the PRICE?')
    await eventually(async () => expect(await received(number)).toEqual(['Hello Ann, the list is on its way']))
    await eventually(async () => {
      const [run] = await runsOf(task.conversationId)
      expect(run?.state).toBe('finished')
    })
    const [run] = await runsOf(task.conversationId)
    expect(await entriesOf(run?.id as RunId)).toEqual([
      'start started',
      'answer sendText asked',
      'answer sendText done',
      'status setStatus asked',
      'status setStatus done',
      'tag tag asked',
      'tag tag done',
      'note comment asked',
      'note comment done',
      'note end finished',
    ])
    expect((await house.api<Task>('GET', `/api/tasks/${task.id}`)).body.status.key).toBe('waiting')
    const feed = await feedOf(task.id)
    expect(feed.filter(({ author }) => author.kind === 'scenario').map(({ text }) => text)).toEqual([
      'Hello Ann, the list is on its way',
      'Status: New → Waiting',
      'Sent the price list',
    ])

    await house.phone({ from: number, name: 'Ann Example', text: 'Thank you' })
    const decisions = await eventually(async () => {
      const rows = await house.database.db
        .selectFrom('scenario_decisions')
        .select(['started', 'not_started'])
        .where('conversation_id', '=', task.conversationId)
        .where('event', '=', 'message.received')
        .orderBy('seq')
        .execute()
      expect(rows).toHaveLength(2)
      return rows
    })
    expect(decisions[0]?.started).toMatchObject([{ runId: run?.id }])
    expect(decisions[1]).toMatchObject({
      started: [],
      not_started: [{ reason: 'condition', condition: { ok: false, field: 'event.text', actual: 'Thank you' } }],
    })
  })

  it('waits for the client, or for the time, over days', async () => {
    await publishDocument(
      house,
      `
id: reminder
name: Remind once
trigger: { event: task.status_changed, when: { field: event.to, is: in_progress } }
concurrency: restart
steps:
  - id: w1
    wait: { for: [message.received], timeout: 5d }
    onTimeout:
      - { id: remind, sendTemplate: { name: hello_world, language: en_US } }
      - { id: end, stop: true }
  - { id: answered, comment: { text: 'The client answered: {{ event.text }}' } }
`,
    )
    const [answers, silent] = [newNumber(), newNumber()]
    const first = await write(answers, 'Hi')
    const second = await write(silent, 'Hi')
    for (const { id } of [first, second]) await house.api('PATCH', `/api/tasks/${id}`, { status: 'in_progress' })
    const waits = (of: ConversationId) =>
      eventually(async () => expect((await runsOf(of)).map(({ state }) => state)).toEqual(['waiting']))
    await waits(first.conversationId)
    await waits(second.conversationId)

    await house.phone({ from: answers, name: 'Ann Example', text: 'I take it' })
    await eventually(async () =>
      expect((await feedOf(first.id)).map(({ text }) => text)).toContain('The client answered: I take it'),
    )
    await skipTime(house, second.conversationId)
    await eventually(async () => expect(await received(silent)).toEqual([expect.stringContaining('Welcome')]))
    await eventually(async () =>
      expect((await runsOf(second.conversationId)).map(({ state }) => state)).toEqual(['finished']),
    )
  })

  it('is disturbed by a person who writes to the client', async () => {
    const number = newNumber()
    const task = await write(number, 'Hi')
    await house.api('PATCH', `/api/tasks/${task.id}`, { status: 'in_progress' })
    await eventually(async () => expect(await runsOf(task.conversationId)).toHaveLength(1))
    await house.api('POST', `/api/tasks/${task.id}/comments`, { text: 'I call you', notify: { contact: true } })
    await eventually(async () => expect((await runsOf(task.conversationId))[0]?.state).toBe('stopped'))
  })
})

describe('a button', () => {
  const SEND_ADDRESS = `
id: send-address
name: Send our address
trigger:
  button: { label: Send address, confirm: true, inputs: [ { name: branch, type: choice, options: [north, south] } ] }
  when: { field: task.status.active, is: true }
vars: { addresses: { type: map, default: { north: '1 North St', south: '2 South St' } } }
steps:
  - id: s1
    sendText: { text: 'Our address: {{ vars.addresses[inputs.branch] }}', ifWindowClosed: { template: { name: address, language: ru, body: ['{{ inputs.branch }}'] } } }
`
  interface Button {
    scenarioId: string
    label: string
    enabled: boolean
    reason: string | null
    confirm: boolean
  }
  const press = (task: TaskId, scenario: string, body: unknown) =>
    house.api<{ runId: RunId; error?: { code: string } }>('POST', `/api/tasks/${task}/buttons/${scenario}`, body)

  it('shows where it can be pressed and why not, asks for its inputs, and does what it says', async () => {
    const id = await publishDocument(house, SEND_ADDRESS)
    const number = newNumber()
    const task = await write(number, 'Where are you?')
    const buttons = async () =>
      (await house.api<{ items: Button[] }>('GET', `/api/tasks/${task.id}/buttons`)).body.items.filter(
        ({ scenarioId }) => scenarioId === id,
      )
    expect(await buttons()).toMatchObject([{ label: 'Send address', enabled: true, reason: null, confirm: true }])

    expect(await press(task.id, id, { inputs: { branch: 'west' } })).toMatchObject({
      status: 422,
      body: { error: { code: 'button_inputs' } },
    })
    const { status, body } = await press(task.id, id, { inputs: { branch: 'south' } })
    expect(status).toBe(202)
    await eventually(async () => expect(await received(number)).toEqual(['Our address: 2 South St']))
    await eventually(async () => {
      const [run] = (await runsOf(task.conversationId)).filter((one) => one.id === body.runId)
      expect(run?.state).toBe('finished')
    })

    await house.api('PATCH', `/api/tasks/${task.id}`, { status: 'done' })
    expect(await buttons()).toMatchObject([{ enabled: false, reason: expect.stringContaining('task.status.active') }])
    expect(await press(task.id, id, { inputs: { branch: 'south' } })).toMatchObject({
      status: 409,
      body: { error: { code: 'button_disabled' } },
    })
  })

  it('says why it fired, and which did not', async () => {
    const number = newNumber()
    const task = await write(number, 'price?')
    await eventually(async () => expect(await received(number)).toHaveLength(1))
    const [question, answered] = await eventually(async () => {
      const { items } = (await house.api<{ items: { id: string }[] }>('GET', `/api/tasks/${task.id}/comments`)).body
      expect(items.length).toBeGreaterThan(1)
      return items
    })
    const why = async (comment: string) =>
      (await house.api<{ because: unknown[]; didNotFire: unknown[] }>('GET', `/api/explain?commentId=${comment}`)).body
    expect((await why(question?.id ?? '')).because).toMatchObject([{ event: 'message.received' }])
    expect((await why(answered?.id ?? '')).because).toMatchObject([{ event: 'step answer' }])
  })
})
