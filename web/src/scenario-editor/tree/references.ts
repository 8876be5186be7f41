import type { Edit } from '../text/edit.ts'
import { isJsonMap, isList, type Json, type JsonMap, listAt, mapAt } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import { stepsIn } from './branches.ts'

/** Keys below which a text is an expression, even without braces. */
const EXPRESSIONS = new Set(['cel', 'field', 'switch', 'each'])

/** Another name for a variable or an input, everywhere where it is read or written. */
export function renameReference(document: JsonMap, root: 'vars' | 'inputs', old: string, name: string): Edit[] {
  const edits: Edit[] = []
  const pattern = new RegExp(`(?<![\\w.\\]])${root}(\\.${old}(?![\\w])|\\[(["'])${old}\\2\\])`, 'g')
  visit(document, [], (text, path) => {
    const key = path.at(-1)
    if (!/\{[{%]/.test(text) && !(typeof key === 'string' && EXPRESSIONS.has(key))) return
    const changed = text.replace(pattern, (_match, _dotted, quote: string | undefined) =>
      quote === undefined ? `${root}.${name}` : `${root}[${quote}${name}${quote}]`,
    )
    if (changed !== text) edits.push({ do: 'set', path, value: changed })
  })
  if (root === 'inputs') {
    for (const [index, input] of listAt(document, ['trigger', 'button', 'inputs']).entries()) {
      if (isJsonMap(input) && input.name === old) {
        edits.push({ do: 'set', path: ['trigger', 'button', 'inputs', index, 'name'], value: name })
      }
    }
    return edits
  }
  for (const { step, path } of stepsIn(document)) {
    for (const [action, value] of Object.entries(isJsonMap(step) ? step : {})) {
      if (isJsonMap(value) && value.into === old)
        edits.push({ do: 'set', path: [...path, action, 'into'], value: name })
    }
    const values = mapAt(step, ['set'])
    if (Object.hasOwn(values, old) && !Object.hasOwn(values, name)) {
      edits.push({ do: 'rename', path: [...path, 'set', old], key: name })
    }
  }
  const vars = mapAt(document, ['vars'])
  if (Object.hasOwn(vars, old) && !Object.hasOwn(vars, name))
    edits.push({ do: 'rename', path: ['vars', old], key: name })
  return edits
}

function visit(value: Json, path: Path, onText: (text: string, path: Path) => void): void {
  if (typeof value === 'string') onText(value, path)
  const inside = isList(value) ? [...value.entries()] : isJsonMap(value) ? Object.entries(value) : []
  for (const [key, item] of inside) visit(item, [...path, key], onText)
}
