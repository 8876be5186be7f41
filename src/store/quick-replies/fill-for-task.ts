import type { QuickReplyId, TaskId } from '../../domain/ids.ts'
import { type QuickReplyValues, renderQuickReply } from '../../domain/quick-reply.ts'
import { type Actor, maySee } from '../actor.ts'
import type { UploadedFile } from '../comments/attachments.ts'
import type { Db } from '../database.ts'
import { done, missing, type Refusable } from '../refusal.ts'
import { findQuickReply } from './quick-reply-view.ts'

/** A quick reply as it would stand in the composer; `missing` names the variables that had no value. */
export interface FilledQuickReply {
  text: string
  missing: string[]
  /** the quick reply's own: a comment takes copies */
  files: UploadedFile[]
}

/** Fills a quick reply for a task. Nothing is written, and nothing sent. */
export async function fillForTask(
  db: Db,
  actor: Actor,
  task: TaskId,
  id: QuickReplyId,
): Promise<Refusable<FilledQuickReply>> {
  const values = await loadValues(db, actor, task)
  if (!values) return missing('The task')
  const quickReply = await findQuickReply(db, actor, id)
  if (!quickReply) return missing('The quick reply')
  return done({ ...renderQuickReply(quickReply.text, values), files: quickReply.files })
}

/** A text that is not saved yet, filled for a task. */
export async function fillText(
  db: Db,
  actor: Actor,
  task: TaskId,
  text: string,
): Promise<Refusable<{ text: string; missing: string[] }>> {
  const values = await loadValues(db, actor, task)
  return values ? done(renderQuickReply(text, values)) : missing('The task')
}

async function loadValues(db: Db, actor: Actor, task: TaskId): Promise<QuickReplyValues | null> {
  const row = await db
    .selectFrom('tasks as t')
    .innerJoin('contacts as c', 'c.id', 't.requester_id')
    .innerJoin('channels as ch', 'ch.id', 't.channel_id')
    .select(['t.number', 't.title', 't.fields', 't.channel_id'])
    .select(['c.name', 'c.phone', 'c.fields as contact_fields', 'ch.name as channel_name'])
    .where('t.id', '=', task)
    .executeTakeFirst()
  if (!row || !maySee(actor, row.channel_id)) return null
  return {
    contact: { name: row.name, phone: row.phone, fields: row.contact_fields },
    task: { number: row.number, title: row.title, fields: row.fields },
    me: { name: actor.userId === null ? null : actor.name },
    channel: { name: row.channel_name },
  }
}
