import { z } from '@hono/zod-openapi'
import { TEMPLATE_CATEGORIES } from '../domain/template/definition.ts'
import { templateFields } from '../domain/template/template-fields.ts'
import { type TemplateRow, templateOf } from '../store/templates/template-row.ts'
import { IdText, PageQuery, pageOf } from './routes.ts'
import { TemplateParameters } from './work/shapes.ts'

const Component = z.looseObject({ type: z.string().min(1).max(64) }).openapi('TemplateComponent')

const Fields = z
  .object({
    header: z
      .object({
        kind: z.enum(['text', 'image', 'video', 'document', 'location']),
        name: z.string().nullable(),
        example: z.string().nullable(),
      })
      .nullable(),
    body: z.array(z.object({ name: z.string().nullable(), example: z.string().nullable() })),
    buttons: z.array(
      z.object({
        index: z.number(),
        kind: z.string(),
        text: z.string(),
        example: z.string().nullable(),
        required: z.boolean(),
      }),
    ),
    unsupported: z.array(z.string()).openapi({ description: 'why it cannot be sent from here; empty: it can' }),
  })
  .openapi('TemplateFields')

export const Template = z
  .object({
    id: z.string(),
    channelId: z.string(),
    name: z.string(),
    language: z.string(),
    category: z.string().openapi({ description: 'marketing, utility, authentication' }),
    status: z.string().openapi({ description: 'only `approved` can be sent' }),
    quality: z.string().nullable(),
    parameterFormat: z.enum(['positional', 'named']),
    components: z.array(Component),
    parameters: Fields.openapi({ description: 'what a form must ask for' }),
    reason: z.string().nullable().openapi({ description: 'why it was rejected, paused or disabled' }),
    syncedAt: z.string(),
  })
  .openapi('Template')

export const templateView = (row: TemplateRow): z.input<typeof Template> => ({
  id: row.id,
  channelId: row.channel_id,
  name: row.name,
  language: row.language,
  category: row.category,
  status: row.status,
  quality: row.quality,
  parameterFormat: row.parameter_format,
  components: row.components,
  parameters: templateFields(templateOf(row)),
  reason: row.reason,
  syncedAt: row.synced_at.toISOString(),
})

export const ListQuery = PageQuery.extend({
  channelId: IdText.optional(),
  status: z.string().max(50).optional(),
  q: z.string().trim().max(200).optional(),
})

export const History = pageOf(
  z.object({
    at: z.string(),
    action: z
      .string()
      .openapi({ description: '`template.created`, `.edited`, `.deleted`; `.changed` by the provider' }),
    from: z.string().nullable().openapi({ description: 'the status before; null: it did not change' }),
    to: z.string().nullable(),
    by: z.string().nullable().openapi({ description: 'who did it; null: the provider' }),
  }),
)

const Components = z.array(Component).min(1).max(10)
const Category = z
  .string()
  .toLowerCase()
  .pipe(z.enum(TEMPLATE_CATEGORIES))
  .openapi({ description: 'marketing, utility or authentication' })

export const NewTemplate = z
  .strictObject({
    channelId: IdText,
    name: z.string().max(600),
    language: z.string().max(20),
    category: Category,
    parameterFormat: z.enum(['positional', 'named']).default('positional'),
    components: Components.openapi({ description: 'as the provider words them' }),
  })
  .openapi('NewTemplate')

export const TemplateChanges = z
  .strictObject({ components: Components.optional(), category: Category.optional() })
  .openapi('TemplateChanges')

export const SyncBody = z.strictObject({ channelId: IdText })
export const Synced = z
  .object({
    channelId: z.string(),
    syncedAt: z.string(),
    count: z.number(),
    added: z.number(),
    changed: z.number(),
    gone: z.number(),
  })
  .openapi('SyncedTemplates')

export const PreviewBody = z.strictObject({ parameters: TemplateParameters.optional() })
export const Preview = z
  .object({
    ok: z.boolean(),
    rendered: z
      .object({
        header: z.string().nullable(),
        body: z.string(),
        footer: z.string().nullable(),
        buttons: z.array(
          z.object({ kind: z.string(), text: z.string(), url: z.string().optional(), phone: z.string().optional() }),
        ),
        text: z.string(),
      })
      .nullable(),
    problems: z.array(
      z.object({ where: z.string(), key: z.string().nullable(), code: z.string(), message: z.string() }),
    ),
  })
  .openapi('TemplatePreview')
