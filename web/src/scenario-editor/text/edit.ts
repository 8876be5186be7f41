import { isJsonMap, isList, type Json, valueAt } from './json.ts'
import type { Path } from './path.ts'

/** One change of a document, by paths from its top. */
export type Edit =
  /** Writes a value, there already or not. `order`: where a new key goes, if not to the end. */
  | { do: 'set'; path: Path; value: Json; order?: readonly string[] }
  /** Takes a key of a map or an element of a list away. */
  | { do: 'remove'; path: Path }
  /** A new element of a list, before the one that stands at the index. */
  | { do: 'insert'; path: Path; index: number; value: Json }
  /** An element of a list goes elsewhere. `to` and `index` are as they are once it has been taken out. */
  | { do: 'move'; from: Path; to: Path; index: number }
  /** Another key for a value of a map. */
  | { do: 'rename'; path: Path; key: string }

/** The same change of plain data: what the changed text has to say. @throws RangeError where there is no such place */
export function editData(root: Json, edit: Edit): Json {
  switch (edit.do) {
    case 'set':
      return replaced(root, edit.path, edit.value)
    case 'remove':
      return removed(root, edit.path)
    case 'insert':
      return inserted(root, edit.path, edit.index, edit.value)
    case 'move': {
      const value = valueAt(root, edit.from)
      if (value === undefined) throw new RangeError('There is nothing to move')
      return inserted(removed(root, edit.from), edit.to, edit.index, value)
    }
    case 'rename':
      return renamed(root, edit.path, edit.key)
  }
}

export const editAllData = (root: Json, edits: readonly Edit[]): Json => edits.reduce(editData, root)

function replaced(root: Json, path: Path, value: Json): Json {
  const [part, ...rest] = path
  if (part === undefined) return value
  if (typeof part === 'number') {
    if (!isList(root) || part >= root.length) throw new RangeError('There is no such element')
    return root.with(part, replaced(root[part] ?? null, rest, value))
  }
  if (!isJsonMap(root)) throw new RangeError(`There is no map with a key ${part}`)
  const inner = Object.hasOwn(root, part) ? root[part] : undefined
  if (inner === undefined && rest.length > 0) throw new RangeError(`There is no ${part}`)
  return withKey(root, part, rest.length === 0 ? value : replaced(inner ?? null, rest, value))
}

/** Also where the key is one that objects take for something else. */
function withKey(map: { [key: string]: Json }, key: string, value: Json): Json {
  return Object.fromEntries(
    Object.hasOwn(map, key)
      ? Object.entries(map).map(([name, old]) => [name, name === key ? value : old])
      : [...Object.entries(map), [key, value]],
  )
}

function removed(root: Json, path: Path): Json {
  const part = path.at(-1)
  const above = path.slice(0, -1)
  const parent = valueAt(root, above)
  if (typeof part === 'number' && isList(parent) && part < parent.length) {
    return replaced(root, above, parent.toSpliced(part, 1))
  }
  if (typeof part === 'string' && isJsonMap(parent) && Object.hasOwn(parent, part)) {
    return replaced(root, above, Object.fromEntries(Object.entries(parent).filter(([key]) => key !== part)))
  }
  throw new RangeError('There is nothing to remove')
}

function inserted(root: Json, path: Path, index: number, value: Json): Json {
  const list = valueAt(root, path)
  if (!isList(list) || index < 0 || index > list.length) throw new RangeError('There is no such place in a list')
  return replaced(root, path, list.toSpliced(index, 0, value))
}

function renamed(root: Json, path: Path, key: string): Json {
  const old = path.at(-1)
  const above = path.slice(0, -1)
  const parent = valueAt(root, above)
  if (typeof old !== 'string' || !isJsonMap(parent) || !Object.hasOwn(parent, old)) {
    throw new RangeError('There is nothing to rename')
  }
  if (key !== old && Object.hasOwn(parent, key)) throw new RangeError(`There is a ${key} already`)
  return replaced(
    root,
    above,
    Object.fromEntries(Object.entries(parent).map(([name, value]) => [name === old ? key : name, value])),
  )
}
