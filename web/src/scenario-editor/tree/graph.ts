import { isJsonMap, type Json, type JsonMap, listAt, mapAt, valueAt } from '../text/json.ts'
import { type Path, pathKey } from '../text/path.ts'
import { type Action, actionOf } from './actions.ts'
import { type Branch, branchesOf, idOf } from './branches.ts'

export type GraphNode = { id: string; path: Path } & (
  | { kind: 'trigger' }
  | { kind: 'step'; step: Json; action: Action | null; stepId: string }
  | { kind: 'end' }
)

/** A way from one part to another, and where a step on it would go. */
export interface GraphEdge {
  id: string
  from: string
  to: string
  /** the branch that is taken; null: it just goes on */
  branch: { step: Json; branch: Pick<Branch, 'kind' | 'index'> } | null
  /** `again`: back to the top of a repeat */
  kind: 'next' | 'branch' | 'again'
  insert: { list: Path; index: number }
}

export interface Graph {
  nodes: GraphNode[]
  edges: GraphEdge[]
}

/** Where something goes on from: the last step of a branch, or one whose branch is empty. */
type Loose = Omit<GraphEdge, 'id' | 'to'>

const TRIGGER = 'trigger'
const END = 'end'

/** The tree of a document as what is drawn: every way from the trigger to an end. */
export function graphOf(document: JsonMap): Graph {
  const nodes: GraphNode[] = [{ id: TRIGGER, kind: 'trigger', path: ['trigger'] }]
  const edges: GraphEdge[] = []
  const connect = (loose: readonly Loose[], to: string) => {
    for (const way of loose)
      edges.push({ ...way, to, id: `${way.from}>${to}:${way.insert.list.join('.')}:${way.insert.index}` })
  }

  function list(path: Path, steps: readonly Json[], entering: readonly Loose[]): Loose[] {
    let loose = entering
    for (const [index, step] of steps.entries()) {
      const here = [...path, index]
      const id = pathKey(here)
      const action = actionOf(step)
      nodes.push({ id, kind: 'step', path: here, step, action, stepId: idOf(step) })
      connect(loose, id)
      loose = out(here, id, step, action)
    }
    return [...loose]
  }

  /** The ways on from behind a step, all that is inside it included. */
  function out(path: Path, id: string, step: Json, action: Action | null): Loose[] {
    if (action === 'stop' || action === 'handoff') return []
    const behind = { list: path.slice(0, -1), index: Number(path.at(-1)) + 1 }
    const branches = branchesOf(step)
    const ways: Loose[] = []
    for (const branch of branches) {
      const inside = [...path, ...branch.path]
      const enter: Loose = { from: id, branch: { step, branch }, kind: 'branch', insert: { list: inside, index: 0 } }
      const ends = list(inside, branch.steps, [enter])
      if (branch.kind === 'steps') {
        if (branch.steps.length > 0)
          connect(
            ends.map((end) => ({ ...end, kind: 'again' as const })),
            id,
          )
      } else ways.push(...ends)
    }
    const goesOn =
      action === 'http' ||
      action === 'repeat' ||
      branches.length === 0 ||
      (action === 'wait' && !coversAll(step, branches))
    if (goesOn) ways.unshift({ from: id, branch: null, kind: 'next', insert: behind })
    return ways
  }

  const steps = listAt(document, ['steps'])
  const first: Loose = { from: TRIGGER, branch: null, kind: 'next', insert: { list: ['steps'], index: 0 } }
  const loose = list(['steps'], steps, [first])
  if (loose.length > 0) {
    nodes.push({ id: END, kind: 'end', path: ['steps'] })
    connect(loose, END)
  }
  return { nodes, edges }
}

/** Whether each outcome of a wait has a branch of its own, shown or to be filled. */
function coversAll(step: Json, branches: readonly Branch[]): boolean {
  const wait = mapAt(valueAt(isJsonMap(step) ? step : {}, ['wait']), [])
  const hasDeadline = wait.timeout !== undefined || wait.until !== undefined
  const kinds = branches.map(({ kind }) => kind)
  return kinds.includes('onReply') && (!hasDeadline || kinds.includes('onTimeout'))
}
