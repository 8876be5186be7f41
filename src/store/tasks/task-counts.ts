import { type SqlBool, sql } from 'kysely'
import type { ChannelId } from '../../domain/ids.ts'
import type { Db } from '../database.ts'
import { hasUnread, IS_SNOOZED, matchingTasks, type Viewer } from './task-filter.ts'
import { tasksOf } from './task-view.ts'

/** How many active tasks there are for the viewer; what they have put aside counts as `snoozed` only. */
export interface TaskCounts {
  mine: number
  unassigned: number
  awaiting: number
  all: number
  snoozed: number
  /** tasks with unread messages */
  unread: number
  byChannel: { channelId: ChannelId; active: number; unread: number }[]
}

/** One pass over the active tasks: their number is that of the work at hand, not of the years. */
export async function countTasks(db: Db, viewer: Viewer): Promise<TaskCounts> {
  const rows = await db
    .selectFrom(
      tasksOf(db, viewer)
        .select([
          't.channel_id',
          IS_SNOOZED.as('is_snoozed'),
          sql<SqlBool>`coalesce(t.assignee_ids @> array[${viewer.userId}]::uuid[], false)`.as('is_mine'),
          sql<SqlBool>`t.assignee_ids = '{}'`.as('is_unassigned'),
          sql<SqlBool>`t.awaiting_since is not null`.as('is_awaiting'),
          hasUnread(viewer).as('is_unread'),
        ])
        .where(matchingTasks(viewer, { status: 'active' }))
        .as('a'),
    )
    .select([
      'channel_id as channelId',
      sql<number>`count(*) filter (where not is_snoozed and is_mine)`.as('mine'),
      sql<number>`count(*) filter (where not is_snoozed and is_unassigned)`.as('unassigned'),
      sql<number>`count(*) filter (where not is_snoozed and is_awaiting)`.as('awaiting'),
      sql<number>`count(*) filter (where not is_snoozed)`.as('all'),
      sql<number>`count(*) filter (where is_snoozed)`.as('snoozed'),
      sql<number>`count(*) filter (where not is_snoozed and is_unread)`.as('unread'),
    ])
    .groupBy('channel_id')
    .orderBy('channel_id')
    .execute()
  const sum = (of: 'mine' | 'unassigned' | 'awaiting' | 'all' | 'snoozed' | 'unread') =>
    rows.reduce((total, row) => total + Number(row[of]), 0)
  return {
    mine: sum('mine'),
    unassigned: sum('unassigned'),
    awaiting: sum('awaiting'),
    all: sum('all'),
    snoozed: sum('snoozed'),
    unread: sum('unread'),
    byChannel: rows.map(({ channelId, all, unread }) => ({ channelId, active: Number(all), unread: Number(unread) })),
  }
}
