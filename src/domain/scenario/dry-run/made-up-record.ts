import type { ConversationEvent } from '../../conversation-event.ts'
import type { ProviderMessageId, RunId, ScenarioId, TaskId } from '../../ids.ts'
import type { MessageContent } from '../../message.ts'
import { firstActiveStatus, type TaskStatus } from '../../task.ts'
import type { ChannelFacts, ContactFacts, TaskFacts } from '../engine/facts.ts'
import type { Happening } from '../engine/happening.ts'
import { messageData } from '../engine/message-data.ts'
import type { Json, JsonObject } from '../expressions/scope.ts'
import { storableText } from '../expressions/storable-text.ts'
import type { Frame, Tape, TapeEvent } from './tape.ts'

/** A client who does not exist. */
export interface MadeUpClient {
  name: string
  phone: string | null
  fields: JsonObject
  tags: string[]
  /** The first message is the first that was ever heard of them: it opens a task. */
  isNew: boolean
}

/** Something that an author lets happen. */
export type MadeUpHappening =
  | { kind: 'text'; text: string }
  /** the client taps what a message offered; `of`: an interactive message, its list, or a template */
  | { kind: 'tap'; id: string; title: string; of: 'reply' | 'list' | 'template' }
  /** an employee presses the button that the scenario is */
  | { kind: 'press'; inputs: { readonly [name: string]: Json } }
  /** time passes; milliseconds since 1970 */
  | { kind: 'until'; at: number }

export interface MadeUpRecord {
  client: MadeUpClient
  channel: ChannelFacts
  task: { title: string; statuses: TaskStatus[]; fields: JsonObject }
  /** milliseconds since 1970: just before the first happening */
  from: number
  happened: readonly MadeUpHappening[]
}

/** What a client does comes so long behind what was before. */
const BETWEEN_MS = 1_000

/**
 * The moment at which each happening is over, in their order.
 * @returns null where time would have to go back, or stand still
 */
export function momentsOf({ from, happened }: Pick<MadeUpRecord, 'from' | 'happened'>): number[] | null {
  const moments: number[] = []
  let now = from
  for (const one of happened) {
    const next = one.kind === 'until' ? one.at : now + BETWEEN_MS
    if (next <= now) return null
    now = next
    moments.push(now)
  }
  return moments
}

const CLIENT = 'made-up-client'
const TASK = 'made-up-task' as TaskId

/**
 * A made-up record in the form of one that really was, for the same dry run: the n-th happening is the event `seq` n + 1.
 * @param scenario the one under test, for the press of its button
 */
export function madeUpTape(
  record: MadeUpRecord,
  moments: readonly number[],
  scenario: { id: ScenarioId; key: string; version: number },
): Tape {
  let before = record.from
  let isFirst = true
  let isFirstWord = record.client.isNew
  const events = record.happened.map((one, place): TapeEvent => {
    const end = moments[place] ?? before
    // Time passes behind this event, up to the next one: what is due by then happens in the meantime.
    const at = one.kind === 'until' ? before : end
    const isWord = one.kind === 'text' || one.kind === 'tap'
    const first = isFirst ? [firstFrame(record)] : []
    const heard: Frame[] = isWord ? [{ after: null, conversation: conversationAt(at) }] : []
    const event = {
      seq: place + 1,
      payload: payloadOf(one, place, record, scenario),
      at,
      receivedAt: at,
      happened: happenedBy(one, isWord && isFirstWord, scenario.key),
      frames: [...first, ...heard],
    }
    before = end
    isFirst = false
    if (isWord) isFirstWord = false
    return event
  })
  return {
    conversation: 'made-up',
    events,
    runs: [],
    decisions: [],
    hasOlderRuns: false,
    deliveries: new Map(),
  }
}

const conversationAt = (at: number | null) => ({
  id: 'made-up',
  lastInAt: at === null ? null : new Date(at).toISOString(),
  lastOutAt: null,
  lastAuthor: at === null ? null : 'contact',
})

function firstFrame({ client, channel, task, from }: MadeUpRecord): Frame {
  const { name, phone, fields, tags } = client
  const contact: ContactFacts = { id: CLIENT, name, phone, fields, tags: [...new Set(tags)].sort(), optedOut: false }
  const opened: TaskFacts = {
    id: TASK,
    number: 1,
    title: task.title,
    status: firstActiveStatus(task.statuses).key,
    statuses: task.statuses,
    active: true,
    assigneeIds: [],
    fields: task.fields,
    createdAt: new Date(from).toISOString(),
    dueAt: null,
  }
  return { after: null, contact, conversation: conversationAt(null), channel, task: TASK, tasks: { [TASK]: opened } }
}

function payloadOf(
  one: MadeUpHappening,
  place: number,
  { client }: MadeUpRecord,
  { id, version }: { id: ScenarioId; version: number },
): ConversationEvent {
  if (one.kind === 'press') {
    const run = `made-up-${place}` as RunId
    return { kind: 'button.pressed', scenario: id, version, run, task: TASK, inputs: { ...one.inputs }, by: null }
  }
  // It says nothing to scenarios: only the time behind it matters.
  if (one.kind === 'until') return { kind: 'channel.resumed' }
  return {
    kind: 'message.received',
    message: messageOf(one, place),
    profile: { name: client.name, username: null },
  }
}

const messageOf = (one: Extract<MadeUpHappening, { kind: 'text' | 'tap' }>, place: number) => ({
  id: `made-up-${place}` as ProviderMessageId,
  content: contentOf(one),
  context: { quoted: null, forwarded: 'no' as const, referral: null, product: null },
})

function contentOf(one: Extract<MadeUpHappening, { kind: 'text' | 'tap' }>): MessageContent {
  if (one.kind === 'text') return { kind: 'text', text: storableText(one.text), data: {}, media: null }
  const [id, title] = [storableText(one.id), storableText(one.title)]
  if (one.of === 'template') return { kind: 'button', text: title, data: { payload: id }, media: null }
  const type = one.of === 'list' ? 'list_reply' : 'button_reply'
  return { kind: 'interactive', text: title, data: { type, id, title }, media: null }
}

function happenedBy(one: MadeUpHappening, isFirstWord: boolean, key: string): Happening[] {
  const told = (name: Happening['name'], data: Happening['data']): Happening => ({
    name,
    data,
    comment: null,
    cause: null,
  })
  if (one.kind === 'until') return []
  if (one.kind === 'press') {
    return [told('button.pressed', { scenario: key, taskId: TASK, inputs: { ...one.inputs }, by: null })]
  }
  const received = told('message.received', messageData(messageOf(one, 0), null))
  if (!isFirstWord) return [received]
  return [told('contact.first_seen', {}), told('task.created', { by: 'contact' }), received]
}
