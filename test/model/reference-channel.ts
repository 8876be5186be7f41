import type { CallEnd, ClientName, Command, Status, Story } from './commands.ts'
import { CLIENTS } from './commands.ts'

/** A message to the client. */
interface Delivery {
  text: string
  state: string
  calls: number
  /** the provider has it */
  left: boolean
}

interface Task {
  active: boolean
  /** author and text of each entry */
  feed: string[]
}

type Event =
  | { is: 'message'; text: string; order: boolean }
  | { is: 'comment'; entry: string; task: Task; delivery: Delivery | null }
  | { is: 'closed' | 'opened' | 'told' }
  | { is: 'pressed'; task: Task; version: number }
  /** a scenario's message, entered in the record (docs/decisions/0026-scenarios-run-inside-the-step.md) */
  | { is: 'queued'; task: Task; text: string }
  | { is: 'due' }

interface Conversation {
  tasks: Task[]
  /** stored, and not worked off */
  waiting: Event[]
  /** the client's last message that was worked off was so many days ago; null: none */
  daysSilent: number | null
  run: { version: number; task: Task } | null
  deliveries: Delivery[]
  toSend: Delivery[]
  /** what the provider was called with, in order */
  called: string[]
}

/**
 * One channel with two clients as the promises describe it (design.md, P1–P6, P10), as plain as it can be said. A story
 * is told to it and to Parley's own steps; what both show must be the same.
 */
export class ReferenceChannel {
  readonly #options: Pick<Story, 'newTaskIfNoActive' | 'reopenLastTask'>
  readonly #conversations: Record<ClientName, Conversation>
  #version: number
  #texts = 0
  /** those that left, in the order in which they were called first: what statuses can be about */
  readonly #reportable: { client: ClientName; delivery: Delivery }[] = []

  constructor(options: Pick<Story, 'newTaskIfNoActive' | 'reopenLastTask'>, version: number) {
    this.#options = options
    this.#version = version
    const empty = (): Conversation => ({
      tasks: [],
      waiting: [],
      daysSilent: null,
      run: null,
      deliveries: [],
      toSend: [],
      called: [],
    })
    this.#conversations = { anna: empty(), boris: empty() }
  }

  /** The number that the next text of the story carries; the real channel counts the same. */
  #text = (of: string) => `${of} ${++this.#texts}`

  apply(command: Command): void {
    switch (command.do) {
      case 'write':
        this.#arrive(command.client, command.text)
        return
      case 'batch':
        for (const client of command.clients) this.#arrive(client, 'hello')
        return
      case 'repeat':
        return
      case 'status':
        this.#report(command.status, command.pick)
        return
      case 'comment':
        this.#comment(command.client, command.notify, command.pick)
        return
      case 'task': {
        const task = pickOf(this.#of(command.client).tasks, command.pick)
        const active = command.status !== 'done'
        if (!task || task.active === active) return
        task.active = active
        this.#of(command.client).waiting.push({ is: active ? 'opened' : 'closed' })
        return
      }
      case 'press': {
        const task = pickOf(this.#of(command.client).tasks, command.pick)
        if (task) this.#of(command.client).waiting.push({ is: 'pressed', task, version: this.#version })
        return
      }
      case 'publish':
        this.#version += 1
        return
      case 'day':
        for (const client of CLIENTS) this.#work(client)
        for (const client of CLIENTS) {
          const conversation = this.#of(client)
          if (conversation.daysSilent !== null) conversation.daysSilent += 1
          if (conversation.run) conversation.waiting.push({ is: 'due' })
          this.#work(client)
        }
        return
      case 'work':
        this.#work(command.client)
        return
      case 'send':
        this.#send(command.client, command.end)
    }
  }

  /** What is left to do is done, without troubles. */
  settle(): void {
    for (const client of CLIENTS) {
      this.#work(client)
      while (this.#of(client).toSend.length > 0) this.#send(client, 'accepted')
      this.#work(client)
    }
  }

  seen() {
    return Object.fromEntries(
      CLIENTS.map((client) => {
        const { tasks, deliveries, called } = this.#of(client)
        return [
          client,
          {
            tasks: tasks.map(({ active, feed }) => ({ active, feed: [...feed] })),
            deliveries: deliveries.map(({ text, state }) => `${text}: ${state}`),
            called: [...called],
          },
        ]
      }),
    )
  }

  #of = (client: ClientName): Conversation => this.#conversations[client]

  #arrive(client: ClientName, of: 'hello' | 'order'): void {
    const text = of === 'order' ? of : this.#text(of)
    this.#of(client).waiting.push({ is: 'message', text, order: of === 'order' })
  }

  #comment(client: ClientName, notify: boolean, pick: number): void {
    const conversation = this.#of(client)
    const task = pickOf(conversation.tasks, pick)
    if (!task) return
    const text = this.#text(notify ? 'answer' : 'note')
    if (notify && !isOpen(conversation)) return
    const entry = `employee: ${text}`
    const delivery = notify ? { text, state: 'queued', calls: 0, left: false } : null
    task.feed.push(entry)
    if (delivery) conversation.deliveries.push(delivery)
    conversation.waiting.push({ is: 'comment', entry, task, delivery })
  }

  #work(client: ClientName): void {
    const conversation = this.#of(client)
    for (let event = conversation.waiting.shift(); event; event = conversation.waiting.shift()) {
      this.#workOff(conversation, event)
    }
  }

  #workOff(conversation: Conversation, event: Event): void {
    switch (event.is) {
      case 'message': {
        conversation.daysSilent = 0
        const task = this.#taskFor(conversation)
        task.feed.push(`contact: ${event.text}`)
        this.#endRun(conversation)
        if (event.order && !conversation.run) {
          conversation.run = { version: this.#version, task }
          task.feed.push(`scenario: asked by ${this.#version}`)
        }
        return
      }
      case 'comment': {
        // It stands behind what the client had written before it (docs/decisions/0006-feed-order.md).
        const at = event.task.feed.indexOf(event.entry)
        if (event.task.feed.slice(at).some((entry) => entry.startsWith('contact:'))) {
          event.task.feed.splice(at, 1)
          event.task.feed.push(event.entry)
        }
        if (event.delivery) {
          conversation.toSend.push(event.delivery)
          // A person's word to the client ends what waits.
          conversation.run = null
        }
        return
      }
      case 'closed':
        conversation.run = null
        return
      case 'pressed': {
        const { task, version } = event
        if (isOpen(conversation)) conversation.waiting.push({ is: 'queued', task, text: `pressed ${version}` })
        return
      }
      case 'queued': {
        const delivery = { text: event.text, state: 'queued', calls: 0, left: false }
        // It is shown where the conversation goes on; about a closed task, in that task.
        const newest = conversation.tasks.at(-1)
        const shown = newest?.active ? newest : event.task
        shown.feed.push(`scenario: ${event.text}`)
        conversation.deliveries.push(delivery)
        conversation.toSend.push(delivery)
        return
      }
      case 'due':
        this.#endRun(conversation)
        return
      case 'opened':
      case 'told':
        return
    }
  }

  /** The run that waits is answered, and ends as its own version says (P10). */
  #endRun(conversation: Conversation): void {
    const { run } = conversation
    if (!run) return
    run.task.feed.push(`scenario: done by ${run.version}`)
    conversation.run = null
  }

  #taskFor({ tasks }: Conversation): Task {
    const open = tasks.findLast(({ active }) => active)
    if (open) return open
    const last = tasks.at(-1)
    if (last && !this.#options.newTaskIfNoActive) {
      if (this.#options.reopenLastTask) last.active = true
      return last
    }
    const task = { active: true, feed: [] }
    tasks.push(task)
    return task
  }

  #send(client: ClientName, end: CallEnd): void {
    const conversation = this.#of(client)
    const [delivery] = conversation.toSend
    if (!delivery) return
    if (delivery.state === 'sending') {
      delivery.state = 'unknown'
      conversation.toSend.shift()
      return
    }
    if (!isOpen(conversation)) {
      delivery.state = 'failed'
      conversation.toSend.shift()
      return
    }
    if (end === 'claimed') {
      delivery.state = 'sending'
      return
    }
    delivery.calls += 1
    conversation.called.push(delivery.text)
    if (end === 'busy' && delivery.calls < 6) return
    conversation.toSend.shift()
    if (end === 'accepted' || end === 'lost') {
      delivery.left = true
      this.#reportable.push({ client, delivery })
      delivery.state = end === 'lost' ? 'unknown' : 'accepted'
    } else delivery.state = 'failed'
  }

  /** Never backwards; a failure only before it arrived (P4). */
  #report(status: Status, pick: number): void {
    const told = pickOf(this.#reportable, pick)
    if (!told) return
    const { delivery } = told
    const order = ['unknown', 'accepted', 'sent', 'delivered', 'read']
    if (delivery.state === 'failed') return
    if (status === 'failed') {
      if (order.indexOf(delivery.state) < order.indexOf('delivered')) delivery.state = 'failed'
    } else if (order.indexOf(status) > order.indexOf(delivery.state)) delivery.state = status
  }
}

const isOpen = ({ daysSilent }: Conversation) => daysSilent === 0

export const pickOf = <T>(some: readonly T[], pick: number): T | undefined => some[pick % some.length]
