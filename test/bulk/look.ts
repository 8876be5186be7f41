import type { ChannelId, ConversationId } from '../../src/domain/ids.ts'
import type { Db } from '../../src/store/database.ts'
import { wamid } from '../kit/house.ts'

/** A channel of the database, and the names that a test has for what is in it. */
export interface Looked {
  db: Db
  channel: ChannelId
  conversations: ReadonlyMap<string, ConversationId>
  /** comments and outgoing messages by id; those that arrived are added under their provider's id */
  names: Map<string, string>
}

/** Tasks, feeds and messages under the names of the commands, to be compared with the model's. */
export async function look({ db, channel, conversations, names }: Looked) {
  const nameOf = (id: string | null) => (id === null ? null : (names.get(id) ?? `unknown ${id}`))
  const outgoing = await db.selectFrom('outgoing_messages').selectAll().where('channel_id', '=', channel).execute()
  const comments = await db
    .selectFrom('comments')
    .selectAll()
    .where('channel_id', '=', channel)
    .where('kind', '<>', 'system')
    .orderBy('position')
    .execute()
  const tasks = await db
    .selectFrom('tasks')
    .select(['id', 'conversation_id', 'opened_by', 'active'])
    .where('channel_id', '=', channel)
    .orderBy('number')
    .execute()
  for (const { id, provider_message_id } of comments) if (provider_message_id) names.set(id, provider_message_id)
  for (const { id, comment_id } of outgoing) if (comment_id) names.set(id, nameOf(comment_id) ?? '')

  return {
    tasks: [...conversations].map(([conversation, id]) => ({
      conversation,
      tasks: tasks
        .filter(({ conversation_id }) => conversation_id === id)
        .map(({ id: task, opened_by, active }) => ({
          openedBy: opened_by,
          active,
          feed: comments.filter(({ task_id }) => task_id === task).map((comment) => nameOf(comment.id)),
        })),
    })),
    messages: Object.fromEntries(outgoing.map(({ id, state }) => [nameOf(id), state])),
    marked: comments
      .filter(({ bulk }) => bulk)
      .map(({ id }) => nameOf(id))
      .sort(),
    repliesTo: Object.fromEntries(
      comments
        .filter(({ author_kind }) => author_kind === 'contact')
        .map(({ id, data }) => {
          const answered = (data as { replyToBulk?: { messageId: string } }).replyToBulk
          return [nameOf(id), nameOf(answered?.messageId ?? null)]
        }),
    ),
    clusters: clustersOf(
      outgoing
        .filter(({ cluster_id }) => cluster_id !== null)
        .map(({ id, cluster_id }) => ({ name: nameOf(id) ?? '', cluster: cluster_id ?? '' })),
    ),
  }
}

/** Which message the reply's quotation is shown with. */
export async function quotedBy(reply: string, { db, channel, names }: Looked): Promise<string | null> {
  const { reply_to } = await db
    .selectFrom('comments')
    .select('reply_to')
    .where('channel_id', '=', channel)
    .where('provider_message_id', '=', wamid(reply))
    .executeTakeFirstOrThrow()
  return reply_to === null ? null : (names.get(reply_to) ?? null)
}

/** How often a task was withdrawn, as the audit says. */
export async function withdrawnTasks({ db, conversations }: Looked): Promise<number> {
  const ours = [...conversations.values()]
  const rows = await db.selectFrom('audit_log').select('detail').where('action', '=', 'task.withdrawn').execute()
  return rows.filter(({ detail }) => {
    const { conversationId } = detail as { conversationId?: string }
    return ours.some((id) => id === conversationId)
  }).length
}

/** Which messages share a cluster, whatever its id. */
function clustersOf(members: readonly { name: string; cluster: string }[]): string[] {
  const clusters = new Map<string, string[]>()
  for (const { name, cluster } of members) clusters.set(cluster, [...(clusters.get(cluster) ?? []), name])
  return [...clusters.values()].map((names) => names.sort().join(' ')).sort()
}
