import { sql } from 'kysely'
import type {
  ConversationId,
  IncomingWebhookEventId,
  IncomingWebhookId,
  ScenarioId,
  TaskId,
} from '../../../domain/ids.ts'
import type { WebhookSubject } from '../../../domain/scenario/document/triggers.ts'
import type { Json, Scope } from '../../../domain/scenario/expressions/scope.ts'
import { awaitedSubjects, webhookTrigger } from '../../../domain/webhooks/listening.ts'
import type { WebhookOutcome } from '../../../domain/webhooks/outcome.ts'
import { readSubject, subjectKey } from '../../../domain/webhooks/subject.ts'
import { appendEvent } from '../../conversation-events.ts'
import type { Tx } from '../../database.ts'
import { newId } from '../../new-id.ts'
import { catalogueVersion, type ScenarioCatalogue } from '../../scenarios/catalogue.ts'
import { OPEN } from '../../scenarios/open-runs.ts'
import { findAccount } from '../../settings/account.ts'
import { type Destination, findDestinations } from './destinations.ts'

/** A webhook that was verified and read. */
export interface ArrivedWebhook {
  webhook: { id: IncomingWebhookId; name: string }
  /** what it is known by when it comes again, and for how long that is remembered */
  key: string
  keyHours: number
  body: Json
  /** `body` as `event.*` of expressions */
  scope: Scope
  raw: Uint8Array
  contentType: string | null
  at: Date
}

/** Everybody with the same `about`: it is looked for once. */
interface Listening {
  about: WebhookSubject
  /** keys of the scenarios that it starts */
  starts: string[]
  /** scenarios whose runs wait for it */
  awaits: Map<ScenarioId, string>
}

/**
 * Stores a webhook, and enters it in the record of each conversation that it concerns: one event for each conversation
 * (and task), in one transaction (P1). What it was to everybody who listens is stored with it.
 * @returns the conversations to signal after the commit; null where it has come before, and nothing was done
 */
export async function takeWebhook(
  tx: Tx,
  catalogue: ScenarioCatalogue,
  arrived: ArrivedWebhook,
): Promise<ConversationId[] | null> {
  const { webhook, body, at } = arrived
  if (!(await takeKey(tx, arrived))) return null
  const { listening, house } = await whoListens(tx, catalogue, webhook.name)
  const { time_zone: timeZone, locale } = await findAccount(tx)
  const region = { timeZone, locale, now: at.toISOString() }
  const subjects = listening.map(({ about }) => readSubject(about, arrived.scope, region))
  const wanted = listening.flatMap(({ starts }, index) => {
    const read = subjects[index]
    return read?.ok ? [{ index, subject: read.subject, opens: starts.length > 0 }] : []
  })
  const found = await findDestinations(tx, wanted, at)
  const destinationOf = (index: number): Destination => {
    const read = subjects[index]
    const place = wanted.findIndex((one) => one.index === index)
    const destination = found[place]
    if (read && !read.ok) return read
    if (!destination) throw new Error('a subject was not looked for')
    return destination
  }

  const outcomes: WebhookOutcome[] = []
  const told = new Map<string, { conversation: ConversationId; task: TaskId | null; about: string[]; only: string[] }>()
  for (const [index, { about, starts, awaits }] of listening.entries()) {
    const destination = destinationOf(index)
    const waiting = destination.ok ? await whoWaits(tx, destination.conversation, awaits) : []
    const problem = destination.ok ? null : { code: destination.code, message: destination.message }
    const conversationId = destination.ok ? destination.conversation : null
    // A wait that nobody is in is no failure.
    if (starts.length > 0) outcomes.push({ scenarios: starts, starts: true, conversationId, problem })
    if (waiting.length > 0) outcomes.push({ scenarios: waiting, starts: false, conversationId, problem: null })
    if (!destination.ok || starts.length + waiting.length === 0) continue
    const { conversation, task } = destination
    const key = `${conversation} ${task}`
    const event = told.get(key) ?? { conversation, task, about: [], only: [] }
    event.about.push(subjectKey(about))
    event.only.push(...starts)
    told.set(key, event)
  }

  const id = newId<IncomingWebhookEventId>()
  const events = [...told.values()].sort((a, b) => (a.conversation < b.conversation ? -1 : 1))
  await tx
    .insertInto('incoming_webhook_events')
    .values({
      id,
      webhook_id: webhook.id,
      webhook_name: webhook.name,
      body: JSON.stringify(body),
      raw: Buffer.from(arrived.raw),
      content_type: arrived.contentType,
      state: outcomes.some(({ problem }) => problem)
        ? 'undeliverable'
        : outcomes.length > 0 || house
          ? 'done'
          : 'ignored',
      outcomes: JSON.stringify(outcomes),
      house: house ? 'waiting' : null,
      received_at: at,
    })
    .execute()
  for (const { conversation, ...event } of events) {
    const payload = { kind: 'webhook.received', webhook: webhook.name, event: id, ...event, body } as const
    await appendEvent(tx, conversation, payload, { at })
  }
  await noteReceived(tx, webhook.id, at)
  return [...new Set(events.map(({ conversation }) => conversation))]
}

/** @returns false where it has come before */
async function takeKey(tx: Tx, { webhook, key, keyHours, at }: ArrivedWebhook): Promise<boolean> {
  const until = new Date(at.getTime() + keyHours * 3_600_000)
  const taken = await tx
    .insertInto('incoming_webhook_keys')
    .values({ webhook_id: webhook.id, key, until })
    .onConflict((conflict) =>
      conflict.columns(['webhook_id', 'key']).doUpdateSet({ until }).where('incoming_webhook_keys.until', '<=', at),
    )
    .returning('key')
    .executeTakeFirst()
  return taken !== undefined
}

/** Published scenarios that it starts, and versions that runs wait in. `house`: some of them have no client. */
async function whoListens(
  tx: Tx,
  catalogue: ScenarioCatalogue,
  webhook: string,
): Promise<{ listening: Listening[]; house: boolean }> {
  const listening = new Map<string, Listening>()
  const of = (about: WebhookSubject): Listening => {
    const known = listening.get(subjectKey(about))
    if (known) return known
    const fresh: Listening = { about, starts: [], awaits: new Map() }
    listening.set(subjectKey(about), fresh)
    return fresh
  }
  let house = false
  for (const { key, document } of await catalogue.forEvent(tx, await catalogueVersion(tx), 'webhook.received')) {
    const trigger = webhookTrigger(document)
    if (trigger?.name !== webhook) continue
    if (trigger.about) of(trigger.about).starts.push(key)
    else house = true
  }
  for (const { scenario, version } of await versionsWithOpenRuns(tx)) {
    const document = await catalogue.byVersion(tx, scenario, version)
    for (const about of awaitedSubjects(document, webhook)) of(about).awaits.set(scenario, document.id)
  }
  return { listening: [...listening.values()], house }
}

async function versionsWithOpenRuns(tx: Tx): Promise<{ scenario: ScenarioId; version: number }[]> {
  const { rows } = await sql<{ scenario: ScenarioId; version: number }>`
    select v.scenario_id as scenario, v.version from scenario_versions v
    where exists (select from runs r where r.scenario_id = v.scenario_id and r.version = v.version
      and r.state in ('running', 'waiting', 'blocked'))`.execute(tx)
  return rows
}

/** Scenarios that have an open run in the conversation: it may wait for the webhook by the time it is worked off. */
async function whoWaits(
  tx: Tx,
  conversation: ConversationId,
  awaits: ReadonlyMap<ScenarioId, string>,
): Promise<string[]> {
  if (awaits.size === 0) return []
  const rows = await tx
    .selectFrom('runs')
    .select('scenario_id')
    .distinct()
    .where('conversation_id', '=', conversation)
    .where('state', 'in', [...OPEN])
    .where('scenario_id', 'in', [...awaits.keys()])
    .execute()
  return rows.flatMap(({ scenario_id }) => awaits.get(scenario_id) ?? [])
}

/** For people; webhooks of one name do not wait for each other to write it. */
async function noteReceived(tx: Tx, id: IncomingWebhookId, at: Date): Promise<void> {
  await sql`
    update incoming_webhooks set last_received_at = ${at}
    where id in (select id from incoming_webhooks where id = ${id} for no key update skip locked)`.execute(tx)
}
