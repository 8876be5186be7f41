import { sql } from 'kysely'
import type { IdentityValue } from '../../../domain/conversation-event.ts'
import type { ChannelId, ConversationId, TaskId } from '../../../domain/ids.ts'
import { digitsToWrite } from '../../../domain/phone-variants.ts'
import type { NowhereCode } from '../../../domain/webhooks/outcome.ts'
import type { Subject } from '../../../domain/webhooks/subject.ts'
import type { Tx } from '../../database.ts'
import { lockConversations } from '../../intake/names.ts'
import { type Run, runIn } from '../../intake/run.ts'
import { NameBook } from '../../names/name-book.ts'
import { reachNumbers } from '../../names/reach-numbers.ts'
import { NUMBER_WORDS } from '../../outgoing/reach-client.ts'

/** Where a subject leads; `task`: the one that it names. */
export type Destination =
  | { ok: true; conversation: ConversationId; task: TaskId | null }
  | { ok: false; code: NowhereCode; message: string }

/** `opens`: a number that nobody knows yet gets a conversation, as writing first gives it one. */
export interface Wanted {
  subject: Subject
  opens: boolean
}

type Number = { channel: ChannelId; digits: string }

/**
 * The conversations that subjects lead to, with their locks: known ones first, in id order, then new ones.
 * @returns one for each subject, in their order
 * @throws NameRace when a message from a new number came in the same moment; inTransaction runs the work again
 */
export async function findDestinations(tx: Tx, wanted: readonly Wanted[], at: Date): Promise<Destination[]> {
  const run = runIn(tx)
  const found: (Destination | Number)[] = []
  for (const { subject } of wanted) found.push(await look(tx, subject))
  const known = await knownNumbers(
    run,
    found.flatMap((one) => ('digits' in one ? [one] : [])),
    at,
  )
  const settled = found.map((one) => {
    if (!('digits' in one)) return one
    const conversation = known.get(keyOf(one))
    return conversation ? { ok: true as const, conversation, task: null } : one
  })
  await lockConversations(
    run,
    settled.flatMap((one) => ('ok' in one && one.ok ? [one.conversation] : [])),
  )
  const destinations: Destination[] = []
  for (const [index, one] of settled.entries()) {
    if (!('digits' in one)) destinations.push(one)
    else if (!wanted[index]?.opens) destinations.push(nowhere('conversation_unknown', 'Nobody is known by this number'))
    else destinations.push(await openNumber(run, one, at))
  }
  return destinations
}

const nowhere = (code: NowhereCode, message: string): Destination => ({ ok: false, code, message })

async function look(tx: Tx, subject: Subject): Promise<Destination | Number> {
  if ('phone' in subject) return lookForNumber(tx, subject)
  if ('taskNumber' in subject) {
    const { rows } = await sql<{ conversation: ConversationId; task: TaskId }>`
      select t.conversation_id as conversation, t.id as task from tasks t join channels ch on ch.id = t.channel_id
      where t.number = ${subject.taskNumber} and ch.deleted_at is null`.execute(tx)
    return rows[0] ? { ok: true, ...rows[0] } : nowhere('task_unknown', 'There is no task with this number')
  }
  const { rows } = await sql<{ conversation: ConversationId }>`
    select c.id as conversation from conversations c join channels ch on ch.id = c.channel_id
    where c.id = ${subject.conversationId} and ch.deleted_at is null`.execute(tx)
  return rows[0]
    ? { ok: true, ...rows[0], task: null }
    : nowhere('conversation_unknown', 'There is no conversation with this id')
}

async function lookForNumber(
  tx: Tx,
  { phone, channel }: Extract<Subject, { phone: string }>,
): Promise<Destination | Number> {
  const channels = await tx
    .selectFrom('channels')
    .select('id')
    .where('name', '=', channel)
    .where('deleted_at', 'is', null)
    .limit(2)
    .execute()
  const [one, another] = channels
  if (!one) return nowhere('channel_unknown', `There is no channel “${channel}”`)
  if (another) return nowhere('channel_ambiguous', `There is more than one channel “${channel}”`)
  const number = digitsToWrite(phone)
  if (!number.ok) return nowhere('invalid_number', NUMBER_WORDS[number.reason])
  return { channel: one.id, digits: number.digits }
}

/** Those that have a conversation, under any form in which the number is known. */
async function knownNumbers(run: Run, numbers: readonly Number[], at: Date): Promise<Map<string, ConversationId>> {
  const known = new Map<string, ConversationId>()
  if (numbers.length === 0) return known
  const book = await NameBook.read(
    run,
    numbers.map(({ channel, digits }) => ({ ...nameOf(digits), channelId: channel })),
  )
  for (const number of numbers) {
    const client = { identities: [nameOf(number.digits)], announced: [], at }
    const conversation = book.conversationOf(number.channel, client)
    // What the book opened for the look-up stays in the book.
    if (!book.opened.some(({ id }) => id === conversation)) known.set(keyOf(number), conversation)
  }
  return known
}

async function openNumber(run: Run, { channel, digits }: Number, at: Date): Promise<Destination> {
  const reached = (await reachNumbers(run, channel, [digits], at)).get(digits)
  if (!reached) throw new Error('a number was reached without a conversation')
  return { ok: true, conversation: reached.conversation, task: null }
}

const nameOf = (digits: string): IdentityValue => ({ kind: 'phone', value: `+${digits}` })
const keyOf = ({ channel, digits }: Number): string => `${channel} ${digits}`
