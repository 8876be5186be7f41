import type { Command } from 'commander'
import { type ApiClient, type ApiOptions, withApi } from './api-client.ts'
import { withApiOptions } from './api-options.ts'
import { type Console, show, withoutControls } from './console.ts'
import { Failure } from './failure.ts'
import { demandGood, findingWords, linted, readFiles, unreadable } from './scenario-files.ts'

interface Deed {
  step: string
  at: string
  do: string
  with: Record<string, unknown>
  outcome: string | null
}
interface Diff {
  conversationId: string
  runId: string | null
  kind: 'only_dry' | 'only_live' | 'differs'
  at: string
  first: { step: string | null }
  would: Deed[]
  did: Deed[]
  unknownFrom: string | null
}
interface Report {
  conversations: number
  events: number
  runs: { would: number; did: number }
  messages: { would: number; did: number }
  olderRuns: number
  unknown: number
  cut: number
  diffs: Diff[]
  next: string | null
}
type Options = ApiOptions & { json?: boolean; from: string; to?: string; conversation?: string[]; pages: string }

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** What a draft, or a file that is not kept, would have done with what really happened. */
export function addDryRun(scenario: Command, console: Console): void {
  withApiOptions(
    scenario
      .command('dry-run')
      .description('what a draft (by id) or a file would have done with what really happened')
      .argument('<id|file>'),
  )
    .requiredOption('--from <time>', 'ISO 8601, such as 2026-05-01')
    .option('--to <time>', 'now, if not given')
    .option('--conversation <id...>', 'these only')
    .option('--pages <number>', 'so many reports at most, one after the other', '20')
    .action(async (named: string, options: Options) => {
      const stretch = {
        from: timeIn(options.from),
        to: timeIn(options.to),
        ...(options.conversation && { conversationIds: options.conversation }),
      }
      const order = ID.test(named) ? stretch : { ...stretch, document: await textOf(console, options, named) }
      const path = ID.test(named) ? `/api/scenarios/${named.toLowerCase()}/dry-run` : '/api/scenarios/dry-run'
      const report = await withApi(console, options, (api) => everyPage(api, path, order, pagesIn(options.pages)))
      show(console, options, report, () => words(report))
    })
}

function timeIn(text: string | undefined): string {
  const time = text === undefined ? new Date() : new Date(text)
  if (Number.isNaN(time.getTime())) throw new Failure(`${text} is no time: write one as ISO 8601.`)
  return time.toISOString()
}

function pagesIn(text: string): number {
  const pages = Number(text)
  if (!Number.isInteger(pages) || pages < 1) throw new Failure('--pages takes a number from 1.')
  return pages
}

async function textOf(console: Console, options: Options, name: string): Promise<string> {
  const [file] = await readFiles(console, [name])
  if (!file) throw new Failure('Give a file, or the id of a scenario.')
  const result = linted(file.file, unreadable(file.read))
  if (!result.ok) show(console, options, [result], () => findingWords(result).join('\n'))
  demandGood([result])
  return file.text
}

async function everyPage(api: ApiClient, path: string, order: object, pages: number): Promise<Report> {
  let whole = await api.post<Report>(path, order)
  for (let page = 1; page < pages && whole.next !== null; page++) {
    const more = await api.post<Report>(path, { ...order, cursor: whole.next })
    whole = {
      conversations: whole.conversations + more.conversations,
      events: whole.events + more.events,
      runs: both(whole.runs, more.runs),
      messages: both(whole.messages, more.messages),
      olderRuns: whole.olderRuns + more.olderRuns,
      unknown: whole.unknown + more.unknown,
      cut: whole.cut + more.cut,
      diffs: [...whole.diffs, ...more.diffs],
      next: more.next,
    }
  }
  return whole
}

const both = (one: Report['runs'], other: Report['runs']) => ({
  would: one.would + other.would,
  did: one.did + other.did,
})

function words(report: Report): string {
  const { conversations, events, runs, messages, diffs } = report
  const lines = [
    `${conversations} conversations, ${events} events`,
    `runs      would ${runs.would}, did ${runs.did}`,
    `messages  would ${messages.would}, did ${messages.did}`,
  ]
  if (report.olderRuns > 0) lines.push(`${report.olderRuns} runs were open before: nothing is said of them`)
  if (report.unknown > 0) lines.push(`${report.unknown} runs ask what nobody can know`)
  if (report.cut > 0) lines.push(`${report.cut} conversations were not played to their end`)
  if (diffs.length === 0) lines.push('nothing would have been different')
  for (const diff of diffs) lines.push('', ...diffWords(diff))
  if (report.next !== null) lines.push('', 'There is more: give a shorter stretch, or more --pages.')
  return lines.join('\n')
}

const KINDS = { only_dry: 'would have run', only_live: 'would not have run', differs: 'would have differed' } as const

/** `-` what was done, `+` what would have been done; what is the same on both sides is left out. */
function diffWords({ conversationId, kind, at, first, would, did, unknownFrom }: Diff): string[] {
  const said = (deed: Deed) => `${deed.step}: ${deed.do} ${JSON.stringify(deed.with)} ${deed.outcome ?? 'no answer'}`
  const before = did.map(said)
  const after = would.map(said)
  return [
    `${at} conversation ${conversationId} ${KINDS[kind]}${first.step === null ? '' : ` from step ${first.step}`}`,
    ...before.filter((line) => !after.includes(line)).map((line) => `  - ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `  + ${line}`),
    ...(unknownFrom === null ? [] : [`  ? from step ${unknownFrom} on nobody can know`]),
  ].map(withoutControls)
}
