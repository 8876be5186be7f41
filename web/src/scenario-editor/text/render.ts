import { parse } from 'yaml'
import { isJsonMap, isList, type Json, type JsonMap } from './json.ts'
import type { Look } from './read-text.ts'

/** Lines are kept to about this width where a value may stand on one. */
const WIDTH = 100
const SHORT_ITEM = 64

const below = (look: Look): Look => (look.tall > 0 ? { ...look, tall: look.tall - 1 } : look)
const pad = (column: number): string => ' '.repeat(Math.max(0, column))

/** What stands behind `key:`; lines below it are set in from the key's column. */
export function behindKey(value: Json, outer: Look, column: number, keyLength: number): string {
  const look = below(outer)
  if (isList(value) ? value.length === 0 : isJsonMap(value) && Object.keys(value).length === 0) {
    return isList(value) ? ' []' : ' {}'
  }
  if (!isList(value) && !isJsonMap(value)) return ` ${scalar(value, look, column + 2)}`
  const isTopList = column === 0 && isList(value) && value.some(isJsonMap)
  if (!isTopList && fitsOneLine(value, 2, WIDTH - column - keyLength, outer)) return ` ${flow(value, look)}`
  if (isList(value)) {
    const at = column + look.listIndent
    return value.map((item) => `${look.eol}${pad(at)}-${behindDash(item, look, at)}`).join('')
  }
  const at = column + look.unit.length
  return pairs(value)
    .map(([key, inner]) => `${look.eol}${pad(at)}${keyText(key)}:${behindKey(inner, look, at, key.length)}`)
    .join('')
}

/** What stands behind the `-` of an element whose dash is at the column. */
export function behindDash(value: Json, outer: Look, column: number): string {
  const look = below(outer)
  if (!isList(value) && !isJsonMap(value)) return ` ${scalar(value, look, column + 2)}`
  const isEmpty = isList(value) ? value.length === 0 : pairs(value).length === 0
  if (isEmpty || fitsOneLine(value, 1, Math.min(SHORT_ITEM, WIDTH - column), outer)) return ` ${flow(value, look)}`
  const at = column + 2
  if (isList(value)) {
    return value
      .map((item, index) => `${index === 0 ? ' ' : look.eol + pad(at)}-${behindDash(item, look, at)}`)
      .join('')
  }
  return pairs(value)
    .map(
      ([key, inner], index) =>
        `${index === 0 ? ' ' : look.eol + pad(at)}${keyText(key)}:${behindKey(inner, look, at, key.length)}`,
    )
    .join('')
}

/** A map as lines from the left edge, for a text that is empty. */
export const wholeMap = (value: JsonMap, look: Look): string =>
  pairs(value)
    .map(([key, inner]) => `${keyText(key)}:${behindKey(inner, look, 0, key.length)}${look.eol}`)
    .join('')

const pairs = (map: JsonMap): [string, Json][] => Object.entries(map)

function fitsOneLine(value: Json, levels: number, width: number, look: Look): boolean {
  if (look.tall > 0) return false
  return levelsOf(value) <= levels && !hasLines(value) && !hasSteps(value) && flow(value, look).length <= width
}

const inner = (value: Json): Json[] => (isList(value) ? value : isJsonMap(value) ? Object.values(value) : [])
const levelsOf = (value: Json): number =>
  isList(value) || isJsonMap(value) ? 1 + Math.max(0, ...inner(value).map(levelsOf)) : 0
const hasLines = (value: Json): boolean =>
  typeof value === 'string' ? value.includes('\n') : inner(value).some(hasLines)
/** Steps are easier to read below each other, but for a short one alone. */
const hasSteps = (value: Json): boolean =>
  isList(value) &&
  value.some((item) => isJsonMap(item) && 'id' in item) &&
  (value.length > 1 || inner(value[0] ?? null).some((one) => inner(one).length > 0))

/** On one line, inside brackets. */
export function flow(value: Json, look: Look): string {
  if (isList(value)) return `[${value.map((item) => flow(item, look)).join(', ')}]`
  if (isJsonMap(value)) {
    const inside = pairs(value).map(([key, item]) => `${keyText(key)}: ${flow(item, look)}`)
    return inside.length === 0 ? '{}' : `{ ${inside.join(', ')} }`
  }
  return scalar(value, look, null)
}

const SIMPLE_KEY = /^[A-Za-z_][A-Za-z0-9_.-]*$/
export const keyText = (key: string): string => (SIMPLE_KEY.test(key) && staysText(key) ? key : JSON.stringify(key))

/** @param column of the lines of a text with several; null: inside brackets */
export function scalar(value: null | boolean | number | string, look: Look, column: number | null): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  if (column !== null && isPlainBlock(value)) {
    const body = value.endsWith('\n') ? value.slice(0, -1) : value
    const lines = body.split('\n').map((line) => (line === '' ? '' : pad(column) + line))
    return `${value.endsWith('\n') ? '|' : '|-'}${look.eol}${lines.join(look.eol)}`
  }
  return isPlain(value) ? value : quoted(value, look.quote)
}

/** Letters and digits with few signs between them, that nobody could take for anything but a text. */
const PLAIN = /^[\p{L}\p{N}_][\p{L}\p{N}_./@+%-]*( [\p{L}\p{N}_./@+%()-]+)*$/u
const isPlain = (text: string): boolean => text.length <= 200 && PLAIN.test(text) && staysText(text)

/** Words that a YAML reader, of 1.2 or older, takes for something else. */
const NO_TEXT = /^(true|false|null|yes|no|on|off|y|n|~)$/i
function staysText(text: string): boolean {
  if (NO_TEXT.test(text) || /^\d{4}-\d/.test(text) || /^[\d_.+-]+([eE:][\d_:.+-]*)?$/.test(text)) return false
  return !/^[\d.+-]/.test(text) || parse(text, { schema: 'core' }) === text
}

export function quoted(text: string, quote: "'" | '"'): string {
  if (/[\p{C}\u2028\u2029]/u.test(text)) return doubleQuoted(text)
  const isDouble = (quote === '"' || text.includes("'")) && !/["\\]/.test(text)
  return isDouble ? doubleQuoted(text) : `'${text.replaceAll("'", "''")}'`
}

/** JSON's way, with the signs escaped that YAML does not want as they are. */
const doubleQuoted = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** Several lines that a `|` block gives back as they are. */
function isPlainBlock(text: string): boolean {
  if (!text.includes('\n') || /^[\s]|\n\n$|[ \t](\n|$)|[\r\t]/.test(text)) return false
  return !/[^\P{C}\n]|[\u2028\u2029]/u.test(text)
}

/** JSON as it stands in the text: `column` is that of the line it begins on. */
export function jsonText(value: Json, look: Look, indent: string): string {
  if (look.compact) return JSON.stringify(value)
  return JSON.stringify(value, null, look.unit).replaceAll('\n', `${look.eol}${indent}`)
}
