import { createHash } from 'node:crypto'
import type { ProviderMessageId } from '../../domain/ids.ts'
import type { InboundItem } from '../port.ts'
import { idAt, MalformedItem, objectAt, present, requiredId, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { PRIVATE_REPLY_MS } from './capabilities.ts'
import { timeIn } from './times.ts'

/** One change of an account: `changes[]`, or `field` and `value` of the entry itself (reference §11.1). */
export interface Change {
  field: string
  value: JsonObject
  entry: JsonObject
  path: string
}

const COMMENTS: ReadonlySet<string> = new Set(['comments', 'live_comments'])

/**
 * A comment under a post is a word of a client, and opens or joins a task; all else is kept as an event of the account.
 * @throws MalformedItem for a comment that names nobody or has no id
 */
export function readChange(change: Change): InboundItem {
  const { field, value } = change
  const author = objectAt(value, 'from')
  const isOurs = idAt(author, 'id') !== null && idAt(author, 'id') === idAt(change.entry, 'id')
  return COMMENTS.has(field) && !isOurs ? readComment(change) : accountEvent(change)
}

/**
 * Everybody reads a comment, and it opens no reply window. One private answer is allowed to it, for seven days
 * (reference §11.2); only when the client answers that is the window open.
 */
function readComment({ field, value, entry, path }: Change): InboundItem {
  const account = requiredId(entry, 'id')
  const author = objectAt(value, 'from')
  const client = idAt(author, 'id')
  if (client === null) throw new MalformedItem('a comment that names nobody')
  const id = idAt(value, 'comment_id') ?? requiredId(value, 'id')
  const at = timeIn(value, 'created_time') ?? timeIn(entry, 'time')
  if (at === null) throw new MalformedItem('a comment without a time')
  const media = objectAt(value, 'media')
  const postId = idAt(media, 'id')
  return {
    to: 'conversation',
    account,
    path,
    dedupeKey: `comment:${id}`,
    identities: [{ kind: 'igsid', value: client }],
    at,
    event: {
      kind: 'message.received',
      message: {
        id: `comment:${id}` as ProviderMessageId,
        content: {
          kind: 'text',
          text: textAt(value, 'text'),
          data: {
            type: field === 'live_comments' ? 'live_comment' : 'comment',
            ...present({
              place: textAt(media, 'media_product_type')?.toLowerCase(),
              adId: idAt(media, 'ad_id'),
              parentCommentId: idAt(value, 'parent_id'),
            }),
          },
          media: null,
        },
        context: { quoted: null, forwarded: 'no', referral: null, product: null },
        publicComment: { id, postId, answerUntil: new Date(at.getTime() + PRIVATE_REPLY_MS).toISOString() },
      },
      profile: { name: null, username: textAt(author, 'username') },
    },
    opensWindow: false,
  }
}

function accountEvent({ field, value, entry, path }: Change): InboundItem {
  const hash = createHash('sha256')
    .update(JSON.stringify([field, idAt(entry, 'id'), textAt(entry, 'time'), value]))
    .digest('hex')
  return {
    to: 'channel',
    account: { accountId: requiredId(entry, 'id') },
    path,
    dedupeKey: `account:${hash}`,
    at: timeIn(entry, 'time'),
    event: { kind: field, value, effect: { does: 'nothing' } },
  }
}
