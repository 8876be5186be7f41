import type { Edit } from '../text/edit.ts'
import { isJsonMap, isList, type Json, type JsonMap, listAt, valueAt } from '../text/json.ts'
import { isWithin, type Path, samePath } from '../text/path.ts'
import { STEP_ORDER } from './actions.ts'
import { type BranchKind, branchesOf, idOf, mayBeLeftOut, parentStep, stepsIn } from './branches.ts'

/** Changes that belong together, and the step to look at then. */
export interface StepChange {
  edits: Edit[]
  selected: Path | null
}

/** Gives ids that no step has yet: the beginning itself, then with a number. */
export function freeIds(document: JsonMap): (beginning: string) => string {
  const taken = new Set([...stepsIn(document)].map(({ step }) => idOf(step)))
  return (beginning) => {
    for (let number = 1; ; number++) {
      const id = number === 1 ? beginning : `${beginning.slice(0, 58)}-${number}`
      if (taken.has(id)) continue
      taken.add(id)
      return id
    }
  }
}

export function addStep(document: JsonMap, list: Path, index: number, step: Json): StepChange {
  const selected = [...list, index]
  if (isList(valueAt(document, list))) return { edits: [{ do: 'insert', path: list, index, value: step }], selected }
  return { edits: [{ do: 'set', path: list, value: [step], order: STEP_ORDER }], selected: [...list, 0] }
}

/** A copy right behind the step; all ids in it are new. */
export function duplicateStep(document: JsonMap, path: Path): StepChange {
  const step = valueAt(document, path) ?? null
  const freeId = freeIds(document)
  const [list, index] = [path.slice(0, -1), Number(path.at(-1)) + 1]
  return addStep(document, list, index, withIds(step, freeId))
}

function withIds(step: Json, freeId: (beginning: string) => string): Json {
  if (!isJsonMap(step)) return step
  let copy = structuredClone(step)
  if (typeof step.id === 'string') copy = { ...copy, id: freeId(step.id.replace(/-\d+$/, '')) }
  for (const branch of branchesOf(copy)) {
    if (!branch.isWritten) continue
    const above = branch.path.slice(0, -1)
    const parent = above.length === 0 ? copy : valueAt(copy, above)
    if (isJsonMap(parent)) parent[String(branch.path.at(-1))] = branch.steps.map((one) => withIds(one, freeId))
  }
  return copy
}

export function removeStep(document: JsonMap, path: Path): StepChange {
  const list = path.slice(0, -1)
  const index = Number(path.at(-1))
  const count = listAt(document, list).length
  const selected = count > 1 ? [...list, Math.min(index, count - 2)] : parentStep(document, path)
  const edits: Edit[] = count === 1 && mayBeLeftOut(list) ? [{ do: 'remove', path: list }] : [{ do: 'remove', path }]
  return { edits, selected }
}

/** A path as it is once an element of a list has been taken out. */
export function afterRemoval(path: Path, removed: Path): Path {
  const depth = removed.length - 1
  const part = path[depth]
  const sibling = path.length > depth && isWithin(path, removed.slice(0, -1))
  return sibling && typeof part === 'number' && part > Number(removed.at(-1)) ? path.with(depth, part - 1) : path
}

/** To a list and a place in it, both as they are now. Null where that is inside the step itself, or where it is. */
export function moveStep(document: JsonMap, from: Path, list: Path, index: number): StepChange | null {
  if (isWithin(list, from)) return null
  const source = from.slice(0, -1)
  const own = Number(from.at(-1))
  const sameList = samePath(source, list)
  const at = sameList && index > own ? index - 1 : index
  if (sameList && at === own) return null
  const edits: Edit[] = []
  if (!isList(valueAt(document, list))) edits.push({ do: 'set', path: list, value: [], order: STEP_ORDER })
  const to = afterRemoval(list, from)
  edits.push({ do: 'move', from, to, index: at })
  let selected: Path = [...to, at]
  if (!sameList && listAt(document, source).length === 1 && mayBeLeftOut(source)) {
    // What the branch was in may have moved by an element that went before it.
    const emptied = afterInsertion(source, selected)
    edits.push({ do: 'remove', path: emptied })
    selected = [...selected]
  }
  return { edits, selected }
}

/** A path as it is once an element stands at a place of a list. */
function afterInsertion(path: Path, inserted: Path): Path {
  const depth = inserted.length - 1
  const part = path[depth]
  const sibling = path.length > depth && isWithin(path, inserted.slice(0, -1))
  return sibling && typeof part === 'number' && part >= Number(inserted.at(-1)) ? path.with(depth, part + 1) : path
}

export type Direction = 'up' | 'down' | 'in' | 'out'

/**
 * One place on: past its neighbour; at an end of a branch out of it; `in`: into the first branch of the step before it;
 * `out`: behind the step that it stands in.
 */
export function shiftStep(document: JsonMap, path: Path, direction: Direction): StepChange | null {
  const list = path.slice(0, -1)
  const index = Number(path.at(-1))
  const parent = parentStep(document, path)
  const out = (behind: number) =>
    parent ? moveStep(document, path, parent.slice(0, -1), Number(parent.at(-1)) + behind) : null
  switch (direction) {
    case 'up':
      return index > 0 ? moveStep(document, path, list, index - 1) : out(0)
    case 'down':
      return index + 1 < listAt(document, list).length ? moveStep(document, path, list, index + 2) : out(1)
    case 'out':
      return out(1)
    case 'in': {
      const before = index > 0 ? [...list, index - 1] : null
      const branch = before && branchesOf(valueAt(document, before))[0]
      return before && branch ? moveStep(document, path, [...before, ...branch.path], branch.steps.length) : null
    }
  }
}

/** A branch that a step can be moved into. */
export interface Target {
  step: Path
  stepId: string
  kind: BranchKind
  /** of cases and branches, from 0 */
  number: number
  list: Path
  index: number
}

/** The branches of its neighbours, and the other ones of the step that it stands in. */
export function targetsOf(document: JsonMap, path: Path): Target[] {
  const list = path.slice(0, -1)
  const index = Number(path.at(-1))
  const parent = parentStep(document, path)
  const near = [index > 0 ? [...list, index - 1] : null, [...list, index + 1], parent].filter((one) => one !== null)
  return near.flatMap((at) => {
    const step = valueAt(document, at)
    return branchesOf(step).flatMap((branch): Target[] => {
      const target = [...at, ...branch.path]
      if (samePath(target, list)) return []
      return [
        {
          step: at,
          stepId: idOf(step),
          kind: branch.kind,
          number: branch.index,
          list: target,
          index: branch.steps.length,
        },
      ]
    })
  })
}
