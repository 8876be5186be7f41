import { z } from '@hono/zod-openapi'
import type { ScenarioDocument } from '../domain/scenario/document/scenario-document.ts'
import type { Language } from '../domain/words.ts'
import type { Activity as StoredActivity } from '../store/scenarios/activity.ts'
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
  trigger: z.object({ event: z.string().nullable(), label: z.string().nullable() }).nullable().openapi({
    description: 'What starts it: an event, or a button with its label. Of what is published, else the draft',
  }),
  hasChanges: z.boolean().openapi({ description: 'The draft is not what is published' }),
  isReadable: z.boolean().openapi({ description: 'The draft is a scenario document' }),
  shadowSince: Time.nullable().openapi({ description: 'A draft is watched beside what is live' }),
  createdAt: Time,
  updatedBy: z.object({ id: z.string(), name: z.string() }).nullable(),
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

const Activity = z
  .object({
    runs: z.number().int().openapi({ description: 'begun in the last 24 hours' }),
    failed: z.number().int().openapi({ description: 'of these' }),
    ended: z.number().int().openapi({ description: 'of these, failed ones too' }),
    open: z.number().int().openapi({ description: 'of any age' }),
    blocked: z.number().int().openapi({ description: 'of the open ones: a person has to decide' }),
    older: z.number().int().openapi({ description: 'of the open ones: they keep an older version' }),
    lastRunAt: Time.nullable(),
  })
  .openapi('ScenarioActivity')

export const activityView = ({ lastRunAt, ...counts }: StoredActivity): z.input<typeof Activity> => ({
  ...counts,
  lastRunAt: lastRunAt?.toISOString() ?? null,
})

export const ListedScenario = ScenarioSummary.extend({ activity: Activity }).openapi('ListedScenario')

const triggerView = (document: ScenarioDocument | null): z.input<typeof ScenarioSummary>['trigger'] => {
  if (!document) return null
  const { trigger } = document
  return 'button' in trigger
    ? { event: null, label: trigger.button.label }
    : { event: trigger.event as string, label: null }
}

export const summaryView = ({
  row,
  published,
  hasChanges,
  updatedBy,
  shadowSince,
}: StoredScenario): z.input<typeof ScenarioSummary> => ({
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
  trigger: triggerView(published?.document ?? row.draft_document),
  hasChanges,
  isReadable: row.draft_document !== null,
  shadowSince: shadowSince?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
  updatedBy,
  updatedAt: row.updated_at.toISOString(),
})

/** @param language of the draft's problems */
export function scenarioView(stored: StoredScenario, language: Language): z.input<typeof Scenario> {
  const { row, published } = stored
  const read = readDraft(row, language)
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

export const VersionWithDocument = Version.extend({
  document: Document,
  text: z.string().nullable().openapi({ description: 'As its author wrote it; null: published before this was kept' }),
}).openapi('ScenarioVersionWithDocument')

export const versionView = ({ publishedAt, ...version }: VersionView): z.input<typeof Version> => ({
  ...version,
  publishedAt: publishedAt.toISOString(),
})
