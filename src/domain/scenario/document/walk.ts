import type { Path } from './problem.ts'
import type { ScenarioDocument } from './scenario-document.ts'
import type { Step } from './step.ts'

/** The name of a list of steps inside a step: `then`, `else`, `cases.0`, `branches.1`, `onReply`, `steps`, … */
export type BranchName = string

export interface Branch {
  name: BranchName
  /** from the step */
  path: Path
  steps: readonly Step[]
}

/** The lists of steps inside a step that are written there, in their order. */
export function branchesOf(step: Step): Branch[] {
  const named = (name: string, steps: readonly Step[] | undefined, path: Path = [name]): Branch[] =>
    steps ? [{ name, path, steps }] : []
  if ('if' in step) return [...named('then', step.then), ...named('else', step.else)]
  if ('switch' in step) {
    const cases = step.cases.flatMap((one, index) => named(`cases.${index}`, one.then, ['cases', index, 'then']))
    return [...cases, ...named('else', step.else)]
  }
  if ('wait' in step) return [...named('onReply', step.onReply), ...named('onTimeout', step.onTimeout)]
  if ('waitAny' in step) {
    const branches = step.waitAny.branches.flatMap((one, index) =>
      named(`branches.${index}`, one.then, ['waitAny', 'branches', index, 'then']),
    )
    return [...branches, ...named('onTimeout', step.onTimeout)]
  }
  if ('repeat' in step) return named('steps', step.steps)
  if ('http' in step) return named('onError', step.onError)
  return []
}

/** Where a step stands. */
export interface StepPlace {
  step: Step
  /** from the top of the document */
  path: Path
  /** steps of the document itself are at 1 */
  depth: number
  parent: Step | null
  /** the parent's list that it stands in; null for the document's own */
  branch: BranchName | null
  /** the step behind it in the same list */
  sibling: Step | null
}

/** Every step in the order of the text: a step, then those of its branches. */
export function* steps(document: ScenarioDocument): Generator<StepPlace> {
  yield* inList(document.steps, ['steps'], 1, null, null)
}

function* inList(
  list: readonly Step[],
  path: Path,
  depth: number,
  parent: Step | null,
  branch: BranchName | null,
): Generator<StepPlace> {
  for (const [index, step] of list.entries()) {
    const here = [...path, index]
    yield { step, path: here, depth, parent, branch, sibling: list[index + 1] ?? null }
    for (const inner of branchesOf(step)) {
      yield* inList(inner.steps, [...here, ...inner.path], depth + 1, step, inner.name)
    }
  }
}

/** Documents never change once they are read, so what was found out about one stays true. */
const indexes = new WeakMap<ScenarioDocument, ReadonlyMap<string, StepPlace>>()

function indexOf(document: ScenarioDocument): ReadonlyMap<string, StepPlace> {
  const known = indexes.get(document)
  if (known) return known
  const index = new Map([...steps(document)].map((place) => [place.step.id, place]))
  indexes.set(document, index)
  return index
}

/** Where the step with this id stands; null where the document has none (a step of another version). */
export const findStep = (document: ScenarioDocument, id: string): StepPlace | null => indexOf(document).get(id) ?? null

/**
 * Where a run goes: to a step; again to the `repeat` whose steps are through, for it to decide on another round; or
 * nowhere, because the scenario has ended.
 */
export type Way = { go: 'step'; id: string } | { go: 'again'; id: string } | { go: 'end' }

/**
 * Where a run goes when a step is through, all that is inside it included: to the next one of its list; behind the
 * list's end, to what follows its parent. `stop` and `handoff` lead nowhere.
 * @throws Error where the document has no such step
 */
export function wayOn(document: ScenarioDocument, id: string): Way {
  let place = placeIn(document, id)
  if ('stop' in place.step || 'handoff' in place.step) return { go: 'end' }
  while (!place.sibling) {
    if (!place.parent) return { go: 'end' }
    if ('repeat' in place.parent) return { go: 'again', id: place.parent.id }
    place = placeIn(document, place.parent.id)
  }
  return { go: 'step', id: place.sibling.id }
}

/**
 * Where a run goes that takes a branch of a step: to the branch's first step; where the branch is empty or not
 * written, to what follows the step. An empty round of a `repeat` is one that is through.
 * @throws Error where the document has no such step
 */
export function wayInto(document: ScenarioDocument, id: string, branch: BranchName): Way {
  const { step } = placeIn(document, id)
  const first = branchesOf(step).find(({ name }) => name === branch)?.steps[0]
  if (first) return { go: 'step', id: first.id }
  return 'repeat' in step && branch === 'steps' ? { go: 'again', id } : wayOn(document, id)
}

/** Like `wayOn`, with every `repeat` done once: the id of the next step, or null. Following it always ends. */
export function nextOf(document: ScenarioDocument, id: string): string | null {
  let way = wayOn(document, id)
  while (way.go === 'again') way = wayOn(document, way.id)
  return way.go === 'step' ? way.id : null
}

function placeIn(document: ScenarioDocument, id: string): StepPlace {
  const place = findStep(document, id)
  if (!place) throw new Error(`the scenario has no step ${id}`)
  return place
}
