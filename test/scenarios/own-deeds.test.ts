import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { openRunningHouse, type RunningHouse } from '../kit/running-house.ts'
import { publishDocument } from '../kit/scenarios.ts'

let house: RunningHouse
beforeAll(async () => {
  house = await openRunningHouse()
})
afterAll(() => house.close())

it('a run is neither woken nor disturbed by what it did itself, but by the same deed of a person', async () => {
  await publishDocument(
    house,
    `
id: closes-and-waits
name: Closes the task and waits
trigger: { event: message.received, when: { field: event.text, is: close } }
concurrency: parallel
steps:
  - { id: tag, tag: waiting }
  - { id: close, close: true }
  - { id: w, wait: { for: [tag.added, message.received], timeout: 5d } }
  - { id: more, tag: 'woken-by-{{ event.name }}' }
`,
  )
  await house.phone({ from: '16507770001', name: 'Ann Example', text: 'close' })
  const run = () =>
    house.database.db.selectFrom('runs').select(['state', 'run', 'conversation_id']).executeTakeFirstOrThrow()
  await eventually(async () => {
    const { conversation_id } = await run()
    const { worked_seq, last_seq } = await house.database.db
      .selectFrom('conversations')
      .select(['worked_seq', 'last_seq'])
      .where('id', '=', conversation_id)
      .executeTakeFirstOrThrow()
    // The message, the new status, and whatever else it led to: all of it is worked off.
    expect([worked_seq, worked_seq > 1]).toEqual([last_seq, true])
  })
  expect((await run()).state).toBe('waiting')

  const contact = await house.database.db.selectFrom('contacts').select('id').executeTakeFirstOrThrow()
  const patched = await house.api('PATCH', `/api/contacts/${contact.id}`, { tags: ['waiting', 'vip'] })
  expect(patched.status).toBe(200)
  await eventually(async () => expect((await run()).state).toBe('finished'))
  const { tags } = await house.database.db.selectFrom('contacts').select('tags').executeTakeFirstOrThrow()
  expect(tags).toContain('woken-by-tag.added')
})
