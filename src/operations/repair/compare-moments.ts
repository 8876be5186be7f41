import type { Client } from '@temporalio/client'
import type { ConversationId } from '../../domain/ids.ts'
import type { Db } from '../../store/index.ts'
import type { Backlog } from '../../store/intake/backlog.ts'
import { conversationsWithOpenWork, latestConversations, storedMoments } from '../../store/repair/moments.ts'
import { heardBy, runningConversations } from './workflow-moments.ts'

/** A workflow that was told of events which the database does not have: the database was set back. */
export interface AheadOfDatabase {
  conversation: ConversationId
  /** the newest event that the workflow was told of */
  heard: number
  /** the newest event that is stored; null: the database does not have the conversation */
  stored: number | null
}

export interface Comparison {
  /** workflows whose record was read */
  looked: number
  ahead: AheadOfDatabase[]
  /** conversations with open work and without a workflow: the engine lost it, or was never told */
  missing: Backlog[]
}

const PAGE = 100

/** Compares every running conversation, and every one that has open work, with the database. Changes nothing. */
export async function compareMoments(db: Db, client: Client, queuePrefix: string): Promise<Comparison> {
  const found: Comparison = { looked: 0, ahead: [], missing: [] }
  for await (const page of pagesOf(runningConversations(client, queuePrefix), PAGE)) {
    const stored = await storedMoments(db, page)
    for (const conversation of page) await look(found, client, conversation, stored.get(conversation) ?? null)
  }
  for (let after: ConversationId | null = null; ; ) {
    const page: Backlog[] = await conversationsWithOpenWork(db, after, PAGE)
    for (const one of page) {
      if ((await heardBy(client, one.id)) === null) found.missing.push(one)
    }
    after = page.at(-1)?.id ?? null
    if (page.length < PAGE) return found
  }
}

/** A quick look: the workflows that began last, and the conversations in which something happened last. */
export async function sampleMoments(
  db: Db,
  client: Client,
  queuePrefix: string,
  size: { workflows: number; conversations: number },
): Promise<AheadOfDatabase[]> {
  const found: Comparison = { looked: 0, ahead: [], missing: [] }
  for await (const begun of pagesOf(runningConversations(client, queuePrefix), size.workflows)) {
    const stored = await storedMoments(db, begun)
    for (const conversation of begun) if (!stored.has(conversation)) await look(found, client, conversation, null)
    break
  }
  for (const { id, seq } of await latestConversations(db, size.conversations)) await look(found, client, id, seq)
  return found.ahead
}

async function look(
  found: Comparison,
  client: Client,
  conversation: ConversationId,
  stored: number | null,
): Promise<void> {
  const heard = await heardBy(client, conversation)
  if (heard === null) return
  found.looked += 1
  if (stored === null || heard > stored) found.ahead.push({ conversation, heard, stored })
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
