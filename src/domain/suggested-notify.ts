import type { UserId } from './ids.ts'

/** Whom the composer offers to notify; a suggestion for a person to confirm, never a decision (P6). */
export interface SuggestedNotify {
  contact: boolean
  employeeIds: UserId[]
}

/** What is known of a task's dialogue when somebody opens it. */
export interface Dialogue {
  me: UserId
  assigneeIds: readonly UserId[]
  /** Employees who have written to the client in this task. */
  writers: readonly UserId[]
  /**
   * The newest note among colleagues that notified me and that I have not answered since; null: none.
   * It asks for an answer to its author, not to the client.
   */
  openNote: { by: UserId } | null
}

/**
 * The client is pre-selected only for one who is in the dialogue with them already: who has written to them in this
 * task, or an assignee while no colleague has. Nobody who joins a colleague's dialogue writes to the client by accident (M11).
 * A colleague's note that notified me suggests that colleague alone.
 */
export function suggestedNotify({ me, assigneeIds, writers, openNote }: Dialogue): SuggestedNotify {
  if (openNote && openNote.by !== me) return { contact: false, employeeIds: [openNote.by] }
  const inDialogue = writers.includes(me) || (assigneeIds.includes(me) && writers.length === 0)
  return { contact: inDialogue, employeeIds: [] }
}
