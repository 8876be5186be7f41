import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addChannel } from '../../kit/house.ts'
import { type Desk, openDesk } from '../work/desk.ts'
import { scenario } from './documents.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
  const other = await addChannel(desk.database, { owner: desk.ownerId, template: desk.template, phoneNumberId: '2' })
  await desk.database.db.updateTable('channels').set({ name: 'Other' }).where('id', '=', other).execute()
  for (const name of ['shop', 'payments']) {
    const made = await desk.owner('/api/incoming-webhooks', { body: { name, verify: 'standard' } })
    expect(made.status).toBe(201)
  }
})
afterAll(() => desk.close())

const errorsOf = async (parts: object): Promise<string[]> => {
  const { status, json } = await desk.owner('/api/scenarios/check', { body: { document: scenario('hook', parts) } })
  expect(status).toBe(200)
  const errors = json.findings.filter(({ severity }: { severity: string }) => severity === 'error')
  return errors.map(({ code, path }: Record<string, string>) => `${code} ${path}`)
}
const received = (more: object = {}) => ({ event: 'webhook.received', name: 'shop', ...more })
const PHONE = { phone: '{{ event.body.phone }}', channel: 'Other' }
const waits = (event: object, trigger: object = { event: 'task.created' }) => ({
  trigger,
  steps: [{ id: 'w', wait: { for: [event], timeout: '1d' } }],
})

describe('a scenario that a webhook starts, or wakes', () => {
  it.each<[string, object, string[]]>([
    ['by a number', { trigger: received({ about: PHONE }) }, []],
    ['by a task', { trigger: received({ about: { taskNumber: '{{ event.body.task }}' } }) }, []],
    [
      'by a webhook that is not there',
      { trigger: received({ name: 'shp', about: PHONE }) },
      ['webhook_unknown trigger.name'],
    ],
    [
      'on a channel that is not there',
      { trigger: received({ about: { ...PHONE, channel: 'Othr' } }) },
      ['channel_unknown trigger.about.channel'],
    ],
    [
      'about what the task says',
      { trigger: received({ about: { taskNumber: '{{ task.number }}' } }) },
      ['unknown_field trigger.about.taskNumber'],
    ],
    [
      'about a text that does not compile',
      { trigger: received({ about: { taskNumber: '{{ x' } }) },
      ['invalid_text trigger.about.taskNumber'],
    ],
    ['in a wait', waits(received({ name: 'payments', about: { conversationId: '{{ event.body.id }}' } })), []],
    [
      'in a wait for one that is not there',
      waits(received({ name: 'pay', about: PHONE })),
      ['webhook_unknown steps[0].wait.for[0].name'],
    ],
    ['in a wait that says not whom', waits(received()), ['about_missing steps[0].wait.for[0]']],
    [
      'in a wait about a variable',
      {
        ...waits(received({ about: { conversationId: '{{ vars.id }}' } })),
        vars: { id: { type: 'string', default: 'x' } },
      },
      ['unknown_field steps[0].wait.for[0].about.conversationId'],
    ],
    ['and tells others', { steps: [{ id: 'e', emit: { event: 'quote.accepted', data: { a: 1 } } }] }, []],
  ])('%s', async (_, parts, expected) => {
    expect(await errorsOf(parts)).toEqual(expected)
  })
})
