import { sql } from 'kysely'
import { expect } from 'vitest'
import { type BulkOptions, bulkRule } from '../../src/domain/bulk/options.ts'
import type { ConversationEvent } from '../../src/domain/conversation-event.ts'
import type {
  CampaignId,
  ChannelId,
  ClusterId,
  CommentId,
  ConversationId,
  DeliveryId,
  OutgoingMessageId,
  TaskId,
} from '../../src/domain/ids.ts'
import { fingerprintOf } from '../../src/store/bulk/fingerprint.ts'
import { tellFolding } from '../../src/store/bulk/tell-folding.ts'
import { appendEvent, lockConversation } from '../../src/store/conversation-events.ts'
import { inTransaction, type Tx } from '../../src/store/index.ts'
import { countEchoes } from '../../src/store/intake/echoes.ts'
import { appendEvents, type NewEvent } from '../../src/store/intake/events.ts'
import { lockConversations } from '../../src/store/intake/names.ts'
import { inIntakeTransaction } from '../../src/store/intake/run.ts'
import { newId } from '../../src/store/new-id.ts'
import { workEvents } from '../../src/store/steps/work-events.ts'
import { changeTask } from '../../src/store/tasks/change-task.ts'
import type { Command } from '../domain/bulk/reference-model.ts'
import { eventually } from '../kit/eventually.ts'
import { addChannel, addConversation, arrivedMessage, type House, receive, wamid } from '../kit/house.ts'
import { type Looked, look, quotedBy, withdrawnTasks } from './look.ts'

type Of<Does extends Command['do']> = Extract<Command, { do: Does }>
type Sent = Pick<Of<'send'>, 'id' | 'type' | 'conversation' | 'at'>

/** What a message of the type says to the client: the same in other words of numbers, links and spaces. */
const textOf = ({ id, type }: Pick<Sent, 'id' | 'type'>) => `The ${type}  of ${id.length}: https://x.test/${id}`

let channels = 0

/**
 * A channel on the real database, worked by the real steps, that understands the reference model's commands. Names of
 * messages and conversations are the commands' own.
 */
export class BulkChannel {
  readonly #house: House
  readonly #channel: ChannelId
  readonly #bulk: BulkOptions
  readonly #conversations = new Map<string, ConversationId>()
  /** comments, messages and deliveries, and the names that the commands have for them */
  readonly #names = new Map<string, string>()
  readonly #sent = new Map<string, Sent>()
  readonly #echoes = new Map<string, NewEvent>()

  private constructor(house: House, channel: ChannelId, bulk: BulkOptions) {
    this.#house = house
    this.#channel = channel
    this.#bulk = bulk
  }

  static async open(house: House, conversations: readonly string[], bulk: BulkOptions = {}): Promise<BulkChannel> {
    const number = String(++channels).padStart(6, '0')
    const id = await addChannel(house.database, {
      owner: house.owner,
      template: house.template,
      phoneNumberId: `1065403${number}`,
    })
    const { db } = house.database
    await db
      .updateTable('channels')
      .set({ bulk: JSON.stringify(bulk) })
      .where('id', '=', id)
      .execute()
    const channel = new BulkChannel(house, id, bulk)
    for (const [index, name] of conversations.entries()) {
      const value = `1${number}${String(index).padStart(4, '0')}`
      const place = { database: house.database, channel: id }
      channel.#conversations.set(name, await addConversation(place, [{ kind: 'wa_id', value }]))
    }
    return channel
  }

  /** Stores what the command says, as the intake and the API do; nothing is worked off yet. */
  async store(command: Command): Promise<void> {
    switch (command.do) {
      case 'send':
        return this.#queue(command, null)
      case 'echo':
        return this.#echo(command)
      case 'campaign':
        return this.#campaign(command)
      case 'duplicate':
        return this.#repeat(this.#sent.get(command.of) as Sent)
      case 'fail':
        return this.#fail(command.of)
      case 'reply': {
        const quoted = command.quoting === undefined ? null : wamid(command.quoting)
        await receive(
          this.#house.database,
          this.#conversation(command.conversation),
          { id: wamid(command.id), context: { quoted, forwarded: 'no', referral: null, product: null } },
          { at: new Date(command.at) },
        )
        return
      }
      case 'touch':
      case 'close':
        return this.#change(command)
      case 'expire':
        for (const conversationId of this.#conversations.values()) {
          const upTo = await this.#lastSeq(conversationId)
          await workEvents(this.#house.database, { conversationId, after: upTo, upTo, dueBy: command.now })
        }
    }
  }

  /** Works off what is stored in one conversation: each step twice at once, and again, as after a crash. */
  async work(name: string): Promise<void> {
    const conversationId = this.#conversation(name)
    for (;;) {
      const { worked_seq: after, last_seq: upTo } = await this.#row(conversationId)
      if (after >= upTo) return
      const step = () => workEvents(this.#house.database, { conversationId, after, upTo })
      const [one, other] = await Promise.all([step(), step()])
      const doings = ({ worked, sends, fetches }: typeof one) => ({ worked, sends, fetches })
      expect(doings(other)).toEqual(doings(one))
      expect(doings(await step())).toEqual(doings(one))
    }
  }

  /** Works off everything in all conversations side by side, until there is nothing left to fold back. */
  async settle(): Promise<void> {
    for (;;) {
      await Promise.all([...this.#conversations.keys()].map((name) => this.work(name)))
      const told = await inIntakeTransaction(this.#house.database.pool, (run) => tellFolding(run, 100))
      if (told.length === 0) return
    }
  }

  seen = () => look(this.#looked())
  quoted = (reply: string) => quotedBy(reply, this.#looked())
  withdrawn = () => withdrawnTasks(this.#looked())

  #looked(): Looked {
    const { db } = this.#house.database
    return { db, channel: this.#channel, conversations: this.#conversations, names: this.#names }
  }

  /**
   * Works off one conversation while another step, which counted its message as bulk, is about to commit: this step has
   * read the message as no mailing's by then, and waits to write.
   */
  async workBeside(name: string, message: string): Promise<void> {
    const { db } = this.#house.database
    const cluster = newId<ClusterId>()
    const [id] = [...this.#names].find(([, of]) => of === message) ?? []
    if (id === undefined) throw new Error(`no message ${message}`)
    let working = Promise.resolve()
    await db.transaction().execute(async (tx) => {
      await tx
        .insertInto('bulk_clusters')
        .values({ id: cluster, channel_id: this.#channel, fingerprint: 'found' })
        .execute()
      await tx
        .updateTable('outgoing_messages')
        .set({ cluster_id: cluster })
        .where('channel_id', '=', this.#channel)
        .where('comment_id', '=', id as CommentId)
        .execute()
      working = this.work(name)
      await eventually(async () => expect(await this.#waitsForLock()).toBe(true))
    })
    await working
  }

  async #waitsForLock(): Promise<boolean> {
    const { rows } = await sql<{ waits: boolean }>`
      select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
        and query like '%update "outgoing_messages"%') as waits`.execute(this.#house.database.db)
    return rows[0]?.waits ?? false
  }

  /** As queueMessage stores it, at a time of our choosing. */
  async #queue(sent: Sent, campaign: { id: CampaignId; cluster: ClusterId } | null): Promise<void> {
    this.#sent.set(sent.id, sent)
    const conversation = this.#conversation(sent.conversation)
    const ids = { message: newId<OutgoingMessageId>(), comment: newId<CommentId>(), delivery: newId<DeliveryId>() }
    const at = new Date(sent.at)
    const rule = bulkRule(this.#bulk)
    const event: ConversationEvent = {
      kind: 'message.queued',
      message: ids.message,
      comment: ids.comment,
      deliveries: campaign ? [] : [ids.delivery],
      campaign: campaign?.id ?? null,
      contactName: null,
    }
    await inTransaction(this.#house.database.db, async (tx) => {
      await lockConversation(tx, conversation)
      await this.#storeComment(tx, sent, conversation, ids, campaign !== null)
      await tx
        .insertInto('outgoing_messages')
        .values({
          id: ids.message,
          channel_id: this.#channel,
          conversation_id: conversation,
          fingerprint: fingerprintOf(
            { kind: 'text', text: textOf(sent), template: null, fileHash: null, contactName: null },
            rule.by,
          ),
          at,
          comment_id: ids.comment,
          ...(campaign ? { cluster_id: campaign.cluster, state: 'held', hold_until: rule.holdUntil(at) } : {}),
        })
        .execute()
      await appendEvent(tx, conversation, event, { at })
    })
    this.#names.set(ids.comment, sent.id)
    this.#names.set(ids.message, sent.id)
  }

  async #storeComment(
    tx: Tx,
    sent: Sent,
    conversation: ConversationId,
    ids: { comment: CommentId; delivery: DeliveryId },
    bulk: boolean,
  ): Promise<void> {
    const place = { conversation_id: conversation, channel_id: this.#channel }
    await tx
      .insertInto('comments')
      .values({
        id: ids.comment,
        task_id: null,
        ...place,
        author_kind: 'employee',
        author_id: null,
        author_name: 'The shop',
        kind: 'text',
        text: textOf(sent),
        data: '{}',
        bulk,
        notifies_contact: true,
        at: new Date(sent.at),
      })
      .execute()
    await tx
      .insertInto('deliveries')
      .values({
        id: ids.delivery,
        comment_id: ids.comment,
        ordinal: 0,
        ...place,
        state: 'sent',
        body: JSON.stringify({ kind: 'text', text: textOf(sent) }),
        provider_message_id: wamid(sent.id),
      })
      .execute()
  }

  async #campaign({ type, at, messages }: Of<'campaign'>): Promise<void> {
    const id = newId<CampaignId>()
    const cluster = newId<ClusterId>()
    const { db } = this.#house.database
    await db
      .insertInto('campaigns')
      .values({
        id,
        channel_id: this.#channel,
        name: type,
        state: 'running',
        template: JSON.stringify({ name: type, language: 'en' }),
        created_by_name: 'Olga Owner',
        cluster_id: cluster,
      })
      .execute()
    await db
      .insertInto('bulk_clusters')
      .values({ id: cluster, channel_id: this.#channel, fingerprint: type, campaign_id: id })
      .execute()
    for (const message of messages) await this.#queue({ ...message, type, at }, { id, cluster })
  }

  async #echo(sent: Sent): Promise<void> {
    const echo = this.#echoOf(sent)
    this.#sent.set(sent.id, sent)
    this.#echoes.set(sent.id, echo)
    await this.#arrive(echo)
  }

  #echoOf(sent: Sent): NewEvent {
    return {
      conversationId: this.#conversation(sent.conversation),
      channelId: this.#channel,
      dedupeKey: `echo:${sent.id}`,
      event: {
        kind: 'message.echoed',
        by: 'phone_app',
        message: arrivedMessage({ id: wamid(sent.id), text: textOf(sent) }),
      },
      opensWindow: false,
      rawBodyId: null,
      rawPath: null,
      at: new Date(sent.at),
    }
  }

  /** As the intake stores a webhook. */
  async #arrive(echo: NewEvent): Promise<void> {
    await inIntakeTransaction(this.#house.database.pool, async (run) => {
      await lockConversations(run, [echo.conversationId])
      await countEchoes(run, [echo])
      await appendEvents(run, [echo])
    })
  }

  /** The webhook once more; of what we sent ourselves, the provider's echo. */
  async #repeat(of: Sent): Promise<void> {
    await this.#arrive(this.#echoes.get(of.id) ?? this.#echoOf(of))
  }

  async #fail(id: string): Promise<void> {
    await this.#house.database.db
      .updateTable('deliveries')
      .set({ state: 'failed' })
      .where('channel_id', '=', this.#channel)
      .where('provider_message_id', '=', wamid(id))
      .execute()
  }

  async #change(command: Of<'touch' | 'close'>): Promise<void> {
    const conversation = this.#conversation(command.conversation)
    const actor = { userId: this.#house.owner, name: 'Olga Owner', channelIds: null, key: `user:${this.#house.owner}` }
    const { task_id } = await this.#row(conversation)
    if (task_id === null) return
    const change = command.do === 'close' ? { status: 'done' } : { title: `Touched ${newId()}` }
    const changed = await inTransaction(this.#house.database.db, (tx) =>
      changeTask(tx, actor, task_id as TaskId, change),
    )
    expect(changed.refused).toBeNull()
  }

  #conversation(name: string): ConversationId {
    const id = this.#conversations.get(name)
    if (!id) throw new Error(`no conversation ${name}`)
    return id
  }

  #row(id: ConversationId) {
    return this.#house.database.db
      .selectFrom('conversations')
      .select(['worked_seq', 'last_seq', 'task_id'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  }

  async #lastSeq(id: ConversationId): Promise<number> {
    return (await this.#row(id)).last_seq
  }
}
