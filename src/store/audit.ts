import type { Tx } from './database.ts'
import type { AuthorKind } from './schema.ts'

export interface AuditEntry {
  actor: { kind: AuthorKind | 'token' | 'worker'; id: string | null }
  /** what was done, in dotted words: `task.opened`, `contact.merged` */
  action: string
  subject: { kind: string; id: string }
  /** ids and keys; no message texts, no secrets */
  detail?: Record<string, unknown>
}

/** Writes the audit in the transaction of the deed. */
export async function audit(tx: Tx, entry: AuditEntry): Promise<void> {
  await tx.insertInto('audit_log').values(auditRow(entry)).execute()
}

/** The row of an entry, for a deed that writes it in its own statement. */
export const auditRow = (entry: AuditEntry) => ({
  actor_kind: entry.actor.kind,
  actor_id: entry.actor.id,
  action: entry.action,
  subject_kind: entry.subject.kind,
  subject_id: entry.subject.id,
  detail: JSON.stringify(entry.detail ?? {}),
})
