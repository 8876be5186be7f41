import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { eventually } from '../../kit/eventually.ts'
import { publishDocument } from '../../kit/scenarios.ts'
import { openStage, type Stage, type Task } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage('1650903')
  for (const delivery of ['at_least_once', 'at_most_once']) {
    await publishDocument(
      stage,
      `
id: ${delivery.replaceAll('_', '-')}
name: ${delivery}
trigger: { event: message.received, when: { field: event.text, startsWith: ${delivery} } }
steps:
  - { id: send, sendText: { text: 'You asked for {{ event.text }}', delivery: ${delivery} } }
`,
    )
  }
})
afterAll(() => stage.close())
afterEach(() => stage.clearFaults())

/** The answer never comes, and no status does; `times` null: for as long as the fault stands. */
const lose = async (to: string, times: number | null) => {
  await stage.fault({ on: 'messages', kind: 'no_statuses', match: { to } })
  await stage.fault({ on: 'messages', kind: 'reset_after_accept', times, match: { to } })
}
const sent = (task: Task) =>
  eventually(async () => {
    const delivery = (await stage.feed(task.id)).find(({ author }) => author.kind === 'scenario')?.delivery
    if (!delivery) throw new Error('nothing was sent')
    return delivery
  })

it('is made again where nobody knows, and says that it may be there twice', async () => {
  const number = stage.newNumber()
  await lose(number, 1)
  const task = await stage.write(number, 'at_least_once: apples')
  await stage.runIn(task.conversationId, 'finished')
  expect(await stage.received(number)).toHaveLength(2)
  const { id } = await sent(task)
  expect(await stage.delivery(id)).toMatchObject({
    state: 'accepted',
    maybeTwice: true,
    attempts: [{ outcome: 'unknown' }, { outcome: 'accepted' }],
  })
})

it('is made three times at most: then a person decides', async () => {
  const number = stage.newNumber()
  await lose(number, null)
  const task = await stage.write(number, 'at_least_once: pears')
  const { id } = await sent(task)
  await eventually(async () => {
    expect(await stage.delivery(id)).toMatchObject({
      state: 'unknown',
      attempts: [{ outcome: 'unknown' }, { outcome: 'unknown' }, { outcome: 'unknown' }],
    })
  }, 60_000)
  expect(await stage.received(number)).toHaveLength(3)
  expect((await stage.runs(task.conversationId))[0]).toMatchObject({ state: 'running' })
}, 90_000)

it('is not made again once a status says that it left', async () => {
  const number = stage.newNumber()
  await stage.fault({ on: 'messages', kind: 'reset_after_accept', times: 1, match: { to: number } })
  const task = await stage.write(number, 'at_least_once: plums')
  const { id } = await sent(task)
  await eventually(async () => expect((await stage.delivery(id)).state).toMatch(/sent|delivered|read/))
  // What is sent next stands behind it: once that has left, its own turn is over.
  await stage.api('POST', '/api/messages', { channelId: stage.channel, to: `+${number}`, text: 'Next' })
  await eventually(async () => expect((await stage.received(number)).map(({ text }) => text)).toContain('Next'))
  expect((await stage.received(number)).map(({ text }) => text)).toEqual(['You asked for at_least_once: plums', 'Next'])
  expect(await stage.delivery(id)).toMatchObject({ maybeTwice: false, attempts: [{ outcome: 'unknown' }] })
  await stage.runIn(task.conversationId, 'finished')
})

it('is no failure where a later call is refused: the first may have reached the client', async () => {
  const number = stage.newNumber()
  await lose(number, 1)
  const task = await stage.write(number, 'at_least_once: cherries')
  const { id } = await sent(task)
  await eventually(async () => expect((await stage.delivery(id)).attempts).toMatchObject([{ outcome: 'unknown' }]))
  await stage.fault({ on: 'messages', kind: 'error', code: 131026, match: { to: number } })
  await eventually(async () =>
    expect(await stage.delivery(id)).toMatchObject({
      state: 'unknown',
      error: { code: '131026' },
      attempts: [{ outcome: 'unknown' }, { outcome: 'rejected' }],
    }),
  )
  expect((await stage.runs(task.conversationId))[0]).toMatchObject({ state: 'running' })
})

it('is never made again where its author did not ask for it', async () => {
  const number = stage.newNumber()
  await lose(number, null)
  const task = await stage.write(number, 'at_most_once: grapes')
  const { id } = await sent(task)
  await eventually(async () => expect((await stage.delivery(id)).state).toBe('unknown'))
  await stage.clearFaults()
  await stage.api('POST', `/api/tasks/${task.id}/comments`, { text: 'Next', notify: { contact: true } })
  await eventually(async () => expect((await stage.received(number)).map(({ text }) => text)).toContain('Next'))
  expect(await stage.delivery(id)).toMatchObject({ maybeTwice: false, attempts: [{ outcome: 'unknown' }] })
  expect(await stage.received(number)).toHaveLength(2)
})

it('whose answer is lost after a status came leaves no run waiting', async () => {
  const number = stage.newNumber()
  await stage.fault({ on: 'messages', kind: 'status_before_response', match: { to: number } })
  await stage.fault({ on: 'messages', kind: 'reset_after_accept', times: 1, match: { to: number } })
  const task = await stage.write(number, 'at_most_once: melons')
  await stage.runIn(task.conversationId, 'finished')
  expect(await stage.received(number)).toHaveLength(1)
})
