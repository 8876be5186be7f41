import { AssignTag, CaseTag, ForTag, IfTag, type Template, type Token, TypeGuards, UnlessTag, Value } from 'liquidjs'
import type { Words } from '../../words.ts'
import { EXPRESSION_WORDS as say } from './expression-words.ts'
import { isRoot, ROOTS } from './scope.ts'

/** What an author has to change, with the place. */
export class TextProblem extends Error {
  readonly words: Words
  readonly token: Token
  constructor(words: Words, token: Token) {
    super(words.en)
    this.words = words
    this.token = token
  }
}

/** Tags inside one another. */
const MAX_NESTING = 20

export interface TextVariables {
  /** every field that is read, as it would stand in a condition */
  fields: string[]
  /** those that have to be there: not tested by a condition, not assigned, not given a default */
  required: string[]
}

/**
 * The fields that a parsed text reads. Names that nothing gives are refused, so `now` and `today` too.
 *
 * @throws TextProblem
 */
export function readVariables(templates: readonly Template[]): TextVariables {
  const fields = new Set<string>()
  const required = new Set<string>()
  const assigned = new Set<string>()
  visitAll(templates, [], 0)
  return { fields: [...fields], required: [...required] }

  function visitAll(list: readonly Template[], names: readonly string[], depth: number): void {
    for (const template of list) visit(template, names, depth)
  }

  function visit(template: Template, names: readonly string[], depth: number): void {
    if (depth > MAX_NESTING) throw new TextProblem(say.tagsNested(MAX_NESTING), template.token)
    const tested = [IfTag, UnlessTag, CaseTag, AssignTag].some((tag) => template instanceof tag)
    for (const argument of template.arguments?.() ?? []) {
      if (argument instanceof Value) readValue(argument.initial.postfix, argument.filters, names, tested)
      else readToken(argument, names, tested)
    }
    for (const name of template.localScope?.() ?? []) {
      assigned.add(ownName(name.content, name))
    }
    const inner = template instanceof ForTag ? [...names, ownName(template.variable, template.token), 'forloop'] : names
    // The engine's tags answer at once; only those that read files would wait.
    const children = template.children?.(false, true).next().value
    if (Array.isArray(children)) visitAll(children as Template[], inner, depth + 1)
  }

  function readValue(
    initial: readonly Token[],
    filters: readonly { name: string; args: readonly unknown[] }[],
    names: readonly string[],
    tested: boolean,
  ): void {
    for (const token of initial) readToken(token, names, tested || filters[0]?.name === 'default')
    for (const parameter of filters.flatMap(({ args }) => args)) {
      const token: unknown = Array.isArray(parameter) ? parameter[1] : parameter
      if (token) readToken(token as Token, names, false)
    }
  }

  function readToken(token: Token, names: readonly string[], tested: boolean): void {
    if (TypeGuards.isRangeToken(token)) {
      readToken(token.lhs, names, false)
      readToken(token.rhs, names, false)
    } else if (TypeGuards.isFilteredValueToken(token)) {
      readValue(token.initial.postfix, token.filters, names, tested)
    } else if (TypeGuards.isPropertyAccessToken(token)) {
      if (token.variable) readToken(token.variable, names, tested)
      const path: string[] = []
      let isNamed = true
      for (const part of token.props) {
        const name = nameOf(part)
        if (name === null) readToken(part, names, false)
        isNamed &&= name !== null
        if (isNamed && name !== null) path.push(name)
      }
      if (!token.variable) readPath(path, token, names, tested)
    }
  }

  function readPath(path: readonly string[], token: Token, names: readonly string[], tested: boolean): void {
    const [root = ''] = path
    if (names.includes(root) || assigned.has(root)) return
    if (!isRoot(root)) throw new TextProblem(say.unknownInText(root, ROOTS), token)
    const field = path.join('.')
    fields.add(field)
    if (!tested) required.add(field)
  }
}

/** A name that is written, null where it is computed: `vars.addresses[inputs.branch]`. */
function nameOf(part: Token): string | null {
  if (TypeGuards.isQuotedToken(part) || TypeGuards.isNumberToken(part) || TypeGuards.isWordToken(part)) {
    return String(part.content)
  }
  return null
}

function ownName(name: string, token: Token): string {
  if (isRoot(name)) throw new TextProblem(say.nameTaken(name), token)
  return name
}
