import { sql } from 'kysely'
import type { TaskId, UserId } from '../../domain/ids.ts'
import type { MessageKind } from '../../domain/message.ts'
import type { Db, Tx } from '../database.ts'
import type { AuthorKind } from '../schema.ts'
import { readFrom, type Viewer } from './task-filter.ts'

/** The newest entry of a feed that is no line of the system. */
export interface Preview {
  /** at most its first 140 characters; null where it has none, or was deleted */
  text: string | null
  kind: MessageKind
  authorKind: AuthorKind
  /** of an employee's; null: somebody else's, or an API token's */
  authorId: UserId | null
  /** it reached the client, or was meant to */
  toClient: boolean
  at: Date
}

export interface Glance {
  /** at most 999 */
  unread: number
  preview: Preview | null
}

const PREVIEW_LENGTH = 140
/** More is "many"; nobody's list shall have to count a feed of years. */
const MOST_UNREAD = 999

/** The client's messages after the mark `mine` (id, position, arrived). */
export const UNREAD = sql<number>`least(${MOST_UNREAD}, (
    select count(*) from (
      select from comments m
      where m.task_id = mine.id and m.author_kind = 'contact' and m.deleted_at is null and m.position > mine.position
      limit ${MOST_UNREAD}
    ) behind
  ) + (
    select count(*) filter (where m.author_kind = 'contact' and m.deleted_at is null and m.position <= mine.position)
    from comments m where m.task_id = mine.id and m.arrived is not null and m.arrived > mine.arrived
  ))::int`

/**
 * What a list shows of the feeds of tasks, in one query: the end of each feed, and the client's messages after the
 * viewer's mark. Unread is what stands behind it, and what came after it and stands before others that did.
 */
export async function loadGlances(db: Db | Tx, viewer: Viewer, tasks: readonly TaskId[]): Promise<Map<TaskId, Glance>> {
  if (tasks.length === 0) return new Map()
  const { rows } = await sql<{
    id: TaskId
    unread: number
    text: string | null
    kind: MessageKind | null
    author_kind: AuthorKind
    author_id: UserId | null
    to_client: boolean
    at: Date
  }>`
    with mine as (
      select k.id, coalesce(r.position, ${readFrom(viewer)}) as position, coalesce(r.arrived, ${readFrom(viewer)}) as arrived
      from unnest(${tasks}::uuid[]) k (id)
      left join lateral (
        select * from task_reads where task_id = k.id and user_id = ${viewer.userId}::uuid limit 1
      ) r on true
    )
    select mine.id, p.*, ${UNREAD} as unread
    from mine
    left join lateral (
      select case when m.deleted_at is null then left(m.text, ${PREVIEW_LENGTH}) end as text, m.kind, m.author_kind,
        case when m.author_kind = 'employee' then m.author_id end as author_id,
        m.notifies_contact or m.author_kind = 'phone_app' as to_client, m.at
      from comments m where m.task_id = mine.id and m.kind <> 'system'
      order by m.position desc limit 1
    ) p on true`.execute(db)
  return new Map(
    rows.map(({ id, unread, kind, author_kind, author_id, to_client, text, at }) => [
      id,
      {
        unread,
        preview:
          kind === null ? null : { text, kind, authorKind: author_kind, authorId: author_id, toClient: to_client, at },
      },
    ]),
  )
}
