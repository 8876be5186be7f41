import { isMap, isScalar, isSeq } from 'yaml'
import { isJsonMap, type Json, type JsonMap } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import { treeOf } from '../text/read-text.ts'

/** What is being written at the cursor. */
export type Cursor =
  /** a key of the map at `path`, whose other keys are `siblings` */
  | { at: 'key'; path: Path; siblings: JsonMap; from: number; hasColon: boolean }
  /** the value at `path` */
  | { at: 'value'; path: Path; from: number }
  /** inside `{{ … }}`: a field, or behind a `|` the name of a filter */
  | { at: 'field'; from: number }
  | { at: 'filter'; from: number }

const MARK = '__here__'

/** What can be completed at an offset, each with the document as it would be; nothing inside comments. */
export function cursorsAt(text: string, offset: number): { cursors: Cursor[]; document: Json } {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  const line = text.slice(lineStart, offset)
  if (/(^|\s)#/.test(line.replace(/"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?/g, ''))) return { cursors: [], document: {} }
  const inBraces = /\{\{-?([^}]*)$/.exec(text.slice(Math.max(0, offset - 500), offset))
  if (inBraces && !/\n\s*\S+:\s/.test(inBraces[1] ?? '')) {
    const inside = inBraces[1] ?? ''
    const filter = /\|\s*(\w*)$/.exec(inside)
    if (filter) return { cursors: [{ at: 'filter', from: offset - (filter[1]?.length ?? 0) }], document: {} }
    const word = /[\w.\-\p{L}]*$/u.exec(inside)?.[0] ?? ''
    return { cursors: [{ at: 'field', from: offset - word.length }], document: {} }
  }
  const word = /[\w.@+/-]*$/.exec(line)?.[0] ?? ''
  const from = offset - word.length
  const before = line.slice(0, line.length - word.length)
  const quote = /["']$/.exec(before)?.[0] ?? ''
  const lead = before.slice(0, before.length - quote.length).trimEnd()
  const sign = lead.at(-1) ?? ''
  const rest = text.slice(offset)
  const tail = /^[\w.@+/-]*/.exec(rest)?.[0].length ?? 0
  const closes = quote !== '' && rest.slice(tail).startsWith(quote)
  const end = offset + tail + (closes ? 1 : 0)
  const hasColon = /^[ \t]*:(\s|$)/.test(text.slice(end, end + 20))
  const start = from - quote.length
  const put = (what: string) => text.slice(0, start) + what + text.slice(end)

  const found: Cursor[] = []
  let document: Json = {}
  if (sign !== ':' && sign !== '[' && !/[\w"'\]})]/.test(sign)) {
    const tree = treeOf(put(hasColon ? MARK : `${MARK}: `))
    const place = keyPlace(tree.contents, [])
    if (place) {
      document = safeJs(tree)
      found.push({ at: 'key', path: place.path, siblings: place.siblings, from, hasColon })
    }
  }
  if (
    !hasColon &&
    (sign === ':' || sign === '-' || sign === '[' || sign === ',') &&
    (sign !== ':' || /:\s+$/.test(before.slice(0, before.length - quote.length)))
  ) {
    const tree = treeOf(put(MARK))
    const path = valuePlace(tree.contents, [])
    if (path) {
      if (found.length === 0) document = safeJs(tree)
      found.push({ at: 'value', path, from })
    }
  }
  return { cursors: found, document }
}

function safeJs(tree: ReturnType<typeof treeOf>): Json {
  try {
    return tree.toJS({ maxAliasCount: 50 }) as Json
  } catch {
    return {}
  }
}

/** The map in which the mark stands as a key. */
function keyPlace(node: unknown, path: Path): { path: Path; siblings: JsonMap } | null {
  if (isMap(node)) {
    if (node.items.some(({ key }) => isScalar(key) && key.value === MARK)) {
      const siblings: Json = node.toJSON()
      if (!isJsonMap(siblings)) return { path, siblings: {} }
      const { [MARK]: _, ...others } = siblings
      return { path, siblings: others }
    }
    for (const { key, value } of node.items) {
      const found = isScalar(key) ? keyPlace(value, [...path, String(key.value)]) : null
      if (found) return found
    }
  }
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      const found = keyPlace(item, [...path, index])
      if (found) return found
    }
  }
  return null
}

function valuePlace(node: unknown, path: Path): Path | null {
  if (isScalar(node)) return node.value === MARK ? path : null
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      const found = isScalar(key) ? valuePlace(value, [...path, String(key.value)]) : null
      if (found) return found
    }
  }
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      const found = valuePlace(item, [...path, index])
      if (found) return found
    }
  }
  return null
}
