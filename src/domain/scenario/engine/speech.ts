import type { ScenarioDocument } from '../document/scenario-document.ts'
import type { Step } from '../document/step.ts'
import { findStep, type Way, wayInto, wayOn } from '../document/walk.ts'
import type { Run } from '../interpreter/run.ts'
import { awaitedBy } from '../interpreter/wait-steps.ts'
import type { ScenarioHost } from './host.ts'

/** What can be said before the next wait: by the scenario itself, or by those that it starts here. */
export interface Speech {
  speaks: boolean
  /** keys of scenarios */
  starts: readonly string[]
}

const SILENT: Speech = { speaks: false, starts: [] }

/** What a scenario can say as a direct answer to what starts it. */
export const speechOf = (document: ScenarioDocument): Speech => speechFrom(document, document.steps[0]?.id ?? null)

/** What a run can say as a direct answer to the event that it waits for, or to the answer that it waits for. */
export function speechOfRun(document: ScenarioDocument, { at, waiting }: Run): Speech {
  const step = at === null ? undefined : findStep(document, at)?.step
  if (!step) return SILENT
  if (waiting?.what === 'window') return { speaks: true, starts: [] }
  if (!('wait' in step || 'waitAny' in step)) return speechFrom(document, step.id)
  const ways = awaitedBy(step).map(({ branch }) => wayInto(document, step.id, branch))
  const speeches = ways.map((way) => speechFrom(document, stepOf(way)))
  return { speaks: speeches.some(({ speaks }) => speaks), starts: speeches.flatMap(({ starts }) => starts) }
}

/** Documents never change once they are read. */
const known = new WeakMap<ScenarioDocument, Map<string, Speech>>()

function speechFrom(document: ScenarioDocument, from: string | null): Speech {
  if (from === null) return SILENT
  const found = known.get(document)?.get(from)
  if (found) return found
  const speech = lookFrom(document, from)
  const all = known.get(document) ?? new Map<string, Speech>()
  known.set(document, all.set(from, speech))
  return speech
}

/** Goes every way from a step, whatever the conditions may say, as far as the first wait. */
function lookFrom(document: ScenarioDocument, from: string): Speech {
  const starts = new Set<string>()
  const seen = new Set<string>()
  const ahead = [from]
  for (let id = ahead.pop(); id !== undefined; id = ahead.pop()) {
    const step = seen.has(id) ? undefined : findStep(document, id)?.step
    seen.add(id)
    if (!step) continue
    if (speaks(step)) return { speaks: true, starts: [] }
    if ('call' in step) starts.add(step.call.scenario)
    if ('start' in step && step.start.each === undefined) starts.add(step.start.scenario)
    ahead.push(...waysFrom(document, step).flatMap((way) => stepOf(way) ?? []))
  }
  return { speaks: false, starts: [...starts] }
}

const SENDS = ['sendText', 'sendTemplate', 'sendInteractive', 'sendFile', 'sendQuickReply'] as const

const speaks = (step: Step): boolean =>
  SENDS.some((action) => action in step) || ('comment' in step && step.comment.notify.includes('contact'))

const stepOf = (way: Way): string | null => (way.go === 'end' ? null : way.id)

function waysFrom(document: ScenarioDocument, step: Step): Way[] {
  const into = (...branches: string[]) => branches.map((branch) => wayInto(document, step.id, branch))
  // What follows a wait is no answer to the event any more, whichever of its branches is taken.
  if ('wait' in step || 'waitAny' in step) return []
  if ('if' in step) return into('then', 'else')
  if ('switch' in step) return into(...step.cases.map((_, index) => `cases.${index}`), 'else')
  if ('repeat' in step) return [...into('steps'), wayOn(document, step.id)]
  if ('http' in step) return [...into('onError'), wayOn(document, step.id)]
  return [wayOn(document, step.id)]
}

/** Whether the client may hear something at once: from it, or from a scenario that it starts. */
export async function maySpeak(
  host: Pick<ScenarioHost, 'published'>,
  { speaks, starts }: Speech,
  seen = new Set<string>(),
): Promise<boolean> {
  if (speaks) return true
  for (const key of starts) {
    if (seen.has(key)) continue
    seen.add(key)
    const entry = await host.published(key)
    if (entry && (await maySpeak(host, speechOf(entry.document), seen))) return true
  }
  return false
}
