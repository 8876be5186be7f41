import type { IdentityKind, IdentityValue } from '../../domain/conversation-event.ts'
import { candidateNames } from '../../domain/identity-match.ts'
import type { ChannelId, ConversationId, IdentityId } from '../../domain/ids.ts'
import { phoneVariants } from '../../domain/phone-variants.ts'
import { newId } from '../new-id.ts'
import type { Run, Statement } from './run.ts'

/** A name of a client on a channel. */
export interface ChannelName extends IdentityValue {
  channelId: ChannelId
}

/** A name that belongs to a conversation. */
export interface OwnedName extends ChannelName {
  conversationId: ConversationId
}

/** A name as it is known. */
export interface KnownOwnedName extends OwnedName {
  /** the provider's time from which on it was no longer this client's; null: it is */
  retiredAt: Date | null
}

const FIND: Statement = {
  name: 'intake-find-names',
  text: `
    select i.channel_id as "channelId", i.kind, i.value, i.conversation_id as "conversationId",
      i.retired_at as "retiredAt"
    from jsonb_to_recordset($1::jsonb) as n ("channelId" uuid, kind text, value text)
    join identities i on i.channel_id = n."channelId" and i.kind = n.kind and i.value = n.value`,
}

/** Which of the names are known, retired ones included: what was written before still finds its conversation. */
export async function findNames(run: Run, names: readonly ChannelName[]): Promise<KnownOwnedName[]> {
  if (names.length === 0) return []
  return run<KnownOwnedName>(FIND, [
    JSON.stringify(names.map(({ channelId, kind, value }) => ({ channelId, kind, value }))),
  ])
}

const LOCK: Statement = {
  name: 'intake-lock-conversations',
  text: 'select id from conversations where id = any($1::uuid[]) order by id for update',
}

/** Takes the rows of several conversations in id order, which keeps writers of several from waiting for each other. */
export async function lockConversations(run: Run, ids: Iterable<ConversationId>): Promise<void> {
  const wanted = [...new Set(ids)]
  if (wanted.length > 0) await run(LOCK, [wanted])
}

/** Sorted, so that two servers that meet the same new clients wait for each other in one direction only. */
const STORE: Statement = {
  name: 'intake-store-names',
  text: `
    with opened as (
      insert into conversations (id, channel_id)
      select c.id, c."channelId" from jsonb_to_recordset($1::jsonb) as c (id uuid, "channelId" uuid)
    )
    insert into identities (id, channel_id, kind, value, conversation_id)
    select n.id, n."channelId", n.kind, n.value, n."conversationId"
    from jsonb_to_recordset($2::jsonb) as n (id uuid, "channelId" uuid, kind text, value text, "conversationId" uuid)
    order by n."channelId", n.kind, n.value
    on conflict (channel_id, kind, value) do nothing
    returning id`,
}

/** Sorted by the caller, for the same reason as names. */
const LOCK_NUMBERS: Statement = {
  name: 'intake-lock-numbers',
  text: 'select pg_advisory_xact_lock(hashtextextended(number, 0)) from unnest($1::text[]) as n (number)',
}

const KNOWN_BY_NOW: Statement = {
  name: 'intake-known-by-now',
  text: `
    select i.id from jsonb_to_recordset($1::jsonb) as n ("channelId" uuid, kind text, value text)
    join identities i on i.channel_id = n."channelId" and i.kind = n.kind and i.value = n.value
    where i.retired_at is null limit 1`,
}

/**
 * A number may be stored as it was typed, while the same client's first message is stored under the messenger's form of
 * it: two names, of which no index knows that they are one. So whoever opens a conversation for a number holds the number,
 * and looks once more.
 * @returns false when another transaction opened one first
 */
async function holdNumbers(run: Run, opened: readonly { id: ConversationId }[], names: readonly OwnedName[]) {
  const isOpened = new Set(opened.map(({ id }) => id))
  const numbers = names.filter(
    ({ kind, conversationId }) => (kind === 'wa_id' || kind === 'phone') && isOpened.has(conversationId),
  )
  if (numbers.length === 0) return true
  const keys = numbers.map(({ channelId, value }) => {
    const [first] = phoneVariants(value.replace(/\D/g, '')).toSorted()
    return `${channelId} ${first}`
  })
  const others = numbers.flatMap((name) =>
    candidateNames(name).map(({ kind, value }) => ({ channelId: name.channelId, kind, value })),
  )
  const [, known] = await Promise.all([
    run(LOCK_NUMBERS, [[...new Set(keys)].sort()]),
    run(KNOWN_BY_NOW, [JSON.stringify(others)]),
  ])
  return known.length === 0
}

/**
 * Opens conversations and stores names that were not known. The caller holds the locks of the conversations that exist.
 * @returns false when another server stored one of the names first: roll back and look again
 */
export async function storeNames(
  run: Run,
  opened: readonly { id: ConversationId; channelId: ChannelId }[],
  names: readonly OwnedName[],
): Promise<boolean> {
  if (names.length === 0 && opened.length === 0) return true
  const rows = names.map((name) => ({ id: newId<IdentityId>(), ...name }))
  const [areOurs, stored] = await Promise.all([
    holdNumbers(run, opened, names),
    run(STORE, [JSON.stringify(opened), JSON.stringify(rows)]),
  ])
  return areOurs && stored.length === names.length
}

/** A retired name that somebody uses again, and whose it is from now on. */
export interface TakenName extends ChannelName {
  from: ConversationId
  to: ConversationId
}

/** `created_at` moves along: the newest name is the one that is written to. */
const TAKE: Statement = {
  name: 'intake-take-names',
  text: `
    update identities i set conversation_id = n."to", retired_at = null, created_at = now()
    from jsonb_to_recordset($1::jsonb) as n ("channelId" uuid, kind text, value text, "from" uuid, "to" uuid)
    where i.channel_id = n."channelId" and i.kind = n.kind and i.value = n.value and i.conversation_id = n."from"
      and i.retired_at is not null
    returning i.id`,
}

/**
 * Gives retired names to those who use them now. The caller holds the locks of both conversations.
 * @returns false when another server was first: roll back and look again
 */
export async function takeNames(run: Run, names: readonly TakenName[]): Promise<boolean> {
  if (names.length === 0) return true
  const taken = await run(TAKE, [JSON.stringify(names)])
  return taken.length === names.length
}

const REPORT: Statement = {
  name: 'intake-name-conflicts',
  text: `
    insert into audit_log (actor_kind, action, subject_kind, subject_id, detail)
    select 'system', 'identity.conflict', 'conversation', c.conversation, jsonb_build_object('otherConversationId', c.other)
    from jsonb_to_recordset($1::jsonb) as c (conversation text, other text)
    where not exists (
      select 1 from audit_log a
      where a.subject_kind = 'conversation' and a.subject_id = c.conversation
        and a.action = 'identity.conflict' and a.detail ->> 'otherConversationId' = c.other
    )`,
}

/** Two conversations that turned out to be with one client, for a person to merge; each pair is told once. */
export async function reportConflicts(
  run: Run,
  conflicts: readonly { conversation: ConversationId; other: ConversationId }[],
): Promise<void> {
  if (conflicts.length > 0) await run(REPORT, [JSON.stringify(conflicts)])
}

export const nameKey = (channelId: ChannelId, kind: IdentityKind, value: string): string =>
  `${channelId} ${kind} ${value}`
