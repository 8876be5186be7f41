import type { ASTNode } from '@marcbachmann/cel-js'
import type { Words } from '../../words.ts'
import { CEL_FUNCTIONS, CEL_METHODS } from './cel-functions.ts'
import { EXPRESSION_WORDS as say } from './expression-words.ts'
import { compilePattern } from './patterns.ts'
import { isRoot, ROOTS } from './scope.ts'

/** What an author has to change, and where: UTF-16 units from the start. */
export class CelProblem extends Error {
  readonly words: Words
  readonly position: number
  constructor(words: Words, node: ASTNode) {
    super(words.en)
    this.words = words
    this.position = node.pos
  }
}

/** Comprehensions inside one another. */
export const MAX_NESTING = 2

/** The comprehensions, with the number of their arguments. */
export const COMPREHENSIONS: ReadonlyMap<string, readonly number[]> = new Map([
  ['all', [2]],
  ['exists', [2]],
  ['exists_one', [2]],
  ['filter', [2]],
  ['map', [2, 3]],
])

/**
 * Goes through a parsed expression: every name, function and number in it must be one that `run` knows. Answers with
 * the fields that are read, each once.
 *
 * @throws CelProblem
 */
export function checkCel(root: ASTNode): string[][] {
  const fields = new Map<string, string[]>()
  visit(root, [])
  return [...fields.values()]

  function visit(node: ASTNode, variables: readonly string[]): void {
    const path = fieldPath(node, variables)
    if (path) {
      fields.set(JSON.stringify(path.segments), path.segments)
      for (const index of path.computed) visit(index, variables)
      return
    }
    switch (node.op) {
      case 'value':
        checkLiteral(node)
        return
      case 'id':
        if (!variables.includes(node.args)) throw unknownName(node.args, node)
        return
      case 'call':
        checkCall(node, variables)
        return
      case 'rcall':
        checkMethod(node, variables)
        return
      case '.':
        visit(node.args[0], variables)
        return
      case 'list':
        for (const element of node.args) visit(element, variables)
        return
      case 'map':
        for (const entry of node.args) for (const part of entry) visit(part, variables)
        return
      case '!_':
      case '-_':
        visit(node.args, variables)
        return
      case '.?':
      case '[?]':
        throw new CelProblem(say.noOptionals(), node)
      default:
        for (const operand of node.args) visit(operand, variables)
    }
  }

  function checkCall(node: ASTNode & { op: 'call' }, variables: readonly string[]): void {
    const [name, parameters] = node.args
    if (name === 'has') {
      const [selected] = parameters
      if (parameters.length !== 1 || selected?.op !== '.') {
        throw new CelProblem(say.hasTakesField(), node)
      }
    } else {
      checkArity(name, CEL_FUNCTIONS.get(name)?.arity, parameters.length, node)
    }
    for (const parameter of parameters) visit(parameter, variables)
  }

  function checkMethod(node: ASTNode & { op: 'rcall' }, variables: readonly string[]): void {
    const [name, receiver, parameters] = node.args
    if (receiver.op === 'id' && !isRoot(receiver.args) && !variables.includes(receiver.args)) {
      throw unknownName(receiver.args, receiver)
    }
    visit(receiver, variables)
    const comprehension = COMPREHENSIONS.get(name)
    if (!comprehension) {
      checkArity(name, CEL_METHODS.get(name)?.arity, parameters.length, node)
      for (const parameter of parameters) visit(parameter, variables)
      const [pattern] = parameters
      if (name === 'matches' && pattern) checkPattern(pattern)
      return
    }
    checkArity(name, comprehension, parameters.length, node)
    const [variable, ...bodies] = parameters
    if (variable?.op !== 'id') throw new CelProblem(say.beginsWithName(name), node)
    if (isRoot(variable.args) || variables.includes(variable.args)) {
      throw new CelProblem(say.nameTaken(variable.args), variable)
    }
    if (variables.length >= MAX_NESTING) {
      throw new CelProblem(say.comprehensionsNested(MAX_NESTING), node)
    }
    for (const body of bodies) visit(body, [...variables, variable.args])
  }
}

/** `task.fields["a b"][0]` as its names; where an index is computed, the path ends before it. */
function fieldPath(node: ASTNode, variables: readonly string[]): { segments: string[]; computed: ASTNode[] } | null {
  if (node.op === 'id')
    return isRoot(node.args) && !variables.includes(node.args) ? { segments: [node.args], computed: [] } : null
  if (node.op !== '.' && node.op !== '[]') return null
  const outer = fieldPath(node.args[0], variables)
  if (!outer) return null
  const name = node.op === '.' ? node.args[1] : literalName(node.args[1])
  // What follows a computed index belongs to no field that could be named.
  if (outer.computed.length > 0) {
    return name === null && node.op === '[]' ? { ...outer, computed: [...outer.computed, node.args[1]] } : outer
  }
  if (name === null && node.op === '[]') return { ...outer, computed: [node.args[1]] }
  return { ...outer, segments: [...outer.segments, name ?? ''] }
}

function literalName(index: ASTNode): string | null {
  if (index.op !== 'value') return null
  if (typeof index.args === 'bigint') return String(index.args)
  return typeof index.args === 'string' ? index.args : null
}

function checkLiteral(node: ASTNode & { op: 'value' }): void {
  const { args: value } = node
  if (typeof value === 'bigint' && !Number.isSafeInteger(Number(value))) {
    throw new CelProblem(say.numberTooLarge(), node)
  }
  if (typeof value === 'object' && value !== null) {
    throw new CelProblem(say.noBytes(), node)
  }
}

/** A pattern from a field would let a client write patterns, and be compiled at each message. */
function checkPattern(node: ASTNode): void {
  if (node.op !== 'value' || typeof node.args !== 'string') {
    throw new CelProblem(say.literalPattern(), node)
  }
  const compiled = compilePattern(node.args)
  if (!compiled.ok) throw new CelProblem(compiled.words, node)
}

function checkArity(name: string, arity: readonly number[] | undefined, given: number, node: ASTNode): void {
  if (!arity) throw new CelProblem(say.noFunction(name), node)
  if (!arity.includes(given)) throw new CelProblem(say.arity(name, arity, given), node)
}

const unknownName = (name: string, node: ASTNode): CelProblem => new CelProblem(say.unknownInCel(name, ROOTS), node)
