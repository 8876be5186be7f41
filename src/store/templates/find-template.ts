import type { ChannelId, TemplateId } from '../../domain/ids.ts'
import { bodyOf } from '../../domain/template/components.ts'
import type { Template } from '../../domain/template/template.ts'
import type { Db, Tx } from '../database.ts'
import { templateOf } from './template-row.ts'

/** The template in exactly this language: providers know no fallback (reference §5.3). Deleted ones are not found. */
export async function findTemplate(
  db: Db | Tx,
  channel: ChannelId,
  name: string,
  language: string,
): Promise<Template | null> {
  const row = await db
    .selectFrom('templates')
    .selectAll()
    .where('channel_id', '=', channel)
    .where('name', '=', name)
    .where('language', '=', language)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row ? templateOf(row) : null
}

export interface UsableTemplate {
  id: TemplateId
  name: string
  language: string
  category: string
  /** the body, with its variables */
  text: string
}

/** Those that can be sent now: what a closed reply window offers instead of free text. By name, then language. */
export async function usableTemplates(db: Db | Tx, channel: ChannelId, limit = 50): Promise<UsableTemplate[]> {
  const rows = await db
    .selectFrom('templates')
    .select(['id', 'name', 'language', 'category', 'components'])
    .where('channel_id', '=', channel)
    .where('status', '=', 'approved')
    .where('deleted_at', 'is', null)
    .orderBy('name')
    .orderBy('language')
    .limit(limit)
    .execute()
  return rows.map(({ components, ...row }) => ({ ...row, text: bodyOf(components) ?? '' }))
}
