import dagre from '@dagrejs/dagre'
import type { Graph } from '../tree/graph.ts'

export const NODE_WIDTH = 240
export const NODE_HEIGHT = 64
export const SMALL_WIDTH = 96
export const SMALL_HEIGHT = 36
const LABEL_HEIGHT = 26
const LETTER = 6
const LONGEST_LABEL = 176

export interface Point {
  x: number
  y: number
}

export interface Layout {
  /** the upper left corner of each node */
  nodes: ReadonlyMap<string, Point>
  /** the bends of each way, and where its words stand */
  edges: ReadonlyMap<string, { points: readonly Point[]; label: Point }>
}

/**
 * Where everything goes, from the top down; the same graph always the same way.
 * @param labelOf the words on a way, which need room
 */
export function layoutOf({ nodes, edges }: Graph, labelOf: (id: string) => string): Layout {
  const graph = new dagre.graphlib.Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'TB', nodesep: 36, ranksep: 34, edgesep: 20 })
  graph.setDefaultEdgeLabel(() => ({}))
  const sizeOf = (kind: string) =>
    kind === 'end' ? { width: SMALL_WIDTH, height: SMALL_HEIGHT } : { width: NODE_WIDTH, height: NODE_HEIGHT }
  for (const { id, kind } of nodes) graph.setNode(id, sizeOf(kind))
  for (const { id, from, to, kind } of edges) {
    const width = Math.min(LONGEST_LABEL, labelOf(id).length * LETTER) + 32
    // A way back would turn the drawing upside down: it is laid the other way round.
    const [first, second] = kind === 'again' ? [to, from] : [from, to]
    graph.setEdge(first, second, { width, height: LABEL_HEIGHT, labelpos: 'c' }, id)
  }
  dagre.layout(graph)
  return {
    nodes: new Map(
      nodes.map(({ id, kind }) => {
        const { x, y } = graph.node(id) as Point
        const { width, height } = sizeOf(kind)
        return [id, { x: x - width / 2, y: y - height / 2 }]
      }),
    ),
    edges: new Map(
      edges.map(({ id, from, to, kind }) => {
        const again = kind === 'again'
        const edge = graph.edge(again ? { v: to, w: from, name: id } : { v: from, w: to, name: id }) as {
          points: Point[]
          x?: number
          y?: number
        }
        const points = again ? edge.points.toReversed() : edge.points
        const middle = points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 }
        return [id, { points, label: { x: edge.x ?? middle.x, y: edge.y ?? middle.y } }]
      }),
    ),
  }
}

const BEND = 14

/** A line through points with its bends rounded. */
export function roundedLine(points: readonly Point[]): string {
  const [first, ...rest] = points
  if (!first) return ''
  const parts = [`M ${first.x},${first.y}`]
  for (const [index, point] of rest.entries()) {
    const next = rest[index + 1]
    const before = index === 0 ? first : (rest[index - 1] ?? first)
    if (!next) {
      parts.push(`L ${point.x},${point.y}`)
      continue
    }
    const into = toward(point, before)
    const out = toward(point, next)
    parts.push(`L ${into.x},${into.y} Q ${point.x},${point.y} ${out.x},${out.y}`)
  }
  return parts.join(' ')
}

function toward(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y)
  const share = length === 0 ? 0 : Math.min(BEND, length / 2) / length
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
}
