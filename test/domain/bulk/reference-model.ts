import { type BulkOptions, type BulkRule, bulkRule } from '../../../src/domain/bulk/options.ts'

/** What can happen on a channel, as far as the bulk rule is concerned. Times are milliseconds. */
export type Command =
  /** by the API or a scenario: nobody typed it into a task */
  | { do: 'send'; id: string; type: string; conversation: string; at: number }
  /** the same for the rule: somebody wrote it in the phone app; `at` is the provider's time, and may lie back */
  | { do: 'echo'; id: string; type: string; conversation: string; at: number }
  | { do: 'campaign'; type: string; at: number; messages: { id: string; conversation: string }[] }
  /** the same webhook once more */
  | { do: 'duplicate'; of: string }
  /** the provider refuses the message: it never left */
  | { do: 'fail'; of: string }
  | { do: 'reply'; id: string; conversation: string; at: number; quoting?: string }
  /** a person changes the conversation's newest task, or ends it */
  | { do: 'touch'; conversation: string }
  | { do: 'close'; conversation: string }
  | { do: 'expire'; now: number }

export interface Message {
  id: string
  type: string
  conversation: string
  at: number
  campaign: boolean
  failed: boolean
  state: 'shown' | 'held' | 'replied' | 'expired'
}

export interface Task {
  conversation: string
  openedBy: 'message' | 'contact'
  touched: boolean
  active: boolean
  withdrawn: boolean
  /** ids of messages and replies, in order */
  feed: string[]
}

/**
 * The bulk rule of one channel (design.md, Bulk rule M17–M20), as plain as it can be said: everything that was sent is
 * remembered, and every question is answered by looking at all of it.
 */
export class ReferenceModel {
  readonly rule: BulkRule
  readonly messages: Message[] = []
  readonly tasks: Task[] = []
  /** what scenarios see of a reply as `event.reply_to_bulk` */
  readonly replyToBulk = new Map<string, string | null>()
  /** messages and replies of all conversations, in the order in which they arrived */
  readonly #record: { id: string; conversation: string; by: 'us' | 'client' }[] = []

  constructor(options: BulkOptions = {}) {
    this.rule = bulkRule(options)
  }

  apply(command: Command): void {
    switch (command.do) {
      case 'send':
      case 'echo':
        this.#send({ ...command, campaign: false })
        break
      case 'campaign':
        for (const message of command.messages) this.#send({ ...command, ...message, campaign: true })
        break
      case 'duplicate':
        break
      case 'fail':
        this.#message(command.of).failed = true
        break
      case 'reply':
        this.#reply(command)
        break
      case 'touch':
      case 'close':
        this.#change(command)
        break
      case 'expire':
        for (const message of this.messages) {
          if (message.state === 'held' && this.#holdUntil(message) <= command.now) message.state = 'expired'
        }
    }
  }

  /** Is it one of more than `threshold` messages of its type in some window? Looks at all of them. */
  isBulk(message: Message): boolean {
    return message.campaign || this.groups(message.type).some((group) => group.includes(message))
  }

  /** For every message of the type: what was sent within the window from it on, where that is more than the threshold. */
  groups(type: string): Message[][] {
    const same = this.messages.filter((message) => message.type === type)
    return same
      .map((first) => same.filter(({ at }) => at >= first.at && at - first.at <= this.rule.windowMs))
      .filter((group) => group.length > this.rule.threshold)
  }

  /**
   * The mailings that the rule found: groups that share a message are one. Sets of ids. Campaigns keep theirs to
   * themselves: their messages are in none of these.
   */
  clusters(type: string): Set<string>[] {
    let clusters: Set<string>[] = []
    for (const group of this.groups(type)) {
      const ids = group.filter(({ campaign }) => !campaign).map(({ id }) => id)
      const joined = clusters.filter((cluster) => ids.some((id) => cluster.has(id)))
      const others = clusters.filter((cluster) => !joined.includes(cluster))
      clusters = [...others, new Set([...joined.flatMap((cluster) => [...cluster]), ...ids])]
    }
    return clusters.filter(({ size }) => size > 0)
  }

  newestTask(conversation: string): Task | undefined {
    return this.standing(conversation).at(-1)
  }

  /** The conversation's tasks that were not withdrawn, oldest first. */
  standing(conversation: string): Task[] {
    return this.tasks.filter((task) => task.conversation === conversation && !task.withdrawn)
  }

  #send(sent: Pick<Message, 'id' | 'type' | 'conversation' | 'at' | 'campaign'>): void {
    if (this.messages.some(({ id }) => id === sent.id)) return
    const { id, type, conversation, at, campaign } = sent
    const message: Message = { id, type, conversation, at, campaign, failed: false, state: 'held' }
    this.messages.push(message)
    this.#record.push({ id, conversation, by: 'us' })
    if (!this.isBulk(message)) {
      message.state = 'shown'
      this.#taskFor(conversation, 'message').feed.push(id)
    }
    for (const other of this.messages) {
      if (other.state === 'shown' && this.isBulk(other)) this.#foldBack(other)
    }
  }

  #foldBack(message: Message): void {
    if (this.#isAnswered(message)) {
      message.state = 'replied'
      return
    }
    message.state = 'held'
    const task = this.tasks.find(({ feed }) => feed.includes(message.id))
    if (!task) throw new Error(`${message.id} was shown in no task`)
    task.feed = task.feed.filter((id) => id !== message.id)
    task.withdrawn = task.openedBy === 'message' && !task.touched && task.feed.length === 0
  }

  /** Has the client written since? */
  #isAnswered({ id, conversation }: Message): boolean {
    const sent = this.#record.findIndex((entry) => entry.id === id)
    return this.#record.slice(sent).some((entry) => entry.conversation === conversation && entry.by === 'client')
  }

  #reply({ id, conversation, at, quoting }: Extract<Command, { do: 'reply' }>): void {
    const released = this.messages
      .filter((message) => message.conversation === conversation && message.state === 'held' && !message.failed)
      .filter((message) => at < this.#holdUntil(message))
      .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    for (const message of released) message.state = 'replied'
    const ids = released.map((message) => message.id)
    this.#taskFor(conversation, 'contact').feed.push(...ids, id)
    this.#record.push({ id, conversation, by: 'client' })
    this.replyToBulk.set(id, quoting !== undefined && ids.includes(quoting) ? quoting : (ids.at(-1) ?? null))
  }

  #change(command: Extract<Command, { do: 'touch' | 'close' }>): void {
    const task = this.newestTask(command.conversation)
    if (!task) return
    task.touched = true
    if (command.do === 'close') task.active = false
  }

  /** The active one, else a new one: the channel's option "new task if no active task" is on. */
  #taskFor(conversation: string, openedBy: Task['openedBy']): Task {
    const newest = this.newestTask(conversation)
    if (newest?.active) return newest
    const task: Task = { conversation, openedBy, touched: false, active: true, withdrawn: false, feed: [] }
    this.tasks.push(task)
    return task
  }

  #message(id: string): Message {
    const message = this.messages.find((one) => one.id === id)
    if (!message) throw new Error(`nothing was sent as ${id}`)
    return message
  }

  #holdUntil = ({ at }: Message): number => this.rule.holdUntil(new Date(at)).getTime()
}
