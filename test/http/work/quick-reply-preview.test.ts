import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Desk, openDesk, type Worker } from './desk.ts'

let desk: Desk
let anna: Worker
beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
})
afterAll(() => desk.close())

const preview = (body: unknown, worker = anna) => worker.ask('/api/quick-replies/preview', { body })

it('a text that is being written is checked, with places, and nothing is kept', async () => {
  const wrong = (await preview({ text: 'Hi\n {{contact.nam}}' })).json
  expect(wrong).toEqual({
    filled: null,
    problems: [expect.objectContaining({ code: 'unknown_variable', line: 2, column: 2, variable: 'contact.nam' })],
  })
  expect((await preview({ text: 'Hi {{contact.name}}' })).json).toEqual({ filled: null, problems: [] })
  expect((await anna.ask('/api/quick-replies')).json.items).toEqual([])
})

it('is read as in a task that one may see, with what has no value there', async () => {
  const { task: taskId } = await desk.openTask({ name: 'Ada Lovelace' })
  const text = 'Dear {{contact.firstName}}, {{task.fields.order}}{{task.fields.size | M}}'
  expect((await preview({ text, taskId })).json.filled).toEqual({ text: 'Dear Ada, M', missing: ['task.fields.order'] })
  const elsewhere = await desk.addWorker([await desk.addChannel()])
  expect((await preview({ text, taskId }, elsewhere)).status).toBe(404)
})

it('every variable that can be inserted is named', async () => {
  const { items } = (await anna.ask('/api/quick-replies/variables')).json
  expect(items).toContain('contact.firstName')
  const text = items.map((name: string) => `{{${name.replace('…', 'x')}}}`).join('')
  expect((await preview({ text })).json.problems).toEqual([])
})
