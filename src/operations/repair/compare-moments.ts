import type { Client } from '@temporalio/client'
import { type ConversationId, campaignWorkflowIdOf, houseWorkflowIdOf, webhookWorkflowIdOf } from '../../domain/ids.ts'
import type { Db } from '../../store/index.ts'
import type { Backlog } from '../../store/intake/backlog.ts'
import { conversationsWithOpenWork, latestConversations, storedMoments } from '../../store/repair/moments.ts'
import { knownBeside, type OpenBeside, openBeside } from '../../store/repair/open-beside.ts'
import { momentOf, runningBeside, runningConversations, runs } from './workflow-moments.ts'

/** A workflow that was told of events which the database does not have: the database was set back. */
export interface AheadOfDatabase {
  conversation: ConversationId
  /** the newest event that the workflow was told of */
  heard: number
  /** the newest event that is stored; null: the database does not have the conversation */
  stored: number | null
  /** the last event that the workflow has recorded as worked off, where the database says that it was not */
  worked?: number
}

export interface Comparison {
  /** workflows whose record was read */
  looked: number
  ahead: AheadOfDatabase[]
  /** conversations with open work and without a workflow: the engine lost it, or was never told */
  missing: Backlog[]
  /** workflows of mailings and of the house that the database knows nothing of: it was set back */
  strangers: string[]
  /** mailings, events of the house and webhooks with open work and without a workflow */
  missingBeside: OpenBeside[]
}

const PAGE = 100

const nothing = (): Comparison => ({ looked: 0, ahead: [], missing: [], strangers: [], missingBeside: [] })

/** Compares everything that runs, and everything that has open work, with the database. Changes nothing. */
export async function compareMoments(db: Db, client: Client, queuePrefix: string): Promise<Comparison> {
  const found = nothing()
  for await (const conversation of runningConversations(client, queuePrefix)) {
    await look(found, db, client, conversation)
  }
  for await (const one of eachWithOpenWork(db)) {
    if ((await momentOf(client, one.id)) === null) found.missing.push(one)
  }
  found.strangers = await strangers(db, client, queuePrefix)
  for (const one of await openBeside(db)) {
    if (!(await runs(client, workflowOf(one)))) found.missingBeside.push(one)
  }
  return found
}

/** A quick look: the workflows that began last, and the conversations in which something happened last. */
export async function sampleMoments(
  db: Db,
  client: Client,
  queuePrefix: string,
  size: { workflows: number; conversations: number },
): Promise<Pick<Comparison, 'ahead' | 'strangers'>> {
  const found = nothing()
  for await (const begun of pagesOf(runningConversations(client, queuePrefix), size.workflows)) {
    const stored = await storedMoments(db, begun)
    for (const conversation of begun) if (!stored.has(conversation)) await look(found, db, client, conversation)
    break
  }
  for (const { id } of await latestConversations(db, size.conversations)) await look(found, db, client, id)
  found.strangers = await strangers(db, client, queuePrefix)
  return found
}

/** Every conversation with open work, in the order of their ids. */
export async function* eachWithOpenWork(db: Db): AsyncGenerator<Backlog> {
  for (let after: ConversationId | null = null; ; ) {
    const page: Backlog[] = await conversationsWithOpenWork(db, after, PAGE)
    yield* page
    after = page.at(-1)?.id ?? null
    if (page.length < PAGE) return
  }
}

/** The name of the workflow that this work needs. */
export function workflowOf(work: OpenBeside): string {
  switch (work.kind) {
    case 'campaign':
      return campaignWorkflowIdOf(work.id)
    case 'house':
      return houseWorkflowIdOf(work.id)
    case 'webhook':
      return webhookWorkflowIdOf(work.id)
  }
}

/**
 * The database is asked after the engine: what a workflow was told of was committed before, so that whatever happens
 * meanwhile makes no conversation look as if the database lacked something.
 */
async function look(found: Comparison, db: Db, client: Client, conversation: ConversationId): Promise<void> {
  const moment = await momentOf(client, conversation)
  if (moment === null) return
  found.looked += 1
  const { heard, worked } = moment
  const stored = (await storedMoments(db, [conversation])).get(conversation)
  if (!stored) found.ahead.push({ conversation, heard, stored: null })
  else if (heard > stored.seq) found.ahead.push({ conversation, heard, stored: stored.seq })
  else if (worked > stored.worked) found.ahead.push({ conversation, heard, stored: stored.seq, worked })
}

/** As `look`: the engine first. */
async function strangers(db: Db, client: Client, queuePrefix: string): Promise<string[]> {
  const running = await runningBeside(client, queuePrefix)
  const known = await knownBeside(
    db,
    running.map(({ id }) => id),
  )
  return running.flatMap(({ id, workflowId }) => (known.has(id) ? [] : [workflowId]))
}

async function* pagesOf<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let page: T[] = []
  for await (const item of items) {
    page.push(item)
    if (page.length === size) {
      yield page
      page = []
    }
  }
  if (page.length > 0) yield page
}
