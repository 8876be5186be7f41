import { isCollection, isMap, isScalar, isSeq, type YAMLMap, type YAMLSeq } from 'yaml'
import { isJsonMap, isList, type Json } from './json.ts'
import type { Path } from './path.ts'
import {
  beginsLine,
  colonEnd,
  dashOf,
  endOf,
  itemEnd,
  itemStart,
  keyName,
  linesOf,
  nextLine,
  type Place,
  placeAt,
  startOf,
  withCommentsAbove,
  withCommentsBelow,
} from './places.ts'
import { columnOf, type Look, lineEnd, lineStart, type YamlTree } from './read-text.ts'
import { behindDash, behindKey, flow, jsonText, keyText, quoted, scalar, wholeMap } from './render.ts'

/** A text that was read, for changing it in place. */
export interface Source {
  text: string
  tree: YamlTree
  look: Look
}

/**
 * Each of these gives the text with one change, touching nothing else; null where it cannot be made in place, so that
 * what stands around it has to be written anew. Whoever calls them reads the text again and compares.
 */
type Spliced = string | null

const cut = (text: string, from: number, to: number, put: string): string => text.slice(0, from) + put + text.slice(to)

/** Writes another value where one stands. */
export function replaceValue(source: Source, path: Path, value: Json): Spliced {
  const { text, tree, look } = source
  if (path.length === 0) return replaceRoot(source, value)
  const place = placeAt(tree, path)
  if (!place?.parent) return null
  const { node, inFlow } = place
  const start = startOf(node)
  const end = endOf(text, node)
  if (isScalar(node) && !isList(value) && !isJsonMap(value) && start !== null && end !== null) {
    const again = scalarAgain(node.type, value, look, inFlow)
    if (again !== null) return cut(text, start, end, again)
  }
  if (inFlow) {
    if (start === null || end === null) return null
    return cut(text, start, end, inBrackets(value, source, start))
  }
  return replaceInBlock(source, place, value)
}

/** A scalar in the way the old one was written; null: it needs another way. */
function scalarAgain(
  type: unknown,
  value: null | boolean | number | string,
  look: Look,
  inFlow: boolean,
): string | null {
  if (look.json) return JSON.stringify(value)
  if (typeof value !== 'string')
    return type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED' ? null : scalar(value, look, null)
  if (value.includes('\n') && !inFlow) return null
  switch (type) {
    case 'QUOTE_DOUBLE':
      return quoted(value, '"')
    case 'QUOTE_SINGLE':
      return quoted(value, "'")
    case 'PLAIN':
      return scalar(value, look, null)
    default:
      return null
  }
}

const inBrackets = (value: Json, { text, look }: Source, offset: number): string =>
  look.json ? jsonText(value, look, indentOf(text, offset)) : flow(value, look)

/** The blanks that the line begins with. */
const indentOf = (text: string, offset: number): string =>
  /^[ \t]*/.exec(text.slice(lineStart(text, offset), lineEnd(text, offset)))?.[0] ?? ''

function replaceRoot({ text, look, tree }: Source, value: Json): Spliced {
  if (look.json) return text.replace(/\S[\s\S]*\S|\S/, () => jsonText(value, look, ''))
  if (!isJsonMap(value)) return null
  const start = startOf(tree.contents)
  const end = endOf(text, tree.contents)
  if (tree.contents === null || start === null || end === null) {
    const gap = text === '' || text.endsWith('\n') ? '' : look.eol
    return text + gap + wholeMap(value, look)
  }
  return cut(text, lineStart(text, start), lineEnd(text, end), wholeMap(value, look).trimEnd())
}

function replaceInBlock({ text, look }: Source, { node, pair, parent, index }: Place, value: Json): Spliced {
  const from = pair ? colonEnd(pair) : isSeq(parent) ? (dashOf(parent, index) ?? -1) + 1 : 0
  const start = parent && itemStart(parent, index)
  if (!from || start === null) return null
  const end = Math.max(endOf(text, node) ?? from, from)
  const column = columnOf(text, start)
  const key = pair ? (keyName(pair.key) ?? '') : ''
  const put = pair ? behindKey(value, look, column, key.length) : behindDash(value, look, column)
  const stop = lineEnd(text, from)
  const header = /^[ \t]+#.*/.exec(text.slice(from, stop))?.[0] ?? ''
  const trailing = end > stop || header ? '' : (/^[ \t]+#.*/.exec(text.slice(end, lineEnd(text, end)))?.[0] ?? '')
  // A comment stays on the first line: below a block text it would become part of it.
  const comment = header || (put.includes('\n') ? trailing : '')
  const until = Math.max(end + (comment === trailing ? comment.length : 0), from + header.length)
  const [first = '', ...rest] = put.split(look.eol)
  return cut(text, from, until, [first + comment, ...rest].join(look.eol))
}

/** A key that is not there yet, behind those that come before it in `order`; without one, at the end. */
export function addPair(source: Source, path: Path, key: string, value: Json, order: readonly string[]): Spliced {
  const { text, look } = source
  const map = path.length === 0 ? source.tree.contents : placeAt(source.tree, path)?.node
  if (!isMap(map) || map.items.length === 0) return null
  const rank = order.indexOf(key)
  const isBefore = (name: string | null) => {
    const at = name === null ? -1 : order.indexOf(name)
    return rank === -1 || at === -1 || at < rank
  }
  const behind = map.items.findLastIndex((pair) => isBefore(keyName(pair.key)))
  const inFlow = map.flow === true
  const neighbour = Math.max(behind, 0)
  const start = itemStart(map as YAMLMap, neighbour)
  if (start === null) return null
  if (inFlow) {
    const put = look.json
      ? `${JSON.stringify(key)}:${look.compact ? '' : ' '}${inBrackets(value, source, start)}`
      : `${keyText(key)}: ${flow(value, look)}`
    return putInBrackets(source, map as YAMLMap, behind, put)
  }
  const column = columnOf(text, start)
  const line = `${keyText(key)}:${behindKey(value, look, column, key.length)}`
  return putInBlock(source, map as YAMLMap, behind, line)
}

/** A new element of a list. `item`: the lines of one that stood elsewhere, its dash at the left edge. */
export function addItem(source: Source, path: Path, index: number, value: Json, item: string | null): Spliced {
  const { text, look, tree } = source
  const place = placeAt(tree, path)
  const list = place?.node
  if (!place || !isSeq(list) || index > list.items.length) return null
  if (list.items.length === 0) return look.json || item === null ? null : firstItem(source, place, item)
  if (list.flow) {
    const start = itemStart(list as YAMLSeq, Math.max(index - 1, 0))
    if (item !== null || start === null) return null
    return putInBrackets(source, list as YAMLSeq, index - 1, inBrackets(value, source, start))
  }
  const start = itemStart(list as YAMLSeq, Math.max(index - 1, 0))
  if (start === null) return null
  const column = columnOf(text, start)
  const lines = item === null ? `-${behindDash(value, look, column)}` : setIn(item, column)
  return putInBlock(source, list as YAMLSeq, index - 1, lines)
}

/** Lines from the left edge, set in; the first one stands where it is put. */
const setIn = (lines: string, column: number): string => lines.replace(/\n(?=[^\r\n])/g, `\n${' '.repeat(column)}`)

/** Lines of an element into a list that is written as `[]`. */
function firstItem({ text, look }: Source, { pair, parent, index, inFlow, node }: Place, item: string): Spliced {
  const from = pair && colonEnd(pair)
  const start = parent && itemStart(parent, index)
  const end = endOf(text, node)
  if (inFlow || !from || start === null || end === null) return null
  const column = columnOf(text, start) + look.listIndent
  const put = `${look.eol}${' '.repeat(column)}${setIn(item, column)}`
  const trailing = /^[ \t]+#.*/.exec(text.slice(end, lineEnd(text, end)))?.[0] ?? ''
  return cut(text, from, end + trailing.length, trailing + put)
}

/** Lines behind the element or pair at the index; −1: before the first. */
function putInBlock({ text, look }: Source, parent: YAMLMap | YAMLSeq, behind: number, lines: string): Spliced {
  if (behind < 0) {
    const start = itemStart(parent, 0)
    if (start === null) return null
    const indent = ' '.repeat(columnOf(text, start))
    if (!beginsLine(text, start)) return cut(text, start, start, `${lines}${look.eol}${indent}`)
    const above = withCommentsAbove(text, start)
    return cut(text, above, above, `${indent}${lines}${look.eol}`)
  }
  const start = itemStart(parent, behind)
  const end = itemEnd(text, parent, behind)
  if (start === null || end === null) return null
  const column = columnOf(text, start)
  const at = withCommentsBelow(text, end, column)
  return cut(text, at, at, `${look.eol}${' '.repeat(column)}${lines}`)
}

/** An element or pair in brackets, behind the one at the index; −1: before the first. */
function putInBrackets({ text, look }: Source, parent: YAMLMap | YAMLSeq, behind: number, put: string): Spliced {
  const first = itemStart(parent, 0)
  if (first === null) return null
  const isOnOwnLine = beginsLine(text, first)
  const gap = isOnOwnLine ? look.eol + indentOf(text, first) : look.compact ? '' : ' '
  if (behind < 0) return cut(text, first, first, `${put},${gap}`)
  const end = itemEnd(text, parent, behind)
  if (end === null) return null
  return cut(text, end, end, `,${gap}${put}`)
}

/** Takes a pair or an element away, with the comments that belong to it. */
export function removeItem({ text, tree, look }: Source, path: Path): Spliced {
  const place = placeAt(tree, path)
  const parent = place?.parent
  if (!place || !parent || parent.items.length === 1) return null
  const { index } = place
  const start = itemStart(parent, index)
  const end = itemEnd(text, parent, index)
  if (start === null || end === null) return null
  if (place.inFlow) return removeInBrackets(text, parent, index, look.json)
  if (!beginsLine(text, start)) {
    // The first pair beside a dash: the next one takes its place.
    const next = itemStart(parent, index + 1)
    return next === null ? null : cut(text, start, next, '')
  }
  const isTop = parent === tree.contents && index === 0
  const lines = linesOf(text, parent, index)
  if (!lines) return null
  const from = isTop ? lineStart(text, start) : lines.from
  const next = nextLine(text, lines.to)
  if (next !== null) return cut(text, from, next, '')
  return cut(text, Math.max(0, from - (from > 0 ? look.eol.length : 0)), lines.to, '')
}

function removeInBrackets(text: string, parent: YAMLMap | YAMLSeq, index: number, json: boolean): Spliced {
  const start = itemStart(parent, index)
  const end = itemEnd(text, parent, index)
  if (start === null || end === null) return null
  const isLast = index + 1 === parent.items.length
  const rest = text.slice(end, lineEnd(text, end))
  if (beginsLine(text, start) && /^\s*,?\s*(#.*)?$/.test(rest) && !(isLast && json)) {
    return cut(text, withCommentsAbove(text, start), nextLine(text, lineEnd(text, end)) ?? text.length, '')
  }
  if (!isLast) {
    const next = itemStart(parent, index + 1)
    return next === null ? null : cut(text, start, next, '')
  }
  const before = itemEnd(text, parent, index - 1)
  return before === null ? null : cut(text, before, end, '')
}

/** The lines of an element of a block list, its dash at the left edge, comments included; null: it stands in brackets. */
export function itemLines({ text, tree, look }: Source, path: Path): string | null {
  const place = placeAt(tree, path)
  if (!place?.parent || place.inFlow || look.json || !isSeq(place.parent)) return null
  const start = itemStart(place.parent, place.index)
  const lines = linesOf(text, place.parent, place.index)
  if (start === null || !lines || !beginsLine(text, start)) return null
  const column = columnOf(text, start)
  const all = text.slice(lines.from, lines.to).split(/\r?\n/)
  if (all.some((line) => line.trim() !== '' && line.slice(0, column).trim() !== '')) return null
  return all.map((line) => line.slice(column)).join(look.eol)
}

/** Another key for a pair. */
export function renameKey({ text, tree, look }: Source, path: Path, key: string): Spliced {
  const node = placeAt(tree, path)?.pair?.key
  const start = startOf(node)
  const end = endOf(text, node)
  if (start === null || end === null) return null
  return cut(text, start, end, look.json ? JSON.stringify(key) : keyText(key))
}

/** The outermost brackets around a path that stand in a block; null: there are none. */
export function outermostFlow(tree: YamlTree, path: Path): Path | null {
  for (let length = 0; length <= path.length; length++) {
    const above = path.slice(0, length)
    const node = length === 0 ? tree.contents : placeAt(tree, above)?.node
    if (isCollection(node) && node.flow) return above
  }
  return null
}
