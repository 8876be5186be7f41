import type { TaskId } from '../../domain/ids.ts'
import { replyWindow } from '../../domain/reply-window.ts'
import { suggestedNotify } from '../../domain/suggested-notify.ts'
import { hasImported } from '../../store/channels/imported-history.ts'
import type { Db } from '../../store/index.ts'
import { loadDialogue } from '../../store/tasks/dialogue.ts'
import { findTask } from '../../store/tasks/task-view.ts'
import { loadWindow } from '../../store/tasks/window.ts'
import type { Principal } from '../context.ts'
import { notFound } from '../errors.ts'
import { sendRulesOf } from './announce.ts'

/** A task with what its composer needs to know. @throws ApiError 404 */
export async function openedTask(db: Db, principal: Principal, id: TaskId) {
  const found = await findTask(db, principal, id)
  if (!found) throw notFound('The task')
  const { task, statuses } = found
  const { provider, lastInAt } = await loadWindow(db, task.conversationId)
  const dialogue = principal.userId === null ? null : await loadDialogue(db, id, principal.userId)
  return {
    ...task,
    statuses,
    suggestedNotify: dialogue ? suggestedNotify(dialogue) : { contact: false, employeeIds: [] },
    window: replyWindow(lastInAt, sendRulesOf(provider)?.replyWindowHours ?? null, new Date()),
    hasHistory: await hasImported(db, task.channelId, task.conversationId),
  }
}
