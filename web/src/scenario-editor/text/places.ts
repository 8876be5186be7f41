import { isAlias, isCollection, isMap, isScalar, type Pair, type YAMLMap, type YAMLSeq } from 'yaml'
import type { Path } from './path.ts'
import { columnOf, lineEnd, lineStart, type YamlTree } from './read-text.ts'

/** A place in the tree, with all that stands above it. */
export interface Place {
  node: unknown
  /** the pair whose value it is */
  pair: Pair | null
  parent: YAMLMap | YAMLSeq | null
  /** index in the parent's items */
  index: number
  /** whether it stands inside brackets */
  inFlow: boolean
}

/** Follows a path without going through aliases; null where it leads nowhere, or to what an alias stands for. */
export function placeAt(tree: YamlTree, path: Path): Place | null {
  let place: Place = { node: tree.contents, pair: null, parent: null, index: 0, inFlow: false }
  for (const part of path) {
    const parent = place.node
    if (!isCollection(parent)) return null
    const inFlow = place.inFlow || parent.flow === true
    const index = isMap(parent) ? parent.items.findIndex(({ key }) => keyName(key) === String(part)) : Number(part)
    const item = parent.items[index]
    if (item === undefined || isMap(parent) !== (typeof part === 'string')) return null
    const pair = isMap(parent) ? (item as Pair) : null
    place = { node: pair ? pair.value : item, pair, parent: parent as YAMLMap | YAMLSeq, index, inFlow }
  }
  return place
}

export const keyName = (key: unknown): string | null => (isScalar(key) && key.value !== null ? String(key.value) : null)

type Ranged = { range: [number, number, number] }
const hasRange = (node: unknown): node is Ranged =>
  typeof node === 'object' && node !== null && Array.isArray((node as Partial<Ranged>).range)

export const startOf = (node: unknown): number | null => (hasRange(node) ? node.range[0] : null)

type Token = { type: string; offset: number; source?: string }
interface ItemToken {
  start?: Token[]
  sep?: Token[]
}

/** Behind the colon of a pair; null where none is written. */
export function colonEnd(pair: Pair): number | null {
  const source = (pair as { srcToken?: ItemToken }).srcToken
  const colon = source?.sep?.find(({ type }) => type === 'map-value-ind')
  return colon ? colon.offset + 1 : null
}

/** Where the dash of an element of a block list stands. */
export function dashOf(list: YAMLSeq, index: number): number | null {
  const source = (list as { srcToken?: { items?: ItemToken[] } }).srcToken
  return source?.items?.[index]?.start?.find(({ type }) => type === 'seq-item-ind')?.offset ?? null
}

/** Where the first sign of an element or a pair stands: its dash, or its key. */
export function itemStart(parent: YAMLMap | YAMLSeq, index: number): number | null {
  if (isMap(parent)) return startOf(parent.items[index]?.key)
  return parent.flow ? startOf(parent.items[index]) : dashOf(parent, index)
}

/** Where what is written of an element or a pair ends, comments left out. */
export function itemEnd(text: string, parent: YAMLMap | YAMLSeq, index: number): number | null {
  const item: unknown = parent.items[index]
  if (isMap(parent)) {
    const pair = item as Pair
    const colon = colonEnd(pair)
    const end = endOf(text, pair.value)
    if (colon === null) return hasRange(pair.key) ? pair.key.range[1] : null
    return end === null || end < colon ? colon : end
  }
  const dash = dashOf(parent as YAMLSeq, index)
  const end = endOf(text, item)
  if (dash === null) return end
  return end === null || end < dash + 1 ? dash + 1 : end
}

/** Where a value ends; null: nothing is written of it. */
export function endOf(text: string, node: unknown): number | null {
  if (node === null || node === undefined || !hasRange(node)) return null
  const [start, end] = node.range
  if (isAlias(node)) return end
  if (isCollection(node)) {
    if (node.flow) return end
    return node.items.length === 0 ? end : itemEnd(text, node as YAMLMap | YAMLSeq, node.items.length - 1)
  }
  if (isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED')) {
    const written = text.slice(start, end)
    const keepsLines = /^[|>]\d?\+/.test(written)
    return start + (keepsLines ? written.replace(/\r?\n$/, '') : written.trimEnd()).length
  }
  return end > start ? end : null
}

/** The lines of an element or pair in a block, with the comments that belong to it: right above it, or set in below. */
export function linesOf(text: string, parent: YAMLMap | YAMLSeq, index: number): { from: number; to: number } | null {
  const start = itemStart(parent, index)
  const end = itemEnd(text, parent, index)
  if (start === null || end === null) return null
  return { from: withCommentsAbove(text, start), to: withCommentsBelow(text, end, columnOf(text, start)) }
}

/** Is it the first thing of its line? */
export const beginsLine = (text: string, offset: number): boolean =>
  text.slice(lineStart(text, offset), offset).trim() === ''

export function withCommentsAbove(text: string, start: number): number {
  const column = columnOf(text, start)
  let from = lineStart(text, start)
  while (from > 0) {
    const above = lineStart(text, from - 1)
    const line = text.slice(above, from)
    if (line.search(/\S/) !== column || line[column] !== '#') break
    from = above
  }
  return from
}

/** The end of the line, or of the last comment line below that is set in further than the column. */
export function withCommentsBelow(text: string, end: number, column: number): number {
  let to = lineEnd(text, end)
  for (let at = nextLine(text, to); at !== null; ) {
    const stop = lineEnd(text, at)
    const line = text.slice(at, stop)
    const indent = line.search(/\S/)
    if (indent !== -1 && (indent <= column || line[indent] !== '#')) break
    if (indent !== -1) to = stop
    at = nextLine(text, stop)
  }
  return to
}

/** The beginning of the line behind a line's end; null: there is none. */
export function nextLine(text: string, end: number): number | null {
  const at = text.indexOf('\n', end)
  return at === -1 || at + 1 >= text.length ? null : at + 1
}
