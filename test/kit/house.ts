import { randomUUID } from 'node:crypto'
import type { ConversationEvent, IdentityValue } from '../../src/domain/conversation-event.ts'
import type {
  ChannelId,
  ConversationId,
  IdentityId,
  ProviderMessageId,
  TaskTemplateId,
  UserId,
} from '../../src/domain/ids.ts'
import type { ArrivedMessage, MessageContent } from '../../src/domain/message.ts'
import { signingKeyHash } from '../../src/store/channels/load-channel.ts'
import { appendEvent, lockConversation } from '../../src/store/conversation-events.ts'
import { type Database, inTransaction, openDatabase } from '../../src/store/index.ts'
import { newId } from '../../src/store/new-id.ts'
import { secretBox } from '../../src/store/secret-box.ts'
import { freshDatabase } from '../services/database.ts'

/** A company with an owner, a template and a channel, in a database of its own: what most tests start from. */
export interface House {
  database: Database
  owner: UserId
  channel: ChannelId
  template: TaskTemplateId
  close(): Promise<void>
}

export const SECRET_KEY = 'a'.repeat(64)
export const secrets = secretBox([SECRET_KEY])

export interface HouseOptions {
  graphUrl?: string
  newTaskIfNoActive?: boolean
  reopenLastTask?: boolean
  phoneNumberId?: string
  assignees?: (owner: UserId) => UserId[]
}

export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const fresh = await freshDatabase()
  const database = openDatabase(fresh.url)
  const owner = await addUser(database, 'Olga Owner', 'owner')
  const template = newId<TaskTemplateId>()
  await database.db
    .insertInto('task_templates')
    .values({
      id: template,
      name: 'Client conversation',
      title_pattern: 'WhatsApp: {contact}',
      statuses: JSON.stringify([]),
      assignee_ids: options.assignees?.(owner) ?? [],
    })
    .execute()
  const channel = await addChannel(database, { ...options, owner, template })
  return {
    database,
    owner,
    channel,
    template,
    async close() {
      await database.close()
      await fresh.drop()
    },
  }
}

export async function addUser(
  database: Database,
  name: string,
  role: 'owner' | 'admin' | 'author' | 'operator' = 'operator',
): Promise<UserId> {
  const id = newId<UserId>()
  await database.db
    .insertInto('users')
    .values({ id, name, email: `${id}@example.test`, role })
    .execute()
  return id
}

export async function addChannel(
  database: Database,
  options: HouseOptions & { owner: UserId; template: TaskTemplateId },
): Promise<ChannelId> {
  const channel = newId<ChannelId>()
  const phoneNumberId = options.phoneNumberId ?? '106540352242922'
  const config = { phoneNumberId, wabaId: '102290129340398', graphUrl: options.graphUrl ?? 'http://127.0.0.1:9' }
  await database.db
    .insertInto('channels')
    .values({
      id: channel,
      provider: 'whatsapp-cloud',
      name: 'Shop',
      account_id: phoneNumberId,
      business_id: config.wabaId,
      config: JSON.stringify(config),
      secrets: secrets.seal({
        accessToken: 'token-of-the-test',
        appSecret: 'test_app_secret_0123456789abcdef',
        previousAppSecret: null,
        verifyToken: 'verify-me',
      }),
      app_secret_hash: signingKeyHash('test_app_secret_0123456789abcdef'),
      task_template_id: options.template,
      new_task_if_no_active: options.newTaskIfNoActive ?? true,
      reopen_last_task: options.reopenLastTask ?? true,
      created_by: options.owner,
    })
    .execute()
  return channel
}

export async function addConversation(
  { database, channel }: Pick<House, 'database' | 'channel'>,
  identities: IdentityValue[] = [{ kind: 'wa_id', value: '16505551234' }],
): Promise<ConversationId> {
  const id = newId<ConversationId>()
  await database.db.insertInto('conversations').values({ id, channel_id: channel }).execute()
  for (const { kind, value } of identities) {
    await database.db
      .insertInto('identities')
      .values({ id: newId<IdentityId>(), channel_id: channel, kind, value, conversation_id: id })
      .execute()
  }
  return id
}

/** Appends an event as the intake does. @returns its sequence number */
export async function appendTo(
  database: Database,
  conversation: ConversationId,
  event: ConversationEvent,
  options: { at?: Date; opensWindow?: boolean } = {},
): Promise<number> {
  return inTransaction(database.db, async (tx) => {
    await lockConversation(tx, conversation)
    const seq = await appendEvent(tx, conversation, event, { at: options.at ?? new Date() })
    if (options.opensWindow) {
      await tx
        .updateTable('conversation_events')
        .set({ opens_window: true })
        .where('conversation_id', '=', conversation)
        .where('seq', '=', seq)
        .execute()
    }
    return seq
  })
}

/** A client's message arrives. */
export const receive = (
  database: Database,
  conversation: ConversationId,
  message: Partial<Omit<ArrivedMessage, 'content'>> & { content?: Partial<MessageContent>; text?: string } = {},
  options: { name?: string | null; at?: Date } = {},
): Promise<number> =>
  appendTo(
    database,
    conversation,
    {
      kind: 'message.received',
      message: arrivedMessage(message),
      profile: { name: options.name === undefined ? 'Sheena Nelson' : options.name, username: null },
    },
    { opensWindow: true, ...(options.at ? { at: options.at } : {}) },
  )

export function arrivedMessage(
  message: Partial<Omit<ArrivedMessage, 'content'>> & { content?: Partial<MessageContent>; text?: string } = {},
): ArrivedMessage {
  return {
    id: message.id ?? (`wamid.${randomUUID()}` as ProviderMessageId),
    content: {
      kind: 'text',
      text: message.text ?? 'Does it come in another color?',
      data: {},
      media: null,
      ...message.content,
    },
    context: message.context ?? { quoted: null, forwarded: 'no', referral: null, product: null },
  }
}

export const wamid = (id: string): ProviderMessageId => id as ProviderMessageId
