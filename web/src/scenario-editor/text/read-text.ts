import { type Document, isCollection, isMap, isSeq, parseDocument } from 'yaml'
import type { Problem } from '../../../../src/domain/scenario/document/problem.ts'
import { readYaml } from '../../../../src/domain/scenario/document/read-yaml.ts'
import type { Language } from '../../../../src/domain/words.ts'
import { isJsonMap, type JsonMap } from './json.ts'

/** The parts of a text and where they stand. */
export type YamlTree = Document.Parsed

export type ReadText =
  | { ok: true; text: string; value: JsonMap; tree: YamlTree; look: Look }
  | { ok: false; text: string; problems: SyntaxProblem[] }

/** Why a text cannot be read. */
export interface SyntaxProblem extends Problem {
  /** the reader's word for it, if it has one */
  code: string | null
}

/** How a text is written, so that what is added looks like the rest. */
export interface Look {
  json: boolean
  /** JSON that is all on one line */
  compact: boolean
  /** what one level is set in by */
  unit: string
  /** how far lists are set in below their key */
  listIndent: number
  quote: "'" | '"'
  eol: '\n' | '\r\n'
  /** how many levels are to be written below each other even where they would fit on a line */
  tall: number
}

/** The texts that were read last: a change is read back, and what it gave is drawn right after. */
const recent = new Map<string, ReadText>()
const MOST_RECENT = 8

/** Same reader as the server's: whatever it refuses has the same place here. What it gives is never changed. */
export function readText(text: string): ReadText {
  const language = globalThis.document?.documentElement.lang === 'ru' ? 'ru' : 'en'
  const key = `${language} ${text}`
  const known = recent.get(key)
  if (known) return known
  const read = readAnew(text, language)
  recent.set(key, read)
  const [oldest] = recent.keys()
  if (recent.size > MOST_RECENT && oldest !== undefined) recent.delete(oldest)
  return read
}

function readAnew(text: string, language: Language): ReadText {
  const isEmpty = text.replace(/^\s*#.*$/gm, '').trim() === ''
  const read = isEmpty ? { ok: true as const, value: {} } : readYaml(text, language)
  if (!read.ok) return { ok: false, text, problems: withCodes(text, read.problems) }
  if (!isJsonMap(read.value)) {
    return {
      ok: false,
      text,
      problems: [{ message: 'The document must be a map', path: '', line: 1, column: 1, code: 'NO_MAP' }],
    }
  }
  const tree = treeOf(text)
  return { ok: true, text, value: read.value, tree, look: lookOf(text, tree) }
}

const LONGEST_READ_AGAIN = 300_000

/** The same problems, those of the syntax with the reader's code for them. */
function withCodes(text: string, problems: readonly Problem[]): SyntaxProblem[] {
  const codes = new Map<string, string>()
  try {
    if (text.length < LONGEST_READ_AGAIN) {
      for (const { code, linePos } of treeOf(text).errors) codes.set(`${linePos?.[0].line}:${linePos?.[0].col}`, code)
    }
  } catch {
    // What is nested too deep is told in the server's words.
  }
  return problems.map((problem) => ({ ...problem, code: codes.get(`${problem.line}:${problem.column}`) ?? null }))
}

export const treeOf = (text: string): YamlTree =>
  parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: false,
    strict: true,
    keepSourceTokens: true,
  }) as YamlTree

function lookOf(text: string, tree: YamlTree): Look {
  const json = isJson(text)
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const unit = json ? (/^[\t ]+(?=")/m.exec(text)?.[0] ?? '  ') : '  '
  const quotes = { "'": count(text, /'/g), '"': count(text, /"/g) }
  return {
    json,
    compact: json && !text.trim().includes('\n'),
    unit,
    listIndent: json ? 2 : (listIndentOf(tree.contents, text) ?? 2),
    quote: quotes['"'] > quotes["'"] ? '"' : "'",
    eol,
    tall: 0,
  }
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** How the first list below a key is set in. */
function listIndentOf(node: unknown, text: string): number | null {
  if (!isCollection(node) || node.flow) return null
  if (isSeq(node)) {
    for (const item of node.items) {
      const indent = listIndentOf(item, text)
      if (indent !== null) return indent
    }
    return null
  }
  if (!isMap(node)) return null
  for (const { key, value } of node.items) {
    if (isSeq(value) && !value.flow && value.range && hasRange(key)) {
      return columnOf(text, value.range[0]) - columnOf(text, key.range[0])
    }
    const indent = listIndentOf(value, text)
    if (indent !== null) return indent
  }
  return null
}

const hasRange = (node: unknown): node is { range: [number, number, number] } =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)

/** How far a place is from the beginning of its line. */
export const columnOf = (text: string, offset: number): number => offset - lineStart(text, offset)

export const lineStart = (text: string, offset: number): number =>
  offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1

/** Where a line ends, its line break left out. */
export function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset)
  if (at === -1) return text.length
  return text[at - 1] === '\r' && at - 1 >= offset ? at - 1 : at
}
