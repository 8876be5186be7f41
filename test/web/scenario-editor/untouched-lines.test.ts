import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Document, isCollection, isMap, type Node, parseDocument } from 'yaml'
import type { Edit } from '../../../web/src/scenario-editor/text/edit.ts'
import { editText } from '../../../web/src/scenario-editor/text/edit-text.ts'
import { isJsonMap, type Json } from '../../../web/src/scenario-editor/text/json.ts'
import type { Path } from '../../../web/src/scenario-editor/text/path.ts'
import { readText } from '../../../web/src/scenario-editor/text/read-text.ts'
import { documents } from './documents.ts'
import { someEdit } from './edits.ts'

const read = (text: string): Json => {
  const found = readText(text)
  if (!found.ok) throw new Error(JSON.stringify(found.problems))
  return found.value
}

/** What is shared by aliases is written out where it is changed; one line of JSON is one line. */
const tried = Object.entries(documents).filter(([name]) => !/aliases|one line|no line break/.test(name))

describe.each(tried)('%s', (_name, text) => {
  const value = read(text)
  const tree = parseDocument(text, { version: '1.2', uniqueKeys: false })
  const lines = text.split('\n')

  it('keeps every line that a change does not concern, byte by byte and in its order', () => {
    fc.assert(
      fc.property(someEdit(value), (edit) => {
        const touched = touchedLines(text, tree, value, edit)
        const kept = lines.filter((line, at) => !touched.has(at) && line !== '')
        const now = editText(text, [edit]).split('\n')
        let from = 0
        for (const line of kept) {
          const at = now.indexOf(line, from)
          expect(at, `lost: ${line}\nafter ${JSON.stringify(edit)}\n${now.join('\n')}`).toBeGreaterThanOrEqual(0)
          from = at + 1
        }
      }),
      { numRuns: 30 },
    )
  })
})

/** The lines on which what is changed stands; of what is in brackets all that the outermost brackets are on. */
function touchedLines(text: string, tree: Document, value: Json, edit: Edit): Set<number> {
  switch (edit.do) {
    case 'set':
      return isThere(value, edit.path)
        ? linesOf(text, tree, edit.path)
        : container(text, tree, value, edit.path.slice(0, -1))
    case 'rename':
      return linesOf(text, tree, edit.path)
    case 'remove':
      return removedLines(text, tree, value, edit.path)
    case 'insert':
      return container(text, tree, value, edit.path)
    case 'move': {
      const [before] = [edit.to]
      const target = beforeRemoval(before, edit.from)
      return new Set([...removedLines(text, tree, value, edit.from), ...container(text, tree, value, target)])
    }
  }
}

const at = (value: Json, path: Path): Json | undefined =>
  path.reduce<Json | undefined>((inner, part) => (inner as Record<string | number, Json> | undefined)?.[part], value)
const isThere = (value: Json, path: Path): boolean => {
  const above = at(value, path.slice(0, -1))
  return typeof above === 'object' && above !== null && Object.hasOwn(above, path.at(-1) ?? '')
}
const sizeOf = (value: Json | undefined): number =>
  Array.isArray(value) ? value.length : isJsonMap(value) ? Object.keys(value).length : 0

function beforeRemoval(to: Path, from: Path): Path {
  const depth = from.length - 1
  const part = to[depth]
  const isSibling = to.length > depth && from.slice(0, -1).every((one, index) => one === to[index])
  return isSibling && typeof part === 'number' && part >= Number(from.at(-1)) ? to.with(depth, part + 1) : to
}

/** With the element the comments that belong to it; of the last one what it leaves empty. */
function removedLines(text: string, tree: Document, value: Json, path: Path): Set<number> {
  const above = path.slice(0, -1)
  if (sizeOf(at(value, above)) === 1) return linesOf(text, tree, above)
  const touched = linesOf(text, tree, path)
  const lines = text.split('\n')
  const first = Math.min(...touched)
  // Beside a dash the next key takes its place.
  if (typeof path.at(-1) === 'string' && /^\s*- /.test(lines[first] ?? '')) {
    const next = Object.keys(at(value, above) ?? {})[1]
    const [line] = next === undefined ? [] : linesOf(text, tree, [...above, next])
    for (let one = first; one <= (line ?? first); one++) touched.add(one)
  }
  const indent = (lines[first] ?? '').search(/\S/)
  for (let line = first - 1; line >= 0; line--) {
    if ((lines[line] ?? '').search(/\S/) !== indent || lines[line]?.trim().startsWith('#') !== true) break
    touched.add(line)
  }
  for (let line = Math.max(...touched) + 1; line < lines.length; line++) {
    const own = lines[line] ?? ''
    if (own.trim() !== '' && !(own.trim().startsWith('#') && own.search(/\S/) > indent)) break
    if (own.trim() !== '') touched.add(line)
  }
  return touched
}

/** What goes into a block touches nothing; into brackets, or where nothing is yet, what is there. */
function container(text: string, tree: Document, value: Json, path: Path): Set<number> {
  const node = path.length === 0 ? tree.contents : tree.getIn(path, true)
  const isBlock = isCollection(node) && !node.flow && outermost(tree, path) === null
  return isBlock && sizeOf(at(value, path)) > 0 ? new Set() : linesOf(text, tree, path)
}

function outermost(tree: Document, path: Path): Path | null {
  for (let length = 0; length <= path.length; length++) {
    const node = length === 0 ? tree.contents : tree.getIn(path.slice(0, length), true)
    if (isCollection(node) && node.flow) return path.slice(0, length)
  }
  return null
}

function linesOf(text: string, tree: Document, path: Path): Set<number> {
  const flow = outermost(tree, path)
  const isWide = flow !== null && isMultiLine(text, tree, flow)
  const whole = flow !== null && !isWide ? flow : path
  if (whole.length === 0) return between(text, 0, text.length)
  const parent = whole.length === 1 ? tree.contents : tree.getIn(whole.slice(0, -1), true)
  const node = tree.getIn(whole, true) as Node | null
  const key = isMap(parent)
    ? parent.items.find((pair) => String((pair.key as { value?: unknown }).value) === String(whole.at(-1)))?.key
    : null
  const start = (key as Node | null)?.range?.[0] ?? node?.range?.[0] ?? 0
  const end = Math.max(start, (node?.range?.[1] ?? start) - 1)
  const found = between(text, start, end)
  // The dash may stand on a line of its own.
  const first = Math.min(...found)
  if (!isMap(parent) && /^\s*-\s*(#.*)?\r?$/.test(text.split('\n')[first - 1] ?? '')) found.add(first - 1)
  // Beside what ends in brackets on the same line stand the commas of its neighbours.
  if (isWide) for (const line of [Math.min(...found) - 1, Math.max(...found) + 1]) found.add(line)
  return found
}

const isMultiLine = (text: string, tree: Document, path: Path): boolean => {
  const node = (path.length === 0 ? tree.contents : tree.getIn(path, true)) as Node
  return text.slice(node.range?.[0] ?? 0, node.range?.[1] ?? 0).includes('\n')
}

function between(text: string, start: number, end: number): Set<number> {
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length - 1
  const found = new Set<number>()
  for (let line = lineAt(start); line <= lineAt(end); line++) found.add(line)
  return found
}
