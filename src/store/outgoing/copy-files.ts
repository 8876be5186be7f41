import { sql } from 'kysely'
import type { AttachmentId, ConversationId } from '../../domain/ids.ts'
import type { Tx } from '../database.ts'
import { newId } from '../new-id.ts'

/**
 * Makes uploads of their own for one message of files that are sent again and again. The bytes are those of the file,
 * under its key: a row is all that a copy costs, and the file's row is held so that nobody removes them meanwhile
 * (src/store/quick-replies/quick-reply-files.ts).
 *
 * Only what employees uploaded can be sent so, and no file of somebody's own quick reply: what a client sent is never
 * passed on to another by itself. Nor is what stands in another client's conversation, unless the scenario's document
 * names it: that was looked at when it was published (src/store/scenarios/check-files.ts). An id that a step computes may
 * come from anywhere (P6).
 * @param ids as a document names or computes them: they may be no ids at all
 * @param of `named`: what the document names as it is written, in lower case
 * @returns in the same order; null where one of them cannot be sent (any more)
 */
export async function copyFiles(
  tx: Tx,
  ids: readonly string[],
  { conversation, named }: { conversation: ConversationId; named: readonly string[] },
): Promise<AttachmentId[] | null> {
  const wanted = [...new Set(ids.map((id) => id.toLowerCase()))]
  if (wanted.length === 0) return []
  if (!wanted.every((id) => UUID.test(id))) return null
  const files = await sendableAgain(tx, wanted as AttachmentId[])
    .where(
      sql<boolean>`(a.comment_id is null or a.id = any(${named.filter((id) => UUID.test(id))}::uuid[]) or exists (
        select from comments m where m.id = a.comment_id and m.conversation_id = ${conversation} and m.deleted_at is null))`,
    )
    .orderBy('a.id')
    .forKeyShare('a')
    .execute()
  const found = new Map<string, (typeof files)[number]>(files.map((file) => [file.id, file]))
  const copies: AttachmentId[] = []
  for (const id of ids) {
    const file = found.get(id.toLowerCase())
    if (!file) return null
    copies.push(newId<AttachmentId>())
  }
  if (copies.length > 0) {
    await tx
      .insertInto('attachments')
      .values(
        copies.map((copy, index) => {
          const { id, content_id, name, mime, size, sha256 } = found.get(ids[index]?.toLowerCase() ?? '') as Found
          return { id: copy, content_id: content_id ?? id, name, mime, size, sha256, state: 'stored' as const }
        }),
      )
      .execute()
  }
  return copies
}

type Found = Awaited<ReturnType<ReturnType<typeof sendableAgain>['execute']>>[number]

/** Of these files those that any message may send. */
export const sendableAgain = (db: Pick<Tx, 'selectFrom'>, ids: readonly AttachmentId[]) =>
  db
    .selectFrom('attachments as a')
    .select(['a.id', 'a.content_id', 'a.name', 'a.mime', 'a.size', 'a.sha256'])
    .where('a.id', 'in', ids)
    .where('a.state', '=', 'stored')
    .where('a.provider_media_id', 'is', null)
    .where(
      sql<boolean>`not exists (select from quick_replies q where q.id = a.quick_reply_id and q.owner_id is not null)`,
    )

/** Copies that no message came to use. */
export async function dropCopies(tx: Tx, ids: readonly AttachmentId[]): Promise<void> {
  if (ids.length > 0)
    await tx.deleteFrom('attachments').where('id', 'in', ids).where('comment_id', 'is', null).execute()
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
