import { createRoute, z } from '@hono/zod-openapi'
import type { ChannelId } from '../domain/ids.ts'
import { readDocument } from '../domain/scenario/document/read-document.ts'
import { type MadeUpHappening, momentsOf } from '../domain/scenario/dry-run/made-up-record.ts'
import { isPlainJson, type JsonObject } from '../domain/scenario/expressions/scope.ts'
import { findChannel } from '../store/channels/channels.ts'
import { firstChannel } from '../store/channels/first-channel.ts'
import { type ShownEntry, type Tried, tryScenario } from '../store/scenarios/dry-run/try-scenario.ts'
import { listScenarios } from '../store/scenarios/scenario-view.ts'
import type { HttpDeps, Principal, Routes } from './context.ts'
import { ApiError, notFound } from './errors.ts'
import { mayUseChannel, requires } from './permissions.ts'
import { answer, asId, IdText, jsonBody, newRoutes, refusals } from './routes.ts'
import { Findings, findingsIn } from './scenario-findings.ts'
import { Time } from './scenario-shapes.ts'
import { sendRulesOf } from './work/announce.ts'
import { languageOf } from './work/error-words.ts'

const MOST_HAPPENINGS = 200
const YEAR_MS = 366 * 86_400_000

const Values = z
  .record(z.string().min(1).max(100), z.unknown())
  .refine((values) => Object.keys(values).length <= 100 && isPlainJson(values), 'is not plain values, at most 100')
  .refine((values) => JSON.stringify(values).length <= 20_000, 'is too much')
const Client = z.strictObject({
  name: z.string().trim().min(1).max(200),
  phone: z
    .string()
    .regex(/^\+?\d{1,20}$/, 'is no phone number')
    .nullable()
    .default(null),
  fields: Values.default({}),
  tags: z.array(z.string().trim().min(1).max(100)).max(50).default([]),
  isNew: z
    .boolean()
    .default(true)
    .openapi({ description: 'The first message is the first that was ever heard of them' }),
})
const moment = z.iso.datetime({ offset: true })
const Happened = z
  .union([
    z.strictObject({ text: z.string().min(1).max(4_096) }),
    z.strictObject({
      tap: z.strictObject({
        id: z.string().max(1_000),
        title: z.string().max(1_000),
        of: z.enum(['reply', 'list', 'template']).default('reply'),
      }),
    }),
    z.strictObject({ press: z.strictObject({ inputs: Values.default({}) }) }),
    z.strictObject({ until: moment }),
  ])
  .openapi({
    description:
      '`text`: the client writes. `tap`: the client taps a button of a message. `press`: an employee presses the button that the scenario is. `until`: time passes',
  })
const Trial = z.strictObject({
  document: z
    .union([z.string(), z.record(z.string(), z.unknown())])
    .openapi({ description: 'The document, or its text in YAML or JSON; it is not kept' }),
  channelId: IdText.optional().openapi({ description: 'Absent: the oldest channel that the caller may use' }),
  client: Client,
  from: moment.optional().openapi({ description: 'When it begins; absent: now' }),
  happened: z.array(Happened).max(MOST_HAPPENINGS),
})

const Shown = z.object({
  header: z.string().nullable(),
  text: z.string().nullable(),
  footer: z.string().nullable(),
  buttons: z.array(
    z.object({
      kind: z.enum(['reply', 'row', 'template', 'link']),
      id: z.string().nullable().openapi({ description: 'What a tap sends back; null: nothing' }),
      title: z.string(),
      description: z.string().nullable(),
    }),
  ),
  hasFile: z.boolean(),
  template: z.object({ name: z.string(), language: z.string() }).nullable(),
})
const Reason = z.object({ code: z.string(), message: z.string() })
const Entry = z.object({
  run: z.number().int().openapi({ description: 'Its place in `runs`' }),
  n: z.number().int(),
  step: z.string().nullable(),
  action: z.string(),
  at: Time,
  outcome: z.string(),
  inputs: z.unknown().optional().openapi({ description: 'With every text filled in' }),
  conditions: z.array(z.unknown()).optional(),
  took: z.string().optional(),
  error: Reason.optional(),
  answer: z
    .object({ outcome: z.string(), error: Reason.nullable() })
    .nullable()
    .openapi({ description: 'With `asked`: what came of it' }),
  shows: Shown.nullable().openapi({ description: 'A message as the client would see it' }),
})
const Decision = z.object({
  event: z.string().nullable().openapi({ description: 'null: what an effect of the scenario led to' }),
  started: z.boolean(),
  reason: z.string().nullable(),
  condition: z.unknown(),
})
const Answer = Findings.extend({
  from: Time.openapi({ description: 'Give it back with the next question' }),
  now: Time.openapi({ description: 'Behind the last happening' }),
  after: z
    .array(z.object({ at: Time, decisions: z.array(Decision), entries: z.array(Entry) }))
    .openapi({ description: 'One for each of `happened`; empty where the document has errors' }),
  runs: z.array(
    z.object({
      state: z.string(),
      reason: Reason.extend({ step: z.string().nullable() }).nullable(),
      at: z.string().nullable().openapi({ description: 'The step where it stands' }),
      waiting: z
        .object({ what: z.string(), events: z.array(z.string()), until: Time.nullable(), isPaused: z.boolean() })
        .nullable(),
      unknownFrom: z.string().nullable().openapi({
        description: 'The step whose answer nobody can know (`http`, `find`): the run is not played further',
      }),
    }),
  ),
  nextDue: Time.nullable().openapi({ description: 'When the first wait ends by itself' }),
  isCut: z.boolean().openapi({ description: 'It led to so much that it was not played to its end' }),
}).openapi('ScenarioTrial')

const tryIt = createRoute({
  method: 'post',
  path: '/scenarios/try',
  tags: ['Scenarios'],
  middleware: requires('scenarios.manage'),
  summary: 'What a document would do with a client who does not exist; nothing is kept and nothing is sent',
  request: jsonBody(Trial),
  responses: { 200: answer('What came of each happening', Answer), ...refusals(400, 401, 403, 404, 413, 415, 422) },
})

const isoOf = (milliseconds: number): string => new Date(milliseconds).toISOString()

const entryView = ({ effect: _, at, ...entry }: ShownEntry): z.input<typeof Entry> => ({
  ...(entry as Omit<z.input<typeof Entry>, 'at'>),
  at: isoOf(at),
})

const playedView = ({
  after,
  runs,
  nextDue,
  isCut,
}: Tried): Omit<z.input<typeof Answer>, 'ok' | 'findings' | 'from' | 'now'> => ({
  after: after.map(({ at, entries, decisions }) => ({
    at: isoOf(at),
    decisions,
    entries: entries.map(entryView),
  })),
  runs: runs.map(({ waiting, ...run }) => ({
    ...run,
    waiting: waiting && { ...waiting, until: waiting.until === null ? null : isoOf(waiting.until) },
  })),
  nextDue: nextDue === null ? null : isoOf(nextDue),
  isCut,
})
const NOT_PLAYED = { after: [], runs: [], nextDue: null, isCut: false }

/** A scenario tried out in a conversation that an author makes up. The caller keeps the conversation, not the server. */
export function scenarioTrialRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database
  const findings = findingsIn(deps.database)

  return newRoutes().openapi(tryIt, async (c) => {
    const { document, channelId, client, happened, from: begins } = c.req.valid('json')
    const channel = await channelFor(c.get('principal'), channelId)
    const times = timesOf(begins, happened.map(happeningOf))
    const language = languageOf(c)
    const read = readDocument(document, language)
    const [known] = read.ok
      ? await listScenarios(db, { key: read.document.id, kind: null }, { after: null, limit: 1 })
      : []
    const found = await findings(read, known?.row ?? null, language)
    const clock = { from: isoOf(times.from), now: isoOf(times.moments.at(-1) ?? times.from) }
    if (!read.ok || !found.ok) return c.json({ ...found, ...clock, ...NOT_PLAYED }, 200)
    const tested = { id: known?.row.id ?? null, document: read.document, version: 0 }
    const made = { ...times, client: { ...client, fields: client.fields as JsonObject } }
    const tried = await tryScenario(deps.database, tested, made, { channel, rulesOf: sendRulesOf })
    return c.json({ ...found, ...clock, ...playedView(tried) }, 200)
  })

  /** @throws ApiError 404 for one that the caller may not use */
  async function channelFor(principal: Principal, given: string | undefined): Promise<ChannelId | null> {
    if (given === undefined) return firstChannel(db, principal.channelIds)
    const channel = asId<ChannelId>(given, 'This channel')
    if (!mayUseChannel(principal, channel) || !(await findChannel(db, channel))) throw notFound('This channel')
    return channel
  }
}

function happeningOf(one: z.output<typeof Happened>): MadeUpHappening {
  if ('text' in one) return { kind: 'text', text: one.text }
  if ('tap' in one) return { kind: 'tap', ...one.tap }
  if ('press' in one) return { kind: 'press', inputs: one.press.inputs as JsonObject }
  return { kind: 'until', at: Date.parse(one.until) }
}

/** @throws ApiError 422 where time does not go on, or goes too far */
function timesOf(begins: string | undefined, happened: MadeUpHappening[]) {
  const now = Date.now()
  const from = begins === undefined ? now : Date.parse(begins)
  const moments = momentsOf({ from, happened })
  const last = moments?.at(-1) ?? from
  if (moments && Math.abs(from - now) <= YEAR_MS && last - from <= YEAR_MS) return { from, happened, moments }
  throw new ApiError(422, 'invalid_moment', 'Time goes on from one happening to the next, by at most a year in all')
}
