import { z } from '@hono/zod-openapi'
import { readDraft, sha256Of } from '../store/scenarios/drafts.ts'
import type { StoredScenario, VersionView } from '../store/scenarios/scenario-view.ts'

export const Time = z.string().openapi({ format: 'date-time' })
const Document = z.record(z.string(), z.unknown())

/** Where something is wrong; lines and columns from 1, null for a document that was no text. */
const Problem = z.object({
  message: z.string(),
  path: z.string().openapi({ example: 'steps[2].wait.timeout' }),
  line: z.number().int().nullable(),
  column: z.number().int().nullable(),
})

export const Finding = Problem.extend({ severity: z.enum(['error', 'warning']), code: z.string() })

const summary = {
  id: z.string(),
  key: z.string().openapi({ description: "The document's id" }),
  kind: z.enum(['scenario', 'button']),
  name: z.string(),
  enabled: z.boolean(),
  published: z.object({ version: z.number().int(), sha256: z.string(), publishedAt: Time }).nullable(),
  createdAt: Time,
  updatedAt: Time.openapi({ description: 'of the draft; `If-Match` takes it' }),
}

export const ScenarioSummary = z.object(summary).openapi('ScenarioSummary')

export const Scenario = z
  .object({
    ...summary,
    document: Document.nullable().openapi({ description: "The published document; if there is none, the draft's" }),
    draft: z.object({
      text: z.string(),
      format: z.enum(['yaml', 'json']),
      document: Document.nullable().openapi({ description: 'null: the text cannot be read' }),
      sha256: z.string().nullable(),
      isPublished: z.boolean().openapi({ description: 'It says the same as the published version' }),
      problems: z.array(Problem),
    }),
  })
  .openapi('Scenario')

export const summaryView = ({ row, published }: StoredScenario): z.input<typeof ScenarioSummary> => ({
  id: row.id,
  key: row.key,
  kind: row.kind,
  name: row.name,
  enabled: row.enabled,
  published: published && {
    version: published.version,
    sha256: published.sha256,
    publishedAt: published.published_at.toISOString(),
  },
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})

export function scenarioView(stored: StoredScenario): z.input<typeof Scenario> {
  const { row, published } = stored
  const read = readDraft(row)
  const draft = read.ok ? read.document : null
  const sha256 = read.ok ? sha256Of(read.canonical) : null
  return {
    ...summaryView(stored),
    document: published?.document ?? draft,
    draft: {
      text: row.draft,
      format: row.draft_format,
      document: draft,
      sha256,
      isPublished: sha256 !== null && sha256 === published?.sha256,
      problems: read.ok ? [] : read.problems,
    },
  }
}

export const Version = z
  .object({
    version: z.number().int(),
    sha256: z.string(),
    inFlight: z.enum(['pin', 'drain', 'restart', 'migrate']),
    publishedAt: Time,
    publishedBy: z.object({ id: z.string(), name: z.string() }).nullable(),
    openRuns: z.number().int(),
    state: z.enum(['published', 'draining', 'pinned', 'retired']).openapi({
      description: '`draining`, `pinned`: an older one that runs still keep, as the publish that replaced it chose',
    }),
  })
  .openapi('ScenarioVersion')

export const VersionWithDocument = Version.extend({ document: Document }).openapi('ScenarioVersionWithDocument')

export const versionView = ({ publishedAt, ...version }: VersionView): z.input<typeof Version> => ({
  ...version,
  publishedAt: publishedAt.toISOString(),
})
