import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { workEvents } from '../../src/store/steps/work-events.ts'
import { type Desk, openDesk, type Worker } from '../http/work/desk.ts'
import { receive } from '../kit/house.ts'
import { addTemplate } from '../kit/templates.ts'

let desk: Desk
let anna: Worker
beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
  await addTemplate(desk, { name: 'hello', body: 'Hello' })
})
afterAll(() => desk.close())

const write = (to: string, contactName: string) =>
  anna.ask('/api/outbound', {
    body: { channelId: desk.channel, to, template: { name: 'hello', language: 'en_US' }, contactName },
  })

describe('the name that somebody gives who writes first', () => {
  it('names a client who is not known, and stands', async () => {
    const { json } = await write('+16505552001', ' Sheena of Berlin ')
    const upTo = await receive(desk.database, json.conversationId, {}, { name: 'sheena_85' })
    await workEvents(desk.database, { conversationId: json.conversationId, after: null, upTo })
    const task = (await anna.ask(`/api/tasks/${json.taskId}`)).json
    expect(task.requester.name).toBe('Sheena of Berlin')
  })

  it('does not pin the name of a client who is known on another channel', async () => {
    const channel = await desk.addChannel()
    const known = await desk.openTask({ channel, phone: '16505552002', name: 'Sheena' })
    const { json } = await write('+16505552002', 'Somebody')
    expect((await anna.ask(`/api/tasks/${json.taskId}`)).json.requester).toMatchObject({
      id: known.contact,
      name: 'Sheena',
    })
    const upTo = await receive(desk.database, known.conversation, {}, { name: 'Sheena Nelson' })
    await workEvents(desk.database, { conversationId: known.conversation, after: upTo - 1, upTo })
    expect((await anna.ask(`/api/contacts/${known.contact}`)).json.name).toBe('Sheena Nelson')
  })
})
