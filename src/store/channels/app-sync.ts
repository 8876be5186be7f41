import { sql } from 'kysely'
import type { ChannelId } from '../../domain/ids.ts'
import { type Db, inTransaction } from '../database.ts'
import { recordLive } from '../live-events.ts'
import type { AppSync } from '../schema.ts'
import type { ChannelRow } from './load-channel.ts'

/** What the phone app can be asked for, each once (reference §10.2). */
export type AppSyncWhat = 'contacts' | 'history'

/** The provider takes the question so long after the number was connected. */
const ASKED_WITHIN_HOURS = 24
const ASKED_WITHIN = sql`make_interval(hours => ${ASKED_WITHIN_HOURS})`

const keyOf = { contacts: 'contactsAskedAt', history: 'historyAskedAt' } as const

/**
 * Takes the one question before it is asked, so that it is never asked twice.
 * @returns false where it was asked, is too late, or no phone app uses the number
 */
export async function claimAppSync(db: Db, id: ChannelId, what: AppSyncWhat): Promise<boolean> {
  const { rows } = await sql`
    update channels set app_sync = app_sync || jsonb_build_object(${keyOf[what]}::text, ${new Date().toISOString()}::text)
    where id = ${id} and coexistence and deleted_at is null and not app_sync ? ${keyOf[what]}::text
      and created_at > now() - ${ASKED_WITHIN} returning id`.execute(db)
  return rows.length > 0
}

/** The provider certainly did not take it: it can be asked again. */
export async function unclaimAppSync(db: Db, id: ChannelId, what: AppSyncWhat): Promise<void> {
  await sql`update channels set app_sync = app_sync - ${keyOf[what]}::text where id = ${id}`.execute(db)
}

/** How asking went. */
export interface AppSyncOutcome {
  /** in words; null: there is none */
  problem: string | null
  /** when it is asked again by itself; null: it is not */
  retryAt: Date | null
  tries: number
}

export async function noteAppSync(db: Db, id: ChannelId, { problem, retryAt, tries }: AppSyncOutcome): Promise<void> {
  await inTransaction(db, async (tx) => {
    const patch = JSON.stringify({ problem, retryAt: retryAt?.toISOString() ?? null, tries })
    await sql`update channels set app_sync = app_sync || ${patch}::jsonb where id = ${id}`.execute(tx)
    await recordLive(tx, [{ event: 'channel', data: { channelId: id, what: 'account' } }])
  })
}

/** Whoever claims a question has so long to ask it; then another server does. */
const CLAIMED_FOR = sql`interval '5 minutes'`

/** Claims channels whose phone app is to be asked again by now. Several servers may do so at once. */
export async function claimAppSyncRetries(db: Db): Promise<ChannelId[]> {
  const { rows } = await sql<{ id: ChannelId }>`
    update channels set app_sync = app_sync || jsonb_build_object('retryAt', now() + ${CLAIMED_FOR})
    where coexistence and deleted_at is null and closed is null and state <> 'disconnected'
      and created_at > now() - ${ASKED_WITHIN} and (app_sync ->> 'retryAt')::timestamptz <= now()
    returning id`.execute(db)
  return rows.map(({ id }) => id)
}

export interface HistoryView {
  /** `not_asked`: and perhaps never will be · `asked`: nothing has come yet */
  state: 'not_asked' | 'asked' | 'importing' | 'done' | 'declined'
  /** percent of all */
  progress: number
  chunks: number
  messages: number
  askedAt: string | null
  declinedAt: string | null
  lastAt: string | null
  problem: string | null
  /** when it is asked again by itself; null: it is not */
  retryAt: string | null
  contactsAskedAt: string | null
}

/** 0: of the last day, 1: of three months, 2: of six (reference §4.4) */
const PHASES = [0, 1, 2]

/** @returns null for a number that no phone app uses */
export function historyView({
  coexistence,
  app_sync: sync,
  created_at: since,
}: Pick<ChannelRow, 'coexistence' | 'app_sync' | 'created_at'>): HistoryView | null {
  if (!coexistence && sync.historyAskedAt === undefined && sync.lastAt === undefined) return null
  return {
    state: stateOf(sync),
    progress: Math.round(PHASES.reduce((sum, phase) => sum + percentOf(sync, phase), 0) / PHASES.length),
    chunks: sync.chunks ?? 0,
    messages: sync.messages ?? 0,
    askedAt: sync.historyAskedAt ?? null,
    declinedAt: sync.declinedAt ?? null,
    lastAt: sync.lastAt ?? null,
    problem: sync.problem ?? null,
    retryAt: retryOf(sync, since),
    contactsAskedAt: sync.contactsAskedAt ?? null,
  }
}

/** Nobody asks after the time for it. */
const retryOf = ({ retryAt }: AppSync, since: Date): string | null =>
  retryAt != null && Date.parse(retryAt) < since.getTime() + ASKED_WITHIN_HOURS * 3_600_000
    ? new Date(retryAt).toISOString()
    : null

/** A later phase has begun: the earlier ones are over, whether or not each of their chunks said so. */
const percentOf = (sync: AppSync, phase: number): number =>
  phase < (sync.phase ?? 0) ? 100 : (sync.progress?.[phase] ?? 0)

function stateOf(sync: AppSync): HistoryView['state'] {
  if (sync.declinedAt !== undefined) return 'declined'
  if (PHASES.every((phase) => percentOf(sync, phase) === 100)) return 'done'
  if (sync.lastAt !== undefined) return 'importing'
  return sync.historyAskedAt === undefined ? 'not_asked' : 'asked'
}
