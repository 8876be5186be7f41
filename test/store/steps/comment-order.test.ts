import { afterAll, beforeAll, expect, it } from 'vitest'
import { capabilitiesOf } from '../../../src/channels/registry.ts'
import type { ConversationId } from '../../../src/domain/ids.ts'
import { addComment } from '../../../src/store/comments/add-comment.ts'
import { inTransaction } from '../../../src/store/index.ts'
import { workEvents } from '../../../src/store/steps/work-events.ts'
import { addConversation, type House, openHouse, receive } from '../../kit/house.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const work = (conversationId: ConversationId, after: number | null, upTo: number) =>
  workEvents(house.database, { conversationId, after, upTo }, capabilitiesOf)

it('comments keep their order where a step ends between them and the message before them (P5)', async () => {
  const conversation = await addConversation(house)
  const say = (text: string) => receive(house.database, conversation, { text })
  const task = async () => (await house.database.db.selectFrom('tasks').select('id').executeTakeFirstOrThrow()).id
  const note = async (text: string) => {
    const id = await task()
    const actor = { userId: house.owner, name: 'Olga', channelIds: null, key: `user:${house.owner}` }
    const draft = {
      text,
      attachmentIds: [],
      template: null,
      notifyContact: false,
      notifyEmployees: [],
      replyTo: null,
      quickReply: null,
      holdMs: 0,
    }
    const added = await inTransaction(house.database.db, (tx) => addComment(tx, actor, id, draft, capabilitiesOf))
    expect(added.refused).toBeNull()
  }
  await say('first')
  await work(conversation, null, 1)
  await say('second')
  await note('note 1')
  await note('note 2')
  // The step was told of the message alone; what is written now stands behind it at once.
  await work(conversation, 1, 2)
  await note('note 3')
  await note('note 4')
  await work(conversation, 2, 6)
  const feed = await house.database.db.selectFrom('comments').select('text').orderBy('position').execute()
  expect(feed.map(({ text }) => text)).toEqual(['first', 'second', 'note 1', 'note 2', 'note 3', 'note 4'])
})
