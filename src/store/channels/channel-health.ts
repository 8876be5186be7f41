import { sql } from 'kysely'
import type { ChannelId } from '../../domain/ids.ts'
import type { Db } from '../database.ts'
import { inTransaction } from '../database.ts'
import { recordLive } from '../live-events.ts'
import type { AccountFacts, WebhookRefusal } from '../schema.ts'

/** What came to a channel's address: the provider's check of it, a signed event, or something that was turned away. */
export type AddressNews = { is: 'verified' } | { is: 'signed' } | { is: 'refused'; why: WebhookRefusal }

/** So much later it is news again: one address may be called hundreds of times a second. */
const NEWS_AFTER = sql<Date>`now() - interval '1 minute'`

/** Tells the browsers only where something new can be seen. */
export async function noteAddressNews(db: Db, id: ChannelId, news: AddressNews): Promise<void> {
  await inTransaction(db, async (tx) => {
    const query = tx.updateTable('channels').where('id', '=', id).where('deleted_at', 'is', null)
    const told =
      news.is === 'verified'
        ? await query.set({ webhook_verified_at: sql<Date>`now()` }).returning('id').executeTakeFirst()
        : news.is === 'signed'
          ? await query
              .set({ webhook_signed_at: sql<Date>`now()` })
              .where((where) =>
                where.or([
                  where('webhook_signed_at', 'is', null),
                  where('webhook_signed_at', '<', NEWS_AFTER),
                  // What was wrong before is right now.
                  where('webhook_signed_at', '<', where.ref('webhook_refused_at')),
                ]),
              )
              .returning('id')
              .executeTakeFirst()
          : await query
              .set({ webhook_refused_at: sql<Date>`now()`, webhook_refusal: news.why })
              .where((where) =>
                where.or([
                  where('webhook_refused_at', 'is', null),
                  where('webhook_refused_at', '<', NEWS_AFTER),
                  where('webhook_refusal', '<>', news.why),
                ]),
              )
              .returning('id')
              .executeTakeFirst()
    if (told) await recordLive(tx, [{ event: 'channel', data: { channelId: id, what: 'address' } }])
  })
}

/** What the provider says of the account now; what it did not say this time stays as it was. */
export async function noteAccountFacts(db: Db, id: ChannelId, facts: AccountFacts): Promise<void> {
  await inTransaction(db, async (tx) => {
    const row = await tx
      .updateTable('channels')
      .set({ account: sql<string>`account || ${JSON.stringify(facts)}::jsonb` })
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .returning('id')
      .executeTakeFirst()
    if (row) await recordLive(tx, [{ event: 'channel', data: { channelId: id, what: 'account' } }])
  })
}

/** What the provider said of the account, the newest first. @returns up to `limit` + 1 rows */
export async function listChannelEvents(db: Db, id: ChannelId, page: { before: number | null; limit: number }) {
  let query = db
    .selectFrom('channel_events')
    .select(['id', 'kind', 'payload', 'effect', 'provider_at', 'received_at'])
    .where('channel_id', '=', id)
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
  if (page.before !== null) query = query.where('id', '<', page.before)
  return query.execute()
}

export type ChannelEventRow = Awaited<ReturnType<typeof listChannelEvents>>[number]
