import { z } from '@hono/zod-openapi'
import type { ChannelId, ContactId, TaskId, UserId } from '../../domain/ids.ts'
import type { TaskPlace, TaskSort } from '../../store/tasks/list-tasks.ts'
import type { TaskFilter } from '../../store/tasks/task-filter.ts'
import { decodeCursor, encodeCursor, IdText } from '../routes.ts'

const Q = z.string().max(200).openapi({ description: 'In the title, the name, the phone number, the task number' })
const Status = z.enum(['active', 'inactive', 'all'])
const Assignee = z
  .union([z.enum(['me', 'none']), IdText])
  .openapi({ description: 'A person, `me`, or `none`: nobody is assigned' })
const Participant = z.union([z.literal('me'), IdText]).openapi({ description: 'A person, or `me`' })
const Tag = z.string().trim().min(1).max(60).openapi({ description: 'A tag of the requester' })
const Snoozed = z
  .enum(['only', 'hide', 'any'])
  .openapi({ description: 'What you have put aside: nothing else, not at all, or as well' })
const Sort = z.enum(['updated', 'awaiting']).openapi({
  description: '`updated`: the newest first. `awaiting`: who has waited longest first, then the others',
})
const AWAITING = 'The client waits for an answer; only active tasks'
const UNREAD = 'With messages of the client that you have not read'

/** The choice of tasks in a query. */
export const TaskFilterQuery = z.strictObject({
  status: Status.default('all'),
  contactId: IdText.optional(),
  channelId: IdText.optional(),
  assigneeId: Assignee.optional(),
  participantId: Participant.optional(),
  tag: Tag.optional(),
  awaiting: z
    .enum(['true', 'false'])
    .optional()
    .openapi({ description: `${AWAITING}; false: it does not matter` }),
  unread: z
    .enum(['true', 'false'])
    .optional()
    .openapi({ description: `${UNREAD}; false: it does not matter` }),
  snoozed: Snoozed.default('any'),
  q: Q.optional(),
  sort: Sort.default('updated'),
})

/** The same as JSON: what a view keeps, and what a change of many tasks is about. */
export const TaskFilterBody = z
  .strictObject({
    status: Status.optional(),
    contactId: IdText.optional(),
    channelId: IdText.optional(),
    assigneeId: Assignee.optional(),
    participantId: Participant.optional(),
    tag: Tag.optional(),
    awaiting: z
      .boolean()
      .optional()
      .openapi({ description: `${AWAITING}; false: it does not matter` }),
    unread: z
      .boolean()
      .optional()
      .openapi({ description: `${UNREAD}; false: it does not matter` }),
    snoozed: Snoozed.optional(),
    q: Q.optional(),
    sort: Sort.optional(),
  })
  .openapi('TaskFilter', { description: 'The query keys of `GET /api/tasks`' })

type Wanted = Omit<z.output<typeof TaskFilterBody>, 'sort'>

/** What was asked for, as the store takes it. */
export const filterOf = (wanted: Wanted): TaskFilter => ({
  ...wanted,
  contactId: wanted.contactId as ContactId | undefined,
  channelId: wanted.channelId as ChannelId | undefined,
  assigneeId: wanted.assigneeId as TaskFilter['assigneeId'],
  participantId: wanted.participantId as UserId | 'me' | undefined,
})

const UpdatedCursor = z.tuple([z.iso.datetime(), IdText])
const AwaitingCursor = z.tuple([z.enum(['updated', 'awaiting']), z.iso.datetime(), IdText])

/** @throws ApiError 400 `cursor_invalid`, also for a cursor of the other order */
export function placeAt(cursor: string | undefined, sort: TaskSort): TaskPlace | null {
  if (sort === 'updated') {
    const place = decodeCursor(cursor, UpdatedCursor)
    return place && { by: 'updated', at: place[0], id: place[1] as TaskId }
  }
  const place = decodeCursor(cursor, AwaitingCursor)
  return place && { by: place[0], at: place[1], id: place[2] as TaskId }
}

export const cursorOf = ({ by, at, id }: TaskPlace, sort: TaskSort): string =>
  sort === 'updated' ? encodeCursor(at, id) : encodeCursor(by, at, id)
