import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { capabilitiesOf } from '../../../src/channels/registry.ts'
import { isEchoOf } from '../../../src/domain/echoed-file.ts'
import type { AttachmentId, ChannelId, CommentId, ConversationId, DeliveryId } from '../../../src/domain/ids.ts'
import type { MediaKind, MessageContent } from '../../../src/domain/message.ts'
import { newId } from '../../../src/store/new-id.ts'
import { workEvents } from '../../../src/store/steps/work-events.ts'
import { CASES } from '../../channels/conformance/cases.ts'
import { addProviderChannel } from '../../channels/provider-channel.ts'
import { addConversation, appendTo, arrivedMessage, type House, openHouse, receive } from '../../kit/house.ts'

/** An echo with a file settles a send whose call ended without an answer, as far as the echo tells of its file. */

let house: House
let channel: ChannelId
beforeAll(async () => {
  house = await openHouse()
  channel = await addProviderChannel(
    house.database,
    'green-api',
    CASES['green-api']?.account('https://green.test') ?? {},
  )
})
afterAll(() => house.close())

let clients = 0
async function client() {
  const value = `4917000${String(++clients).padStart(5, '0')}`
  const id = await addConversation({ database: house.database, channel }, [{ kind: 'wa_id', value }])
  await receive(house.database, id)
  await workEvents(house.database, { conversationId: id, after: null, upTo: 1 }, capabilitiesOf)
  return id
}

interface File {
  media?: MediaKind
  caption?: string | null
  name?: string
}
/** A message with a file whose call ended without an answer. */
async function unknownFile(
  conversation: ConversationId,
  { media = 'document', caption = null, name = 'offer.pdf' }: File,
) {
  const { db } = house.database
  const [comment, delivery, attachment] = [newId<CommentId>(), newId<DeliveryId>(), newId<AttachmentId>()]
  const task = await db
    .selectFrom('tasks')
    .select('id')
    .where('conversation_id', '=', conversation)
    .executeTakeFirstOrThrow()
  await db
    .insertInto('comments')
    .values({
      id: comment,
      task_id: task.id,
      conversation_id: conversation,
      channel_id: channel,
      author_kind: 'employee',
      author_name: 'Anna',
      kind: media,
      text: caption,
    })
    .execute()
  await db
    .insertInto('attachments')
    .values({ id: attachment, comment_id: comment, name, mime: 'application/pdf', state: 'stored' })
    .execute()
  const body = { kind: 'media', media, caption, attachmentId: attachment, fileName: media === 'document' ? name : null }
  await db
    .insertInto('deliveries')
    .values({
      id: delivery,
      comment_id: comment,
      conversation_id: conversation,
      channel_id: channel,
      body: JSON.stringify(body),
      state: 'unknown',
      attempt: 1,
    })
    .execute()
  await db
    .insertInto('delivery_attempts')
    .values({ delivery_id: delivery, attempt: 1, worker: 'test', outcome: 'unknown', ended_at: new Date() })
    .execute()
  return delivery
}

const content = (kind: MediaKind, text: string | null, fileName: string | null): MessageContent => ({
  kind,
  text,
  data: {},
  media: { mediaId: 'x', mime: 'application/pdf', sha256: null, fileName },
})
async function echo(
  conversation: ConversationId,
  said: MessageContent,
  by: 'other_system' | 'phone_app' = 'other_system',
) {
  const message = arrivedMessage({ content: said })
  const upTo = await appendTo(house.database, conversation, { kind: 'message.echoed', message, by })
  await workEvents(house.database, { conversationId: conversation, after: upTo - 1, upTo }, capabilitiesOf)
  return message.id
}
const stateOf = (id: DeliveryId) =>
  house.database.db
    .selectFrom('deliveries')
    .select(['state', 'provider_message_id'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
const entries = async (conversation: ConversationId) =>
  (
    await house.database.db
      .selectFrom('comments')
      .select('author_kind')
      .where('conversation_id', '=', conversation)
      .where('kind', '<>', 'system')
      .execute()
  )
    .map(({ author_kind }) => author_kind)
    .toSorted()

describe('an echo with a file', () => {
  it('settles the unknown send of that file, and is no entry of its own; each echo settles one', async () => {
    const conversation = await client()
    const [first, second] = [
      await unknownFile(conversation, { caption: 'The offer' }),
      await unknownFile(conversation, { caption: 'The offer' }),
    ]
    const id = await echo(conversation, content('document', 'The offer', 'offer.pdf'))
    expect(await stateOf(first)).toEqual({ state: 'sent', provider_message_id: id })
    expect(await stateOf(second)).toMatchObject({ state: 'unknown' })
    expect(await entries(conversation)).toEqual(['contact', 'employee', 'employee'])
    await echo(conversation, content('document', 'The offer', 'offer.pdf'))
    expect(await stateOf(second)).toMatchObject({ state: 'sent' })
  })

  it.each([
    ['of another name', content('document', null, 'other.pdf'), 'other_system'],
    ['with another caption', content('document', 'Mine', 'offer.pdf'), 'other_system'],
    ['of another kind', content('image', null, 'offer.pdf'), 'other_system'],
    ['that the owner sent on the phone', content('document', null, 'offer.pdf'), 'phone_app'],
  ] as const)('%s settles nothing, and is an entry', async (_, said, by) => {
    const conversation = await client()
    const delivery = await unknownFile(conversation, {})
    await echo(conversation, said, by)
    expect(await stateOf(delivery)).toMatchObject({ state: 'unknown' })
    expect(await entries(conversation)).toHaveLength(3)
  })

  it('that tells neither a caption nor a name is known for no file', () => {
    const picture = { media: 'image', caption: null, name: 'IMG_1.jpg' } as const
    expect(isEchoOf(picture, content('image', null, null))).toBe(false)
    expect(isEchoOf(picture, content('image', null, 'IMG_1.jpg'))).toBe(true)
    // A picture's name is often the service's own doing; its words are not.
    expect(isEchoOf({ ...picture, caption: 'Look' }, content('image', ' Look ', '9f3c.jpg'))).toBe(true)
    expect(isEchoOf({ ...picture, media: 'voice', caption: 'x' }, content('audio', 'x', null))).toBe(true)
  })
})

it('a file whose statuses came before its echo is settled by them', async () => {
  const conversation = await client()
  const delivery = await unknownFile(conversation, {})
  const message = arrivedMessage({ content: content('document', null, 'offer.pdf') })
  for (const state of ['sent', 'delivered']) {
    await house.database.pool.query(
      'insert into status_reports (channel_id, provider_message_id, state, at) values ($1, $2, $3, now())',
      [channel, message.id, state],
    )
  }
  const upTo = await appendTo(house.database, conversation, { kind: 'message.echoed', message, by: 'other_system' })
  await workEvents(house.database, { conversationId: conversation, after: upTo - 1, upTo }, capabilitiesOf)
  expect(await stateOf(delivery)).toEqual({ state: 'delivered', provider_message_id: message.id })
})
