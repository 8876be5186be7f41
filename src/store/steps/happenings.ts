import type { ConversationEvent } from '../../domain/conversation-event.ts'
import type { Happening } from '../../domain/scenario/engine/happening.ts'
import type { Tx } from '../database.ts'
import { fieldHappenings } from './change-happenings.ts'

type Event<Kind extends ConversationEvent['kind']> = Extract<ConversationEvent, { kind: Kind }>

/**
 * An employee's comment; one that notifies the contact is a person's word to the client. Where its text came from a quick
 * reply, the use of it is an event, too, after the comment's own.
 */
export async function commentHappenings(tx: Tx, added: Event<'comment.added'>): Promise<Happening[]> {
  const row = await tx
    .selectFrom('comments')
    .select(['text', 'kind', 'author_kind', 'author_id', 'author_name', 'notifies_contact'])
    .where('id', '=', added.comment)
    .executeTakeFirst()
  const notifiesContact = row?.notifies_contact ?? false
  const by = { id: row?.author_id ?? null, name: row?.author_name ?? null, kind: row?.author_kind ?? null }
  const about = { commentId: added.comment, taskId: added.task, by }
  const happening: Happening = {
    name: 'comment.added',
    data: {
      ...about,
      text: row?.text ?? null,
      kind: row?.kind ?? null,
      internal: !notifiesContact,
      notifiesContact,
    },
    comment: added.comment,
    cause: null,
    ...(notifiesContact ? { interrupts: 'humanReply' as const } : {}),
  }
  if (!added.quickReply) return [happening]
  const { id, shortcut, folder } = added.quickReply
  const data = { ...about, quickReplyId: id, quickReply: shortcut, folder }
  return [happening, { name: 'quick_reply.used', data, comment: added.comment, cause: null }]
}

/** A new status is one event, and so are new assignees, and each field that changed. */
export async function taskHappenings(
  tx: Tx,
  changed: Event<'task.status_changed'> | Event<'task.changed'>,
): Promise<Happening[]> {
  const cause = changed.cause ?? null
  const task = await tx
    .selectFrom('tasks')
    .select(['statuses', 'assignee_ids'])
    .where('id', '=', changed.task)
    .executeTakeFirst()
  if (changed.kind === 'task.status_changed') {
    const { from, to, by } = changed
    const active = task?.statuses.find(({ key }) => key === to)?.active ?? true
    return [
      {
        name: 'task.status_changed',
        data: { taskId: changed.task, from, to, active, by },
        comment: null,
        cause,
        ...(active ? {} : { interrupts: 'taskClosed' as const }),
      },
    ]
  }
  const { changes = [], doer } = changed
  const happened: Happening[] = doer ? fieldHappenings(changes, { by: doer, cause }) : []
  if (changed.fields.includes('assignees')) {
    const data = { taskId: changed.task, assigneeIds: task?.assignee_ids ?? [], by: changed.by }
    happened.push({ name: 'task.assigned', data, comment: null, cause })
  }
  return happened
}

export async function pressHappening(tx: Tx, press: Event<'button.pressed'>): Promise<Happening> {
  const row = await tx.selectFrom('scenarios').select('key').where('id', '=', press.scenario).executeTakeFirst()
  return {
    name: 'button.pressed',
    data: { scenario: row?.key ?? null, taskId: press.task, inputs: press.inputs, by: press.by },
    comment: null,
    cause: null,
  }
}
