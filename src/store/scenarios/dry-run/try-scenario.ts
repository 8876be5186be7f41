import { sql } from 'kysely'
import type { ChannelId } from '../../../domain/ids.ts'
import type { MadeUpClient, MadeUpHappening, MadeUpRecord } from '../../../domain/scenario/dry-run/made-up-record.ts'
import { type TriedAfter, type TriedEntry, type TriedOut, tryOut } from '../../../domain/scenario/dry-run/try-out.ts'
import type { ChannelFacts } from '../../../domain/scenario/engine/facts.ts'
import type { JsonObject } from '../../../domain/scenario/expressions/scope.ts'
import { DEFAULT_STATUSES, type TaskStatus, taskTitle } from '../../../domain/task.ts'
import type { Database, Db } from '../../database.ts'
import type { SendRulesOf } from '../../deliveries/gate.ts'
import { besideRecord, type Tested } from './dry-run-scenario.ts'
import { type ShownMessage, ShownMessages } from './shown-messages.ts'

/** What an author makes up. */
export interface MadeUp {
  client: MadeUpClient
  /** milliseconds since 1970 */
  from: number
  happened: readonly MadeUpHappening[]
  /** of `momentsOf` */
  moments: readonly number[]
}

/** `shows`: the message as the client would see it; null: none, or one that cannot be shown. */
export type ShownEntry = TriedEntry & { shows: ShownMessage | null }
export interface Tried extends Omit<TriedOut, 'after'> {
  after: (Omit<TriedAfter, 'entries'> & { entries: ShownEntry[] })[]
}

/**
 * Plays a scenario against a client who does not exist. Reads what stands beside the record; keeps and sends nothing.
 * @param channel where the client writes; null: a channel that does not exist, with WhatsApp's reply window
 */
export async function tryScenario(
  database: Database,
  tested: Tested,
  { moments, ...made }: MadeUp,
  { channel, rulesOf }: { channel: ChannelId | null; rulesOf: SendRulesOf },
): Promise<Tried> {
  const { db } = database
  const place = await placeOf(db, channel)
  const { client } = made
  const title = taskTitle(place.titlePattern ?? '{contact}', {
    contact: client.name,
    phone: client.phone,
    channel: place.channel.name,
  })
  const task = { title, statuses: place.statuses, fields: place.fields }
  const record: MadeUpRecord = { ...made, channel: place.channel, task }
  const { options } = await besideRecord(database, tested, rulesOf)
  const played = await tryOut(record, moments, {
    ...options,
    replyWindowHours: (provider) => (channel === null ? 24 : options.replyWindowHours(provider)),
  })
  const language = client.fields.language
  const messages = new ShownMessages(db, {
    channel,
    language: typeof language === 'string' ? language : null,
    values: {
      contact: { name: client.name, phone: client.phone, fields: client.fields },
      task: { number: 1, title, fields: place.fields },
      me: { name: null },
      channel: { name: place.channel.name },
    },
  })
  const after: Tried['after'] = []
  for (const { entries, ...one } of played.after) {
    const shown: ShownEntry[] = []
    for (const entry of entries) {
      const isAsked = entry.outcome === 'asked' && typeof entry.inputs === 'object' && entry.inputs !== null
      shown.push({
        ...entry,
        shows: isAsked ? await messages.of(entry.inputs as { readonly [key: string]: unknown }) : null,
      })
    }
    after.push({ ...one, entries: shown })
  }
  return { ...played, after }
}

interface Place {
  channel: ChannelFacts
  titlePattern: string | null
  statuses: TaskStatus[]
  fields: JsonObject
}

const NOWHERE: ChannelFacts = { id: '', name: '', provider: '', kind: 'whatsapp' }

/** The channel, and what a new task on it is made from. */
async function placeOf(db: Db, channel: ChannelId | null): Promise<Place> {
  const { rows } = await sql<{
    id: string | null
    name: string
    provider: string
    kind: string
    titlePattern: string | null
    statuses: TaskStatus[] | null
    fields: JsonObject | null
  }>`
    select c.id, c.name, c.provider, c.messenger as kind, t.title_pattern as "titlePattern", t.statuses, t.fields
    from (select 1) one
    left join channels c on c.id = ${channel}::uuid
    left join lateral (
      select * from task_templates
      order by id = c.task_template_id desc nulls last, created_at, id limit 1
    ) t on true`.execute(db)
  const [row] = rows
  const { id = null, name = '', provider = '', kind = '' } = row ?? {}
  return {
    channel: id === null ? NOWHERE : { id, name, provider, kind },
    titlePattern: row?.titlePattern ?? null,
    statuses: row?.statuses?.length ? row.statuses : [...DEFAULT_STATUSES],
    fields: row?.fields ?? {},
  }
}
