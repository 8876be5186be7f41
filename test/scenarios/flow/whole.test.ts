import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ConversationId, TaskId } from '../../../src/domain/ids.ts'
import { eventually } from '../../kit/eventually.ts'
import { openRunningHouse, type RunningHouse } from '../../kit/running-house.ts'

let house: RunningHouse
beforeAll(async () => {
  house = await openRunningHouse()
})
afterAll(() => house.close())

interface Task {
  id: TaskId
  conversationId: ConversationId
}

const write = async (from: string, name: string, text: string): Promise<Task> => {
  await house.phone({ from, name, text })
  return eventually(async () => {
    const { body } = await house.api<{ items: Task[] }>('GET', `/api/tasks?status=all&q=${from}`)
    const [task] = body.items
    if (!task) throw new Error('no task yet')
    return task
  })
}
const received = async (from: string) =>
  (await house.phoneMessages(from)).filter(({ direction }) => direction === 'to_client').map(({ text }) => text)

async function publish(document: string): Promise<void> {
  const made = await house.api<{ id: string }>('POST', '/api/scenarios', { document })
  expect(made.status).toBe(201)
  const published = await house.api('POST', `/api/scenarios/${made.body.id}/publish`, { inFlight: 'pin' })
  expect([published.status, published.body]).toMatchObject([200, {}])
}

it('publishes a scenario that finds tasks and starts another one for each, which calls a third', async () => {
  await publish(`
id: wording
name: Makes the words
trigger: { event: contact.opted_out }
vars: { from: { type: string, default: '' }, words: { type: string, default: '' } }
steps: [ { id: set, set: { words: '{{ contact.firstName }}, {{ vars.from }} has news' } } ]
`)
  await publish(`
id: tell-one
name: Tells one
trigger: { event: contact.opted_out }
vars: { from: { type: string, default: '' }, answer: { type: map } }
steps:
  - { id: ask, call: { scenario: wording, with: { from: '{{ vars.from }}' }, into: answer } }
  - { id: say, sendText: { text: '{{ vars.answer.words | default: "" }}', ifWindowClosed: skip } }
`)
  await publish(`
id: tell-all
name: Tells all
trigger: { event: message.received, when: { field: event.text, is: tell all } }
vars: { found: { type: list } }
steps:
  - { id: f, find: { tasks: { all: [ { field: task.status.active, is: true }, { field: task.title, contains: 'Wanted' } ] }, into: found } }
  - { id: s, start: { scenario: tell-one, each: vars.found, with: { from: '{{ contact.firstName }}' } } }
`)
  await write('16507770001', 'Una Wanted', 'Hi')
  await write('16507770002', 'Duo Wanted', 'Hi')
  const other = await write('16507770003', 'Trio Other', 'tell all')
  await eventually(async () => expect(await received('16507770001')).toEqual(['Una, Trio has news']))
  await eventually(async () => expect(await received('16507770002')).toEqual(['Duo, Trio has news']))
  expect(await received('16507770003')).toEqual([])
  const { body } = await house.api<{ items: { id: string; state: string }[] }>('GET', `/api/runs?taskId=${other.id}`)
  expect(body.items).toMatchObject([{ state: 'finished' }])
})
