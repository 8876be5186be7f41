import { z } from '@hono/zod-openapi'
import type { UserId } from '../../domain/ids.ts'
import type { TaskChange } from '../../store/tasks/change-task.ts'
import { IdText } from '../routes.ts'
import { ChangedFields } from './shapes.ts'

/** Far beyond it, neither PostgreSQL nor a calendar knows what to make of a date. */
export function isOfOurTime(text: string): boolean {
  const at = Date.parse(text)
  return at >= Date.UTC(1970, 0) && at < Date.UTC(2200, 0)
}

/** What can be changed of many tasks at once. */
export const SharedTaskChange = z.strictObject({
  status: z.string().max(100).optional(),
  assigneeIds: z.array(IdText).max(100).optional(),
  participantIds: z.array(IdText).max(500).optional(),
  fields: ChangedFields.optional(),
  dueAt: z.iso
    .datetime({ offset: true })
    .refine(isOfOurTime, 'must be a date of our time')
    .nullable()
    .optional()
    .openapi({ description: 'By when it is to be done, with the offset; null takes it away' }),
})

/** What can be changed of one. */
export const OneTaskChange = SharedTaskChange.extend({ title: z.string().trim().min(1).max(200).optional() })

/** What was asked for, as the verb takes it. */
export const changeOf = ({
  assigneeIds,
  participantIds,
  dueAt,
  ...rest
}: z.output<typeof OneTaskChange>): TaskChange => ({
  ...rest,
  assigneeIds: assigneeIds as UserId[] | undefined,
  participantIds: participantIds as UserId[] | undefined,
  dueAt: dueAt == null ? dueAt : new Date(dueAt),
})

export const Snooze = z.strictObject({
  until: z.iso
    .datetime({ offset: true })
    .refine(isOfOurTime, 'must be a date of our time')
    .nullable()
    .openapi({ description: 'null: until the client writes, which ends it in any case' }),
})

export const snoozeEnd = ({ until }: z.output<typeof Snooze>): Date | null => (until === null ? null : new Date(until))
