import type { Selectable } from 'kysely'
import type { Template } from '../../domain/template/template.ts'
import type { TemplatesTable } from '../schema.ts'

export type TemplateRow = Selectable<TemplatesTable>

export const templateOf = (row: TemplateRow): Template => ({
  id: row.id,
  channelId: row.channel_id,
  providerId: row.provider_id,
  name: row.name,
  language: row.language,
  category: row.category,
  status: row.status,
  quality: row.quality,
  parameterFormat: row.parameter_format,
  components: row.components,
})
