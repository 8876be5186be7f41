import { isCollection, isMap, type YAMLMap, type YAMLSeq } from 'yaml'
import type { Path } from './path.ts'
import { itemEnd, itemStart, keyName, placeAt } from './places.ts'
import type { YamlTree } from './read-text.ts'

export interface Range {
  from: number
  to: number
}

interface Source {
  text: string
  tree: YamlTree
}

/** Where a part is written, its key or dash included; of one that is not there what stands above it. */
export function rangeOf({ text, tree }: Source, path: Path): Range | null {
  for (let length = path.length; length > 0; length--) {
    const place = placeAt(tree, path.slice(0, length))
    if (!place?.parent) continue
    const from = itemStart(place.parent, place.index)
    const to = itemEnd(text, place.parent, place.index)
    if (from !== null && to !== null) return { from, to }
  }
  return null
}

/** The innermost part that stands at an offset; between two parts the one before it. */
export function pathAt({ text, tree }: Source, offset: number): Path {
  const path: (string | number)[] = []
  for (let node: unknown = tree.contents; isCollection(node); ) {
    const parent = node as YAMLMap | YAMLSeq
    let found = -1
    for (let index = 0; index < parent.items.length; index++) {
      const start = itemStart(parent, index)
      if (start !== null && start <= offset) found = index
    }
    if (found === -1) return path
    const end = itemEnd(text, parent, found)
    // Inside brackets nothing goes on behind its end.
    if (parent.flow && end !== null && offset > end) return path
    if (isMap(parent)) {
      const pair = parent.items[found]
      const name = keyName(pair?.key)
      if (!pair || name === null) return path
      path.push(name)
      node = pair.value
    } else {
      path.push(found)
      node = parent.items[found]
    }
  }
  return path
}

/** The offset of a line and a column, both from 1; the nearest there is. */
export function offsetOf(text: string, line: number, column: number): number {
  const lines = text.split('\n')
  const at = Math.min(Math.max(line, 1), lines.length) - 1
  const before = lines.slice(0, at).reduce((sum, one) => sum + one.length + 1, 0)
  return before + Math.min(Math.max(column, 1) - 1, lines[at]?.length ?? 0)
}
