import type { Diagnostic } from '@codemirror/lint'
import type { Finding } from '../finding.ts'
import { parsePath } from '../text/path.ts'
import { offsetOf, rangeOf } from '../text/positions.ts'
import type { ReadText } from '../text/read-text.ts'
import { syntaxText } from '../tree/syntax-text.ts'
import type { EditorWords } from '../words.ts'

/** What is wrong, where it stands in the text: of one that cannot be read that alone, at once. */
export function diagnosticsOf(read: ReadText, findings: readonly Finding[], words: EditorWords): Diagnostic[] {
  const { text } = read
  if (!read.ok) {
    return read.problems.map((problem) => {
      const { line, column } = problem
      const message = syntaxText(problem, words)
      const from = offsetOf(text, line ?? 1, column ?? 1)
      return { severity: 'error', message, ...wordAt(text, from) }
    })
  }
  return findings.map(({ severity, message, line, column, path }) => {
    const place = parsePath(path)
    const range = place.length > 0 ? rangeOf(read, place) : null
    const from = line === null ? (range?.from ?? 0) : offsetOf(text, line, column ?? 1)
    return { severity, message, ...wordAt(text, from) }
  })
}

/** From an offset to the end of what begins there, on the same line. */
function wordAt(text: string, offset: number): { from: number; to: number } {
  const from = Math.min(offset, text.length)
  const rest = text.slice(from, text.indexOf('\n', from) === -1 ? text.length : text.indexOf('\n', from))
  const length = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,:\]}]+)/.exec(rest)?.[0].length ?? 0
  return { from, to: from + Math.max(length, rest.length > 0 ? 1 : 0) }
}
