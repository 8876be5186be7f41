import { sql } from 'kysely'
import type { TemplateId } from '../../domain/ids.ts'
import type { Db } from '../database.ts'

/** Something that happened to a template while it was known. */
export interface TemplateHappening {
  at: Date
  /** `template.created`, `template.edited`, `template.deleted`; `template.changed` by the provider */
  action: string
  from: string | null
  to: string | null
  /** who did it; null: the provider, or somebody who is not there any more */
  by: string | null
}

const MOST = 50

/** What the audit tells of a template, the newest first. */
export async function templateHistory(db: Db, id: TemplateId): Promise<TemplateHappening[]> {
  return db
    .selectFrom('audit_log as a')
    .leftJoin('users as u', (join) => join.onRef('u.id', '=', 'a.actor_id').on('a.actor_kind', '=', 'employee'))
    .select(['a.at', 'a.action', 'u.name as by'])
    .select([sql<string | null>`a.detail ->> 'from'`.as('from'), sql<string | null>`a.detail ->> 'to'`.as('to')])
    .where('a.subject_kind', '=', 'template')
    .where('a.subject_id', '=', id)
    .orderBy('a.id', 'desc')
    .limit(MOST)
    .execute()
}
