import type { TaskId } from '../../ids.ts'
import { canonicalJson } from '../document/canonical.ts'
import type { ChannelFacts, ContactFacts, ConversationFacts, Facts, TaskFacts } from '../engine/facts.ts'
import type { Json } from '../expressions/scope.ts'
import type { Frame } from './tape.ts'

type Root = { readonly [key: string]: unknown }

/** A value that the record does not have. It stands as long as the record says what it said when it was assumed. */
interface Assumption {
  /** `contact`, `conversation`, or a task's id */
  root: string
  /** of `readKey` */
  key: string
  /** canonical JSON */
  recorded: string
  assumed: Json
}

/** What stood in the record: given back to `unmake`. */
export interface Recorded {
  contact: ContactFacts | null
  tasks: ReadonlyMap<string, TaskFacts>
}

/**
 * What is known of a conversation while its record is played: what the record says, and over it what a dry run did that
 * the record does not know of, or did not do that it knows of. A person who changes the same thing later is right.
 */
export class World {
  #contact: ContactFacts | null = null
  #conversation: ConversationFacts
  #channel: ChannelFacts = { id: '', name: '', provider: '' }
  #tasks = new Map<string, TaskFacts>()
  #current: TaskId | null = null
  /** a task that only the dry run has opened */
  #opened: { instead: TaskId | null; task: TaskFacts & { id: TaskId } } | null = null
  #assumptions: Assumption[] = []

  constructor(conversation: string) {
    this.#conversation = { id: conversation, lastInAt: null, lastOutAt: null, lastAuthor: null }
  }

  /** What the record says from now on. */
  record({ contact, conversation, channel, task, tasks }: Frame): void {
    if (contact !== undefined) this.#contact = contact
    if (conversation) this.#conversation = conversation
    if (channel) this.#channel = channel
    if (task !== undefined) this.#current = task
    for (const one of Object.values(tasks ?? {})) this.#tasks.set(one.id, one)
    if (this.#opened && this.#opened.instead !== this.#current) this.#opened = null
  }

  get task(): TaskId | null {
    return this.#opened?.task.id ?? this.#current
  }

  get channel(): ChannelFacts {
    return this.#channel
  }

  facts(task: TaskId | null): Facts {
    return {
      contact: this.#contact && this.#assumed('contact', this.#contact),
      conversation: this.#assumed('conversation', this.#conversation),
      channel: this.#channel,
      task: task === null ? null : this.#taskFacts(task),
    }
  }

  /** The dry run changed this: `status`, `fields.<name>`, `tags.<tag>`, … */
  assume(root: 'contact' | 'conversation' | TaskId, key: string, value: Json): void {
    const recorded = this.#root(root)
    if (recorded) this.#put({ root, key, recorded: canonicalJson(readKey(recorded, key)), assumed: value })
  }

  open(task: TaskFacts & { id: TaskId }): void {
    this.#opened = { instead: this.#current, task }
  }

  /** For `unmake`: how it is before something is recorded that the dry run did not do. */
  remember = (): Recorded => ({ contact: this.#contact, tasks: new Map(this.#tasks) })

  /** What changed in the record since then did not happen. */
  unmake(before: Recorded): void {
    if (before.contact && this.#contact) this.#unmakeRoot('contact', before.contact, this.#contact)
    for (const [id, was] of before.tasks) {
      const is = this.#tasks.get(id)
      if (is && is !== was) this.#unmakeRoot(id, was, is)
    }
  }

  #unmakeRoot(root: string, was: object, is: object): void {
    for (const key of new Set([...keysOf(was), ...keysOf(is)])) {
      const before = readKey(was as Root, key)
      const recorded = canonicalJson(readKey(is as Root, key))
      if (canonicalJson(before) === recorded) continue
      const known = this.#assumptions.find((one) => one.root === root && one.key === key)
      this.#put({ root, key, recorded, assumed: known ? known.assumed : before })
    }
  }

  #put(assumption: Assumption): void {
    const { root, key } = assumption
    this.#assumptions = this.#assumptions.filter((one) => one.root !== root || one.key !== key)
    this.#assumptions.push(assumption)
  }

  #root(root: string): Root | null {
    if (root === 'contact') return this.#contact as Root | null
    if (root === 'conversation') return this.#conversation as unknown as Root
    const task = this.#tasks.get(root) ?? (this.#opened?.task.id === root ? this.#opened.task : null)
    return task as Root | null
  }

  #taskFacts(id: TaskId): TaskFacts | null {
    const found = this.#root(id) as TaskFacts | null
    return found && this.#assumed(id, found)
  }

  #assumed<T extends object>(root: string, recorded: T): T {
    if (this.#assumptions.length === 0) return recorded
    let seen = recorded as Root
    this.#assumptions = this.#assumptions.filter((one) => {
      if (one.root !== root) return true
      if (canonicalJson(readKey(recorded as Root, one.key)) !== one.recorded) return false
      seen = writeKey(seen, one.key, one.assumed)
      return true
    })
    return seen as T
  }
}

/** `status` is a task's status with whether it is active; `fields.<name>` one field, `tags.<tag>` whether it is there. */
function readKey(root: Root, key: string): Json {
  const [part, name] = split(key)
  if (part === 'fields') return ((root.fields as { [name: string]: Json } | undefined)?.[name] ?? null) as Json
  if (part === 'tags') return (root.tags as string[]).includes(name)
  if (part === 'status') return { status: root.status as string, active: root.active as boolean }
  return (root[key] ?? null) as Json
}

function writeKey(root: Root, key: string, value: Json): Root {
  const [part, name] = split(key)
  if (part === 'status') return { ...root, ...(value as object) }
  if (part === 'fields') {
    const { [name]: _, ...others } = root.fields as { [name: string]: Json }
    return { ...root, fields: value === null ? others : { ...others, [name]: value } }
  }
  if (part === 'tags') {
    const others = (root.tags as string[]).filter((tag) => tag !== name)
    return { ...root, tags: value === true ? [...others, name].sort() : others }
  }
  return { ...root, [key]: value }
}

function split(key: string): [part: string, name: string] {
  const dot = key.indexOf('.')
  return dot < 0 ? [key, ''] : [key.slice(0, dot), key.slice(dot + 1)]
}

const keysOf = (root: object): string[] =>
  Object.entries(root).flatMap(([key, value]) => {
    if (key === 'fields') return Object.keys(value).map((name) => `fields.${name}`)
    if (key === 'tags') return (value as string[]).map((tag) => `tags.${tag}`)
    return key === 'active' || key === 'statuses' ? [] : [key]
  })
