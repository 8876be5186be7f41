import { isAlias, isCollection, visit } from 'yaml'
import { type Edit, editData } from './edit.ts'
import { isJsonMap, isList, type Json, type JsonMap, same, valueAt } from './json.ts'
import type { Path } from './path.ts'
import { endOf, placeAt, startOf } from './places.ts'
import { lineEnd, lineStart, readText } from './read-text.ts'
import {
  addItem,
  addPair,
  itemLines,
  outermostFlow,
  removeItem,
  renameKey,
  replaceValue,
  type Source,
} from './splice.ts'

/** Longer lines in brackets are written below each other once they are changed. */
const LONG_LINE = 110

/**
 * Makes changes in a text and leaves everything else in it as it is: comments, order, quotes, blank lines. Each change
 * is read back: where it does not say exactly what it should, what stands around it is written anew, in the worst case
 * the whole text.
 * @throws RangeError where the text cannot be read, or has no such place
 */
export const editText = (text: string, edits: readonly Edit[]): string => edits.reduce(editOnce, text)

type Read = Source & { value: JsonMap }

function read(text: string): Read {
  const found = readText(text)
  if (!found.ok) throw new RangeError('The text cannot be read')
  return found
}

function editOnce(text: string, edit: Edit): string {
  const source = read(text)
  const wanted = editData(source.value, edit)
  if (same(source.value, wanted)) return text
  const own = withoutAliases(source, placesOf(edit))
  if (edit.do === 'set' && valueAt(source.value, edit.path) !== undefined) {
    return differences(edit.path, valueAt(source.value, edit.path) ?? null, edit.value, edit.order ?? []).reduce(
      (before, part) => inPlace(read(before), part, editData(read(before).value, part)),
      own.text,
    )
  }
  return inPlace(own, edit, wanted)
}

const placesOf = (edit: Edit): Path[] => (edit.do === 'move' ? [edit.from, edit.to] : [edit.path])

/** The small changes that turn one value into another, so that what they share stays as it is written. */
function differences(path: Path, from: Json, to: Json, order: readonly string[]): Edit[] {
  if (same(from, to)) return []
  const whole: Edit[] = [{ do: 'set', path, value: to }]
  if (isJsonMap(from) && isJsonMap(to)) {
    const kept = Object.keys(from).filter((key) => Object.hasOwn(to, key))
    if (kept.length === 0) return whole
    return [
      ...Object.keys(to).flatMap((key): Edit[] => {
        const value = to[key] ?? null
        return kept.includes(key)
          ? differences([...path, key], from[key] ?? null, value, order)
          : [{ do: 'set', path: [...path, key], value, order }]
      }),
      ...Object.keys(from).flatMap((key): Edit[] =>
        kept.includes(key) ? [] : [{ do: 'remove', path: [...path, key] }],
      ),
    ]
  }
  if (isList(from) && isList(to) && from.length > 0 && to.length > 0) return listDifferences(path, from, to, order)
  return whole
}

function listDifferences(path: Path, from: Json[], to: Json[], order: readonly string[]): Edit[] {
  const shorter = Math.min(from.length, to.length)
  let head = 0
  while (head < shorter && same(from[head], to[head])) head++
  let tail = 0
  while (tail < shorter - head && same(from.at(-1 - tail), to.at(-1 - tail))) tail++
  const both = shorter - head - tail
  const edits = Array.from({ length: both }, (_, at) =>
    differences([...path, head + at], from[head + at] ?? null, to[head + at] ?? null, order),
  ).flat()
  for (let at = head + both; at < to.length - tail; at++) {
    edits.push({ do: 'insert', path, index: at, value: to[at] ?? null })
  }
  for (let at = from.length - tail - 1; at >= head + both; at--) edits.push({ do: 'remove', path: [...path, at] })
  return edits
}

/** The change in place, or with more and more of what is around it written anew. */
function inPlace(source: Read, edit: Edit, wanted: Json): string {
  const says = (text: string | null): text is string => {
    if (text === null) return false
    const found = readText(text)
    return found.ok && same(found.value, wanted)
  }
  const spliced = splice(source, edit)
  if (says(spliced)) return shorterLines(source, spliced, edit, wanted)
  for (let above = placeAbove(edit); ; above = above.slice(0, -1)) {
    const value = valueAt(wanted, above)
    const text = value === undefined ? null : replaceValue(source, above, value)
    if (says(text)) return text
    if (above.length === 0) throw new RangeError('The change cannot be written')
  }
}

const placeAbove = (edit: Edit): Path => {
  if (edit.do === 'insert') return edit.path
  if (edit.do === 'set') return edit.path
  if (edit.do === 'move') return sharedAbove(edit.from.slice(0, -1), edit.to)
  return edit.path.slice(0, -1)
}

function sharedAbove(a: Path, b: Path): Path {
  const at = a.findIndex((part, index) => part !== b[index])
  return at === -1 ? a : a.slice(0, at)
}

function splice(source: Read, edit: Edit): string | null {
  switch (edit.do) {
    case 'set': {
      if (valueAt(source.value, edit.path) !== undefined) return replaceValue(source, edit.path, edit.value)
      const key = edit.path.at(-1)
      return typeof key === 'string' ? addPair(source, edit.path.slice(0, -1), key, edit.value, edit.order ?? []) : null
    }
    case 'remove':
      return removeItem(source, edit.path)
    case 'insert':
      return addItem(source, edit.path, edit.index, edit.value, null)
    case 'move':
      return moved(source, edit)
    case 'rename':
      return renameKey(source, edit.path, edit.key)
  }
}

/** Out of one list and into another, with its comments. */
function moved(source: Read, edit: Extract<Edit, { do: 'move' }>): string | null {
  const value = valueAt(source.value, edit.from)
  if (value === undefined) return null
  const lines = itemLines(source, edit.from)
  const taken = read(editOnce(source.text, { do: 'remove', path: edit.from }))
  if (lines !== null) {
    const target = asBlock(taken, edit.to)
    const text = addItem(target, edit.to, edit.index, value, lines)
    const wanted = editData(taken.value, { do: 'insert', path: edit.to, index: edit.index, value })
    const found = text === null ? null : readText(text)
    if (text !== null && found?.ok && same(found.value, wanted)) return text
  }
  return editOnce(taken.text, { do: 'insert', path: edit.to, index: edit.index, value })
}

/** A list in brackets written as a block, so that lines with comments can go into it. */
function asBlock(source: Read, path: Path): Read {
  const outermost = source.look.json ? null : outermostFlow(source.tree, path)
  const list = valueAt(source.value, path)
  const isEmpty = outermost?.length === path.length && isList(list) && list.length === 0
  if (!outermost || outermost.length === 0 || isEmpty) return source
  return written(source, outermost, path.length - outermost.length + 1) ?? source
}

/** What stands in the brackets, written anew; null where that does not say the same. */
function written(source: Read, path: Path, tall: number): Read | null {
  const value = valueAt(source.value, path)
  if (value === undefined) return null
  const text = replaceValue({ ...source, look: { ...source.look, tall } }, path, value)
  const found = text === null ? null : readText(text)
  return found?.ok && same(found.value, source.value) ? found : null
}

/** A line in brackets that became too long by the change is written as a block. */
function shorterLines(before: Read, text: string, edit: Edit, wanted: Json): string {
  if (edit.do === 'remove' || before.look.json) return text
  const path = edit.do === 'move' ? edit.to : edit.path
  const source = read(text)
  const outermost = outermostFlow(source.tree, path)
  if (!outermost || outermost.length === 0 || !isLongLine(source, outermost) || isLongLine(before, outermost))
    return text
  const again = written(source, outermost, 1)
  return again && same(again.value, wanted) ? again.text : text
}

/** Whether a value stands on one line that is too long to be read. */
function isLongLine({ text, tree }: Read, path: Path): boolean {
  const node = placeAt(tree, path)?.node
  const start = startOf(node)
  const end = endOf(text, node)
  if (start === null || end === null || text.slice(start, end).includes('\n')) return false
  return lineEnd(text, start) - lineStart(text, start) > LONG_LINE
}

/** What a changed place shares with others by an alias becomes its own: a change there is not meant for them. */
function withoutAliases(source: Read, paths: readonly Path[]): Read {
  if (!/[*&]/.test(source.text)) return source
  for (let round = 0; round < 100; round++) {
    const before: Read = source
    const alias = sharedBy(before, paths)
    if (alias === null) return before
    const value = valueAt(before.value, alias)
    const text = value === undefined ? null : replaceValue(before, alias, value)
    const found = text === null ? null : readText(text)
    if (!found?.ok || !same(found.value, before.value)) return before
    source = found
  }
  return source
}

/** An alias that a path leads through, or one of something that a path leads into. */
function sharedBy({ tree }: Read, paths: readonly Path[]): Path | null {
  const anchors = new Set<string>()
  for (const path of paths) {
    for (let length = 1; length <= path.length; length++) {
      const node = placeAt(tree, path.slice(0, length))?.node
      if (isAlias(node)) return path.slice(0, length)
      const anchor = isCollection(node) || node ? (node as { anchor?: string }).anchor : undefined
      if (anchor !== undefined) anchors.add(anchor)
    }
  }
  if (anchors.size === 0) return null
  let found: Path | null = null
  visit(tree, {
    Alias(key, node, above) {
      if (!anchors.has(node.source)) return undefined
      found = pathOf([...above, node], key)
      return visit.BREAK
    },
  })
  return found
}

/** The path of a node from all that is above it. */
function pathOf(chain: readonly unknown[], last: unknown): Path {
  const path: (string | number)[] = []
  for (const [at, node] of chain.entries()) {
    const next = chain[at + 1]
    if (isCollection(node) && !('key' in (next as object))) {
      const index = (node.items as unknown[]).indexOf(next)
      if (index !== -1) path.push(index)
    }
    if (typeof next === 'object' && next !== null && 'key' in next) {
      path.push(String((next as { key: { value?: unknown } }).key?.value))
    }
  }
  return typeof last === 'number' && path.length === 0 ? [last] : path
}
