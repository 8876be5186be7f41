// re2js is a pure library (no I/O, no clock, no random): src/domain may use it.
import { RE2JS, RE2JSCompileException, RE2JSSyntaxException } from 're2js'
import type { Words } from '../../words.ts'
import type { Budget } from './budget.ts'
import { createCache } from './cache.ts'
import { EXPRESSION_WORDS as say } from './expression-words.ts'
import { patternLibraryWords } from './library-words.ts'
import { repeatedSize } from './pattern-size.ts'

/**
 * Patterns are RE2 only: matching takes time in proportion to the text, whatever the pattern (JavaScript's own took
 * 9 s for a text of 27 characters). Not in RE2: backreferences and lookaround. `\b` knows ASCII letters only: words
 * are bounded with `(^|\P{L})` and `(\P{L}|$)`.
 */
export interface Pattern {
  readonly source: string
  /** instructions of the compiled program: what each character of a text costs at worst */
  readonly size: number
  /** Whether the pattern is found anywhere in the text. `null`: the text is too long for what the budget has left. */
  found(text: string, budget: Budget): boolean | null
}

export type CompiledPattern =
  | { ok: true; pattern: Pattern }
  | { ok: false; message: string; words: Words; position?: number }

export const MAX_PATTERN = 1_000
/** Instructions of the largest program: about so many letters of alternatives. */
export const MAX_PROGRAM = 500
/** Longest text that is searched, in UTF-16 units. WhatsApp's own limit is 4,096 (reference §5). */
export const MAX_SEARCHED = 20_000
/** Instructions times characters for one unit of work. */
const STEPS_PER_UNIT = 6

/** As many as a thousand scenarios have: one less, and all of them were compiled anew for each event. */
const cache = createCache<CompiledPattern>(3_000)

/** Compiles a pattern; `(?i)` and the other flags of RE2 stand at its beginning. Answers from a cache. */
export function compilePattern(source: string): CompiledPattern {
  if (source.length > MAX_PATTERN) {
    return notPattern(say.patternTooLong(MAX_PATTERN))
  }
  return cache(source, () => compile(source))
}

function compile(source: string): CompiledPattern {
  if (source === '') return notPattern(say.patternEmpty(), 0)
  // The library would unroll (a{1000}){…} before it could be measured.
  if (repeatedSize(source) > MAX_PROGRAM * 2) return tooLarge()
  try {
    const compiled = RE2JS.compile(source)
    const size = compiled.programSize()
    if (size > MAX_PROGRAM) return tooLarge()
    const found = (text: string, budget: Budget): boolean | null => {
      if (text.length > MAX_SEARCHED) return null
      return budget.spend(1 + Math.ceil((text.length * size) / STEPS_PER_UNIT)) ? compiled.test(text) : null
    }
    return { ok: true, pattern: { source, size, found } }
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return refused(source, error.getDescription(), error.getPattern())
    if (error instanceof RE2JSCompileException) return notPattern(say.notPattern(error.message))
    // Nesting beyond the stack.
    if (error instanceof RangeError) return tooLarge()
    throw error
  }
}

const notPattern = (words: Words, position: number | null = null): CompiledPattern => ({
  ok: false,
  message: words.en,
  words,
  ...(position !== null && { position }),
})

const tooLarge = (): CompiledPattern => notPattern(say.patternTooLarge())

function refused(source: string, description: string, part: string | null): CompiledPattern {
  const position = part ? source.indexOf(part) : -1
  return notPattern(patternLibraryWords(description, part), position === -1 ? null : position)
}
