import type { Node, ParsedNode, Scalar } from 'yaml'
import { Composer, type Document, isAlias, isMap, isPair, isScalar, isSeq, Lexer, LineCounter, Parser } from 'yaml'
import type { Language, Words } from '../../words.ts'
import type { Path, Place, PlaceOf, Problem } from './problem.ts'
import { pathText } from './problem.ts'
import { YAML_WORDS as yaml } from './yaml-words.ts'

/** Aliases are for repeating a part or two; what they stand for counts each time (plain-json.ts). */
const MAX_ALIASES = 50
/** Pieces that the reader cuts a text into. A document of 256 KB has some 50,000; more only slow the reader down. */
const MAX_PIECES = 100_000
const MAX_LEVELS = 250
const MAX_PROBLEMS = 100

/** What a text holds, and where. */
export type YamlText = { ok: true; value: unknown; placeOf: PlaceOf } | { ok: false; problems: Problem[] }

/**
 * Reads one YAML 1.2 document (core schema), JSON included. Refused with their places: broken syntax, a key that
 * comes twice, keys that are no plain words, unknown tags, several documents, too many aliases, too deep nesting.
 * Never throws; the time grows with the text's length alone.
 * @param language of the problems
 */
export function readYaml(text: string, language: Language = 'en'): YamlText {
  const lines = new LineCounter()
  let pieces = 0
  for (const _piece of new Lexer().lex(text)) {
    if (++pieces > MAX_PIECES) return failed(yaml.manyPieces()[language])
  }
  const tokens = [...new Parser(lines.addNewLine).parse(text)]
  if (levelsOf(tokens) > MAX_LEVELS) return failed(yaml.manyLevels(MAX_LEVELS)[language])

  const problems: Problem[] = []
  const report = (words: Words, offset: number, path: Path = []) => {
    if (problems.length < MAX_PROBLEMS)
      problems.push({ message: words[language], path: pathText(path), ...placeAt(lines, offset) })
  }
  const composer = new Composer({ version: '1.2', schema: 'core', merge: false, uniqueKeys: false, strict: true })
  const documents = [...composer.compose(tokens, true, text.length)]
  const [document, second] = documents
  if (!document?.contents || (isScalar(document.contents) && document.contents.value === null && !second)) {
    if (!document?.errors.length) return failed(yaml.empty()[language])
  }
  if (!document) return failed(yaml.empty()[language])
  if (second) report(yaml.severalDocuments(), second.range[0])
  for (const one of [...document.errors, ...document.warnings])
    report(yaml.syntax(one.code, plainMessage(one.message)), one.pos[0])
  if (document.directives?.yaml.explicit && document.directives.yaml.version !== '1.2') {
    report(yaml.version(), 0)
  }
  if (problems.length > 0) return { ok: false, problems }
  checkKeys(document, report)
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, value: document.toJS({ maxAliasCount: -1 }), placeOf: finder(document, text, lines) }
}

const failed = (message: string): YamlText => ({ ok: false, problems: [{ message, path: '', line: 1, column: 1 }] })

/** The reader's messages go on with an excerpt after a colon and a line break. */
const plainMessage = (message: string): string =>
  (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')

const placeAt = (lines: LineCounter, offset: number): Place => {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(line, 1), column: Math.max(col, 1) }
}

/** Without recursion: the reader after this one descends by it. */
function levelsOf(tokens: readonly object[]): number {
  const open: { part: unknown; level: number }[] = tokens.map((part) => ({ part, level: 0 }))
  let most = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { part, level } = next
    if (typeof part !== 'object' || part === null) continue
    most = Math.max(most, level)
    if (most > MAX_LEVELS) return most
    if (Array.isArray(part)) {
      for (const item of part) open.push({ part: item, level })
      continue
    }
    const { items, key, value } = part as { items?: unknown; key?: unknown; value?: unknown }
    open.push({ part: items, level: level + 1 }, { part: key, level }, { part: value, level })
  }
  return most
}

/** Keys are plain words, each once in its map; aliases name an anchor before them, and are few. */
function checkKeys(document: Document.Parsed, report: (words: Words, offset: number, path: Path) => void) {
  const anchors = new Set<string>()
  let aliases = 0
  const visit = (node: unknown, path: Path): void => {
    if (isAlias(node)) {
      if (++aliases === MAX_ALIASES + 1) report(yaml.manyAliases(MAX_ALIASES), offsetOf(node), path)
      // An anchor counts when its part has ended, so that nothing can hold itself.
      if (!anchors.has(node.source)) report(yaml.noAnchor(node.source), offsetOf(node), path)
      return
    }
    if (isSeq(node)) for (const [index, item] of node.items.entries()) visit(item, [...path, index])
    if (isMap(node)) {
      const seen = new Set<string>()
      for (const { key, value } of node.items) {
        const name = keyOf(key)
        if (name === null) {
          report(yaml.plainKey(), offsetOf(key) || offsetOf(node), path)
          continue
        }
        if (seen.has(name)) report(yaml.keyTwice(name), offsetOf(key), [...path, name])
        seen.add(name)
        visit(value, [...path, name])
      }
    }
    const { anchor } = (node ?? {}) as { anchor?: string }
    if (anchor !== undefined) anchors.add(anchor)
  }
  visit(document.contents, [])
}

const offsetOf = (node: unknown): number => (node as ParsedNode | null)?.range?.[0] ?? 0

/** The key as `toJS` writes it; null where it is a list, a map, an alias or nothing. */
function keyOf(key: unknown): string | null {
  if (!isScalar(key)) return null
  const { value } = key
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

function finder(document: Document.Parsed, text: string, lines: LineCounter): PlaceOf {
  const anchored = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node)
  return (path, target = 'value') => {
    let node: unknown = document.contents
    let key: unknown = null
    for (const part of path) {
      const parent = anchored(node)
      const pair = isMap(parent) ? parent.items.find((item) => isPair(item) && keyOf(item.key) === String(part)) : null
      const found = isSeq(parent) && typeof part === 'number' ? parent.items[part] : pair?.value
      if (found === undefined || (isMap(parent) && !pair)) return placeAt(lines, offsetOf(key ?? node))
      key = pair?.key ?? null
      node = found ?? pair?.key
    }
    if (target === 'key') return placeAt(lines, offsetOf(key ?? node))
    const resolved = anchored(node)
    if (typeof target === 'object' && isScalar(resolved)) return placeInside(resolved, target, text, lines)
    return placeAt(lines, offsetOf(node as Node))
  }
}

/**
 * A place inside a text: exact where it stands in the document as it is (plain, in quotes on one line, in a `|`
 * block), else where the text begins.
 */
function placeInside(
  scalar: Scalar,
  inside: { line: number; column: number },
  text: string,
  lines: LineCounter,
): Place {
  const [begin, end] = [offsetOf(scalar), scalar.range?.[1] ?? 0]
  const start = placeAt(lines, begin)
  const value = String(scalar.value)
  if (scalar.type === 'BLOCK_LITERAL') {
    const wanted = value.split('\n')[inside.line - 1] ?? ''
    const line = (start.line ?? 1) + inside.line
    const written = text.slice(lines.lineStarts[line - 1] ?? end).split(/\r?\n/, 1)[0] ?? ''
    if (!written.endsWith(wanted)) return start
    return { line, column: written.length - wanted.length + inside.column }
  }
  const written = text.slice(begin, end)
  const at = written.indexOf(value)
  if (inside.line !== 1 || at === -1 || at > 1) return start
  return { line: start.line, column: (start.column ?? 1) + at + inside.column - 1 }
}
