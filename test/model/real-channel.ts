import { MockActivityEnvironment } from '@temporalio/testing'
import { sql } from 'kysely'
import pino from 'pino'
import { expect } from 'vitest'
import { sendActivities } from '../../activities/index.ts'
import { adapterFor, capabilitiesOf } from '../../src/channels/registry.ts'
import type { SendResult, WorkRequest, WorkResult } from '../../src/domain/conversation-workflow.ts'
import type { ChannelId, ConversationId, DeliveryId, ScenarioId, TaskId } from '../../src/domain/ids.ts'
import { routeItems } from '../../src/intake/route-items.ts'
import { storeWebhooks } from '../../src/intake/store-webhooks.ts'
import type { Actor } from '../../src/store/actor.ts'
import { channelCache } from '../../src/store/channels/channel-cache.ts'
import { addComment } from '../../src/store/comments/add-comment.ts'
import { diskFiles } from '../../src/store/disk-files.ts'
import { inTransaction } from '../../src/store/index.ts'
import { inIntakeTransaction } from '../../src/store/intake/run.ts'
import { pressButton } from '../../src/store/scenarios/buttons.ts'
import { claimAttempt } from '../../src/store/sends/ledger.ts'
import { loadSendOrder } from '../../src/store/sends/send-order.ts'
import { workEvents } from '../../src/store/steps/work-events.ts'
import { changeTask } from '../../src/store/tasks/change-task.ts'
import { bodyOf, statusOf, textFrom } from '../intake/webhook-server.ts'
import { addChannel, type House, secrets } from '../kit/house.ts'
import { publishDocument } from '../kit/scenarios.ts'
import { CLIENTS, type ClientName, type Command, type StepEnd, type Story } from './commands.ts'
import type { Provider } from './provider.ts'
import { pickOf } from './reference-channel.ts'

/** What the workflow of one conversation knows, as workflows/conversation.ts keeps it. */
interface Workflow {
  id: ConversationId
  worked: number | null
  heard: number
  toSend: DeliveryId[]
  wakeAt: number | null
}

/** Where the stories of one database happen: a house, a provider, and the scenarios that are published there. */
export interface Stage {
  house: House
  provider: Provider
  /** of both scenarios */
  version: number
  button: ScenarioId
  channels: number
}

const BUSINESS = '102290129340398'
const DAY_AND_HOUR_MS = 25 * 3_600_000

/** Publishes both scenarios anew; what they say names the version. */
export async function publish(stage: Omit<Stage, 'button'> & { button?: ScenarioId }): Promise<void> {
  stage.version += 1
  await publishDocument(
    stage.house,
    `
id: order
name: Take an order
trigger: { event: message.received, when: { field: event.text, is: order } }
steps:
  - { id: asked, comment: { text: 'asked by ${stage.version}' } }
  - { id: answer, wait: { for: [message.received], timeout: 24h } }
  - { id: done, comment: { text: 'done by ${stage.version}' } }
`,
  )
  stage.button = await publishDocument(
    stage.house,
    `
id: press
name: Say it
trigger: { button: { label: Say it } }
concurrency: parallel
steps:
  - { id: say, sendText: { text: 'pressed ${stage.version}', ifWindowClosed: skip } }
`,
  )
}

/** A channel on the real database that understands a story's commands: Parley's own steps, called as the workflow does. */
export class RealChannel {
  readonly #stage: Stage
  readonly #id: ChannelId
  readonly #number: string
  readonly #actor: Actor
  readonly #workflows = new Map<ClientName, Workflow>()
  readonly #posted: string[] = []
  #texts = 0

  private constructor(stage: Stage, id: ChannelId, number: string) {
    this.#stage = stage
    this.#id = id
    this.#number = number
    const { owner } = stage.house
    this.#actor = { userId: owner, name: 'Olga Owner', channelIds: null, key: `user:${owner}` }
  }

  static async open(stage: Stage, options: Pick<Story, 'newTaskIfNoActive' | 'reopenLastTask'>): Promise<RealChannel> {
    const { house, provider } = stage
    const number = `106540${String(++stage.channels).padStart(6, '0')}`
    const { newTaskIfNoActive, reopenLastTask } = options
    const id = await addChannel(house.database, {
      owner: house.owner,
      template: house.template,
      phoneNumberId: number,
      graphUrl: provider.url,
      newTaskIfNoActive,
      reopenLastTask,
    })
    // Neither the bulk rule nor the pace is what the stories are about; both have tests of their own.
    await house.database.db
      .updateTable('channels')
      .set({ bulk: JSON.stringify({ threshold: 1_000 }), messages_per_second: 1_000_000 })
      .where('id', '=', id)
      .execute()
    return new RealChannel(stage, id, number)
  }

  get #database() {
    return this.#stage.house.database
  }

  async apply(command: Command): Promise<void> {
    switch (command.do) {
      case 'write':
        return this.#write([{ client: command.client, text: command.text }])
      case 'batch':
        return this.#write(command.clients.map((client) => ({ client, text: 'hello' })))
      case 'repeat': {
        const body = pickOf(this.#posted, command.pick)
        return body === undefined ? undefined : this.#post(body)
      }
      case 'status': {
        const call = pickOf(
          this.#calls().filter(({ wamid }) => wamid !== null),
          command.pick,
        )
        if (!call?.wamid) return
        const code = command.status === 'failed' ? { code: 131026 } : {}
        const status = statusOf(call.wamid, command.status, { deliveryId: call.delivery, at: seconds(), ...code })
        return this.#tell({ statuses: [status] })
      }
      case 'comment':
        return this.#comment(command)
      case 'task':
        return this.#inTask(command, async (task) => {
          const change = { status: command.status }
          const changed = await inTransaction(this.#database.db, (tx) => changeTask(tx, this.#actor, task, change))
          expect(changed.refused).toBeNull()
        })
      case 'press':
        return this.#inTask(command, async (task) => {
          const press = { task, scenario: this.#stage.button, inputs: {} }
          const pressed = await inTransaction(this.#database.db, (tx) =>
            pressButton(this.#database, tx, this.#actor, press, capabilitiesOf),
          )
          expect(pressed.refused).toBeNull()
        })
      case 'publish':
        return publish(this.#stage)
      case 'day':
        return this.#passADay()
      case 'work':
        return this.#work(command.client, command.end)
      case 'send':
        return this.#send(command)
    }
  }

  /** What is left to do is done, without troubles. */
  async settle(): Promise<void> {
    for (const client of CLIENTS) {
      await this.#work(client, 'well')
      while ((this.#workflows.get(client)?.toSend.length ?? 0) > 0) {
        await this.#send({ do: 'send', client, end: 'accepted' })
      }
      await this.#work(client, 'well')
    }
  }

  /** Tasks, feeds, deliveries and calls, in the form of the model's. */
  async seen() {
    const { db } = this.#database
    const [tasks, comments, deliveries] = await Promise.all([
      db
        .selectFrom('tasks')
        .select(['id', 'conversation_id', 'active'])
        .where('channel_id', '=', this.#id)
        .orderBy('number')
        .execute(),
      db
        .selectFrom('comments')
        .select(['task_id', 'author_kind', 'text'])
        .where('channel_id', '=', this.#id)
        .where('kind', '<>', 'system')
        .orderBy('position')
        .execute(),
      db
        .selectFrom('deliveries')
        .select(['conversation_id', 'body', 'state'])
        .where('channel_id', '=', this.#id)
        .orderBy('queued_at')
        .orderBy('id')
        .execute(),
    ])
    const tasksOf = (id: ConversationId | undefined) => tasks.filter(({ conversation_id }) => conversation_id === id)
    return Object.fromEntries(
      CLIENTS.map((client) => {
        const id = this.#workflows.get(client)?.id
        return [
          client,
          {
            tasks: tasksOf(id).map((task) => ({
              active: task.active,
              feed: comments
                .filter(({ task_id }) => task_id === task.id)
                .map(({ author_kind, text }) => `${author_kind}: ${text}`),
            })),
            deliveries: deliveries
              .filter(({ conversation_id }) => conversation_id === id)
              .map(({ body, state }) => `${'text' in body ? body.text : body.kind}: ${state}`),
            called: this.#calls()
              .filter(({ to }) => to === `+${this.#phone(client)}`)
              .map(({ text }) => text),
          },
        ]
      }),
    )
  }

  /** A channel has few clients, and each a number of its own. */
  #phone = (client: ClientName) => `1650${this.#number.slice(-6)}${CLIENTS.indexOf(client)}`
  #calls = () => this.#stage.provider.calls.get(this.#number) ?? []

  #write(messages: readonly { client: ClientName; text: 'hello' | 'order' }[]): Promise<void> {
    return this.#tell({
      messages: messages.map(({ client, text }) => ({
        ...textFrom(this.#phone(client), { text: text === 'order' ? text : `hello ${++this.#texts}` }),
        timestamp: String(seconds()),
      })),
    })
  }

  async #tell(value: { messages?: unknown[]; statuses?: unknown[] }): Promise<void> {
    const body = bodyOf(value, { number: this.#number, business: BUSINESS })
    this.#posted.push(body)
    await this.#post(body)
  }

  /** As the webhook's route stores it. */
  async #post(body: string): Promise<void> {
    const bytes = Buffer.from(body)
    const contentType = 'application/json'
    const channel = { id: this.#id, account_id: this.#number, business_id: BUSINESS, display_phone: null }
    const items = routeItems(adapterFor('whatsapp-cloud').parse(bytes, contentType), this.#id, [channel])
    const raw = { channelId: this.#id, contentType, body: bytes }
    const changed = await inIntakeTransaction(this.#database.pool, (run) => storeWebhooks(run, [{ raw, items }]))
    for (const id of changed) await this.#hear(id)
  }

  /** The dispatcher's signal, which starts the workflow. */
  async #hear(id: ConversationId): Promise<void> {
    if ([...this.#workflows.values()].some((workflow) => workflow.id === id)) return
    const { value } = await this.#database.db
      .selectFrom('identities')
      .select('value')
      .where('conversation_id', '=', id)
      .executeTakeFirstOrThrow()
    const client = CLIENTS.find((one) => this.#phone(one) === value)
    if (client) this.#workflows.set(client, { id, worked: null, heard: 0, toSend: [], wakeAt: null })
  }

  async #inTask({ client, pick }: { client: ClientName; pick: number }, work: (task: TaskId) => Promise<void>) {
    const id = this.#workflows.get(client)?.id
    if (id === undefined) return
    const tasks = await this.#database.db
      .selectFrom('tasks')
      .select('id')
      .where('conversation_id', '=', id)
      .orderBy('number')
      .execute()
    const task = pickOf(tasks, pick)
    if (task) await work(task.id)
  }

  #comment(command: Extract<Command, { do: 'comment' }>): Promise<void> {
    return this.#inTask(command, async (task) => {
      const draft = {
        text: `${command.notify ? 'answer' : 'note'} ${++this.#texts}`,
        attachmentIds: [],
        template: null,
        notifyContact: command.notify,
        notifyEmployees: [],
        replyTo: null,
        quickReply: null,
        holdMs: 0,
      }
      const { refused } = await inTransaction(this.#database.db, (tx) =>
        addComment(tx, this.#actor, task, draft, capabilitiesOf),
      )
      if (refused) expect(refused.code).toBe('window_closed')
    })
  }

  async #passADay(): Promise<void> {
    for (const client of CLIENTS) await this.#work(client, 'well')
    await sql`update conversations set last_in_at = last_in_at - interval '25 hours'
      where channel_id = ${this.#id}`.execute(this.#database.db)
    for (const [client, workflow] of this.#workflows) {
      // The life of a run that waits for its message is longer.
      if (workflow.wakeAt === null || workflow.wakeAt > Date.now() + DAY_AND_HOUR_MS) continue
      await this.#step(workflow, 'well', workflow.wakeAt)
      await this.#work(client, 'well')
    }
  }

  async #work(client: ClientName, end: StepEnd): Promise<void> {
    const workflow = this.#workflows.get(client)
    if (!workflow) return
    if (end === 'restarted') Object.assign(workflow, { worked: null, heard: 0, toSend: [], wakeAt: null })
    const { last_seq } = await this.#database.db
      .selectFrom('conversations')
      .select('last_seq')
      .where('id', '=', workflow.id)
      .executeTakeFirstOrThrow()
    workflow.heard = Math.max(workflow.heard, last_seq)
    while (workflow.worked === null || workflow.worked < workflow.heard) await this.#step(workflow, end)
  }

  /** One step, and what workflows/conversation.ts makes of its answer. */
  async #step(workflow: Workflow, end: StepEnd, dueBy?: number): Promise<void> {
    const request: WorkRequest = {
      conversationId: workflow.id,
      after: workflow.worked,
      upTo: workflow.heard,
      ...(dueBy === undefined ? {} : { dueBy }),
    }
    const step = (): Promise<WorkResult> => workEvents(this.#database, request, capabilitiesOf)
    if (end === 'lost') await step()
    const [result] = end === 'twice' ? await Promise.all([step(), step()]) : [await step()]
    workflow.worked = result.worked
    if (result.wakeAt !== undefined) workflow.wakeAt = result.wakeAt
    workflow.heard = Math.max(workflow.heard, result.appended ?? 0)
    workflow.toSend.push(...result.sends.filter((delivery) => !workflow.toSend.includes(delivery)))
  }

  async #send({ client, end }: Extract<Command, { do: 'send' }>): Promise<void> {
    const workflow = this.#workflows.get(client)
    const [next] = workflow?.toSend ?? []
    if (!workflow || next === undefined) return
    if (end === 'claimed') {
      const order = await loadSendOrder(this.#database.db, next)
      const isOpen = order?.lastInAt && order.now.getTime() - order.lastInAt.getTime() < 24 * 3_600_000
      if (order?.state === 'queued' && isOpen) return void (await claimAttempt(this.#database, order, 'killed'))
    }
    this.#stage.provider.answer(this.#number, end)
    const result = await this.#sendDelivery(next)
    if (result.now === 'settled') {
      workflow.toSend.shift()
      workflow.heard = Math.max(workflow.heard, result.stored ?? 0)
    }
  }

  #sendDelivery(delivery: DeliveryId): Promise<SendResult> {
    const { sendDelivery } = sendActivities({
      database: this.#database,
      channels: channelCache(this.#database, secrets),
      secrets,
      files: diskFiles('unused'),
      publicUrl: 'http://127.0.0.1:9',
      log: pino({ level: 'silent' }),
      worker: 'model',
      notifyLive: () => undefined,
      stopping: new AbortController().signal,
    })
    return new MockActivityEnvironment().run(sendDelivery, delivery)
  }
}

const seconds = () => Math.floor(Date.now() / 1000)
