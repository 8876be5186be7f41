import { randomUUID } from 'node:crypto'
import type { TemplateId } from '../../src/domain/ids.ts'
import type { TemplateComponent } from '../../src/domain/template/template.ts'
import { newId } from '../../src/store/new-id.ts'
import type { House } from './house.ts'

export interface TestTemplate {
  name: string
  language?: string
  category?: string
  status?: string
  body?: string
  components?: TemplateComponent[]
  parameterFormat?: 'positional' | 'named'
}

/** A template as a synchronisation would have stored it. */
export async function addTemplate(
  { database, channel }: Pick<House, 'database' | 'channel'>,
  { name, language = 'en_US', category = 'utility', status = 'approved', ...rest }: TestTemplate,
): Promise<TemplateId> {
  const id = newId<TemplateId>()
  await database.db
    .insertInto('templates')
    .values({
      id,
      channel_id: channel,
      provider_id: randomUUID(),
      name,
      language,
      category,
      status,
      parameter_format: rest.parameterFormat ?? 'positional',
      components: JSON.stringify(rest.components ?? [{ type: 'BODY', text: rest.body ?? 'Hello' }]),
    })
    .execute()
  return id
}
