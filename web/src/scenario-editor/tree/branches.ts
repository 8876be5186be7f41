import { isJsonMap, isList, type Json, type JsonMap, listAt, mapAt, valueAt } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import { actionOf } from './actions.ts'

export type BranchKind = 'then' | 'else' | 'case' | 'onReply' | 'onTimeout' | 'branch' | 'steps' | 'onError'

/** A list of steps inside a step: one that is written, or one that could be. */
export interface Branch {
  kind: BranchKind
  /** from the step */
  path: Path
  /** of cases and branches */
  index: number
  isWritten: boolean
  steps: Json[]
}

/** The keys that may be left out once nothing is in them. */
const OPTIONAL: readonly unknown[] = ['else', 'onReply', 'onTimeout', 'onError']
export const mayBeLeftOut = (list: Path): boolean => list.length > 1 && OPTIONAL.includes(list.at(-1))

/** The lists of steps that a step has or may have, in the order of the format. */
export function branchesOf(step: Json | undefined): Branch[] {
  if (!isJsonMap(step)) return []
  const at = (kind: BranchKind, path: Path = [kind], index = 0): Branch => {
    const steps = valueAt(step, path)
    return { kind, path, index, isWritten: steps !== undefined, steps: isList(steps) ? steps : [] }
  }
  switch (actionOf(step)) {
    case 'if':
      return [at('then'), at('else')]
    case 'switch':
      return [...listAt(step, ['cases']).map((_, index) => at('case', ['cases', index, 'then'], index)), at('else')]
    case 'wait': {
      const wait = mapAt(step, ['wait'])
      const reply = at('onReply')
      const timeout = at('onTimeout')
      return [
        ...(reply.isWritten || isList(wait.for) ? [reply] : []),
        ...(timeout.isWritten || (isList(wait.for) && hasDeadline(wait)) ? [timeout] : []),
      ]
    }
    case 'waitAny': {
      const branches = listAt(step, ['waitAny', 'branches'])
      const timeout = at('onTimeout')
      return [
        ...branches.map((_, index) => at('branch', ['waitAny', 'branches', index, 'then'], index)),
        ...(timeout.isWritten || hasDeadline(mapAt(step, ['waitAny'])) ? [timeout] : []),
      ]
    }
    case 'repeat':
      return [at('steps')]
    case 'http':
      return [at('onError')]
    default:
      return []
  }
}

const hasDeadline = (wait: JsonMap): boolean => wait.timeout !== undefined || wait.until !== undefined

/** Where a step stands. */
export interface StepPlace {
  step: Json
  path: Path
  depth: number
}

/** Every step in the order of the text: a step, then those of its branches. */
export function* stepsIn(document: JsonMap): Generator<StepPlace> {
  yield* inList(document.steps, ['steps'], 1)
}

function* inList(list: Json | undefined, path: Path, depth: number): Generator<StepPlace> {
  for (const [index, step] of (isList(list) ? list : []).entries()) {
    const here = [...path, index]
    yield { step, path: here, depth }
    for (const branch of branchesOf(step)) yield* inList(branch.steps, [...here, ...branch.path], depth + 1)
  }
}

/** The path of the step that a place belongs to; null: it is in none. */
export function stepAbove(document: JsonMap, path: Path): Path | null {
  let found: Path | null = null
  let list: Path = ['steps']
  while (typeof path[list.length] === 'number' && startsWith(path, list)) {
    const here = path.slice(0, list.length + 1)
    const step = valueAt(document, here)
    if (step === undefined) break
    found = here
    const inside = path.slice(here.length)
    const branch = branchesOf(step).find((one) => startsWith(inside, one.path) && inside.length > one.path.length)
    if (!branch) break
    list = [...here, ...branch.path]
  }
  return found
}

const startsWith = (path: Path, above: Path): boolean => above.every((part, at) => part === path[at])

/** The step that a step stands in; null: it stands in the document itself. */
export const parentStep = (document: JsonMap, path: Path): Path | null => stepAbove(document, path.slice(0, -1))

export const idOf = (step: Json | undefined): string => (isJsonMap(step) && typeof step.id === 'string' ? step.id : '')
