import type { SyntaxProblem } from '../text/read-text.ts'
import type { EditorWords } from '../words.ts'

/** Why a text cannot be read, in plain words where there are some. */
export function syntaxText({ code, message }: SyntaxProblem, { editor }: EditorWords): string {
  return (code !== null && Object.hasOwn(editor.syntax, code) ? editor.syntax[code] : undefined) ?? message
}
