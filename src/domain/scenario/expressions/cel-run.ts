import type { ASTNode } from '@marcbachmann/cel-js'
import { type Budget, unitsForText } from './budget.ts'
import { COMPREHENSIONS } from './cel-check.ts'
import { CEL_FUNCTIONS, CEL_METHODS } from './cel-functions.ts'
import {
  bounded,
  boundedText,
  CelDuration,
  CelFault,
  CelTime,
  type CelValue,
  duration,
  finite,
  isEqual,
  isList,
  isRecord,
  kindOf,
  spend,
  time,
} from './cel-values.ts'
import type { Json, Scope } from './scope.ts'

export { CelFault, type CelFaultCode } from './cel-values.ts'

/** The names that comprehensions gave, the innermost first. */
interface Bindings {
  readonly name: string
  readonly value: CelValue
  readonly outer: Bindings | null
}

/**
 * Runs a checked expression (checkCel). Every step and every character is paid from the budget.
 *
 * @throws CelFault
 */
export function run(root: ASTNode, scope: Scope, budget: Budget): CelValue {
  return evaluate(root, null)

  function evaluate(node: ASTNode, bindings: Bindings | null): CelValue {
    spend(budget, 1)
    switch (node.op) {
      case 'value':
        return literal(node)
      case 'id':
        return named(node.args, bindings)
      case '.':
        return member(evaluate(node.args[0], bindings), node.args[1], node)
      case '[]':
        return member(evaluate(node.args[0], bindings), evaluate(node.args[1], bindings), node)
      case 'call':
        if (node.args[0] === 'has') return has(node.args[1][0], bindings)
        return call(CEL_FUNCTIONS, node.args[0], node.args[1], bindings)
      case 'rcall': {
        const [name, receiver, parameters] = node.args
        if (COMPREHENSIONS.has(name)) return comprehension(node, bindings)
        return call(CEL_METHODS, name, [receiver, ...parameters], bindings)
      }
      case 'list':
        return bounded(
          node.args.map((element) => evaluate(element, bindings)),
          budget,
        )
      case 'map':
        return record(node, bindings)
      case '?:':
        return evaluate(truth(node.args[0], bindings) ? node.args[1] : node.args[2], bindings)
      case '&&':
        return logical(node.args, bindings, false)
      case '||':
        return logical(node.args, bindings, true)
      case '!_':
        return !truth(node.args, bindings)
      case '-_':
        return negative(evaluate(node.args, bindings))
      case '.?':
      case '[?]':
        throw new CelFault('wrong_type', 'Optional values are not available')
      default:
        return BINARY[node.op](evaluate(node.args[0], bindings), evaluate(node.args[1], bindings), budget)
    }
  }

  function named(name: string, bindings: Bindings | null): CelValue {
    for (let at = bindings; at !== null; at = at.outer) if (at.name === name) return at.value
    const value = Object.hasOwn(scope, name) ? (scope as { [name: string]: Json })[name] : undefined
    if (value === undefined) throw new CelFault('missing_field', `“${name}” is missing`)
    return value as CelValue
  }

  function truth(node: ASTNode, bindings: Bindings | null): boolean {
    const value = evaluate(node, bindings)
    if (typeof value !== 'boolean') throw new CelFault('wrong_type', `A ${kindOf(value)} is neither true nor false`)
    return value
  }

  /** CEL: the side that decides does so even where the other side has no value, whichever comes first. */
  function logical(sides: readonly [ASTNode, ASTNode], bindings: Bindings | null, decisive: boolean): boolean {
    let fault: CelFault | null = null
    for (const side of sides) {
      try {
        if (truth(side, bindings) === decisive) return decisive
      } catch (error) {
        if (!(error instanceof CelFault) || error.code === 'too_much_work') throw error
        fault ??= error
      }
    }
    if (fault) throw fault
    return !decisive
  }

  function has(node: ASTNode | undefined, bindings: Bindings | null): boolean {
    if (node === undefined) return false
    try {
      return evaluate(node, bindings) !== null
    } catch (error) {
      if (error instanceof CelFault && error.code === 'missing_field') return false
      throw error
    }
  }

  function call(
    functions: typeof CEL_FUNCTIONS,
    name: string,
    parameters: readonly ASTNode[],
    bindings: Bindings | null,
  ): CelValue {
    const known = functions.get(name)
    if (!known) throw new CelFault('wrong_type', `There is no function ${name}()`)
    return known.run(
      parameters.map((parameter) => evaluate(parameter, bindings)),
      budget,
    )
  }

  function record(node: ASTNode & { op: 'map' }, bindings: Bindings | null): CelValue {
    const made: Record<string, CelValue> = Object.create(null)
    for (const [name, value] of node.args) {
      const key = evaluate(name, bindings)
      if (typeof key !== 'string') throw new CelFault('wrong_type', 'The names in a map are texts')
      made[key] = evaluate(value, bindings)
    }
    return made
  }

  function comprehension(node: ASTNode & { op: 'rcall' }, outer: Bindings | null): CelValue {
    const [kind, receiver, [variable, first, second]] = node.args
    if (variable?.op !== 'id' || !first) throw new CelFault('wrong_type', `${kind}() is not complete`)
    const name = variable.args
    const elements = elementsOf(evaluate(receiver, outer))
    const bind = (value: CelValue): Bindings => ({ name, value, outer })
    if (kind === 'all' || kind === 'exists') return quantified(elements.map(bind), first, kind === 'exists')

    const made: CelValue[] = []
    for (const value of elements) {
      const bindings = bind(value)
      if (kind === 'map') {
        if (second && !truth(first, bindings)) continue
        made.push(evaluate(second ?? first, bindings))
      } else if (truth(first, bindings)) {
        made.push(value)
      }
    }
    return kind === 'exists_one' ? made.length === 1 : made
  }

  function quantified(each: readonly Bindings[], predicate: ASTNode, decisive: boolean): boolean {
    let fault: CelFault | null = null
    for (const bindings of each) {
      try {
        if (truth(predicate, bindings) === decisive) return decisive
      } catch (error) {
        if (!(error instanceof CelFault) || error.code === 'too_much_work') throw error
        fault ??= error
      }
    }
    if (fault) throw fault
    return !decisive
  }

  /** Of a map: its names. */
  function elementsOf(value: CelValue): readonly CelValue[] {
    if (isList(value)) return bounded(value, budget)
    if (isRecord(value)) return bounded(Object.keys(value), budget)
    throw new CelFault('wrong_type', `A ${kindOf(value)} has no elements`)
  }
}

type Binary = (left: CelValue, right: CelValue, budget: Budget) => CelValue

const BINARY: Record<'==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-' | '*' | '/' | '%', Binary> = {
  '==': (left, right, budget) => isEqual(left, right, budget),
  '!=': (left, right, budget) => !isEqual(left, right, budget),
  '<': (left, right, budget) => order('<', left, right, budget) < 0,
  '<=': (left, right, budget) => order('<=', left, right, budget) <= 0,
  '>': (left, right, budget) => order('>', left, right, budget) > 0,
  '>=': (left, right, budget) => order('>=', left, right, budget) >= 0,
  in: (left, right, budget) => {
    if (isList(right)) return bounded(right, budget).some((value) => isEqual(left, value, budget))
    if (isRecord(right)) return typeof left === 'string' && Object.hasOwn(right, left)
    throw unfit('in', left, right)
  },
  '+': (left, right, budget) => {
    if (typeof left === 'number' && typeof right === 'number') return finite(left + right)
    if (typeof left === 'string' && typeof right === 'string') return boundedText(left + right, budget)
    if (isList(left) && isList(right)) return bounded([...left, ...right], budget)
    if (left instanceof CelTime && right instanceof CelDuration) return time(left.ms + right.ms)
    if (left instanceof CelDuration && right instanceof CelTime) return time(left.ms + right.ms)
    if (left instanceof CelDuration && right instanceof CelDuration) return duration(left.ms + right.ms)
    throw unfit('+', left, right)
  },
  '-': (left, right) => {
    if (typeof left === 'number' && typeof right === 'number') return finite(left - right)
    if (left instanceof CelTime && right instanceof CelTime) return duration(left.ms - right.ms)
    if (left instanceof CelTime && right instanceof CelDuration) return time(left.ms - right.ms)
    if (left instanceof CelDuration && right instanceof CelDuration) return duration(left.ms - right.ms)
    throw unfit('-', left, right)
  },
  '*': (left, right) => {
    const [one, other] = numbers('*', left, right)
    return finite(one * other)
  },
  '/': (left, right) => {
    const [one, other] = numbers('/', left, right)
    if (other === 0) throw new CelFault('division_by_zero', 'Nothing can be divided by zero')
    return finite(one / other)
  },
  '%': (left, right) => {
    const [one, other] = numbers('%', left, right)
    if (other === 0) throw new CelFault('division_by_zero', 'Nothing can be divided by zero')
    return one % other
  },
}

function order(operator: string, left: CelValue, right: CelValue, budget: Budget): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  if (typeof left === 'string' && typeof right === 'string') {
    spend(budget, unitsForText(Math.min(left.length, right.length)))
    return left < right ? -1 : left > right ? 1 : 0
  }
  if (left instanceof CelTime && right instanceof CelTime) return left.ms - right.ms
  if (left instanceof CelDuration && right instanceof CelDuration) return left.ms - right.ms
  throw unfit(operator, left, right)
}

function numbers(operator: string, left: CelValue, right: CelValue): readonly [number, number] {
  if (typeof left !== 'number' || typeof right !== 'number') throw unfit(operator, left, right)
  return [left, right]
}

function negative(value: CelValue): CelValue {
  if (typeof value === 'number') return -value
  if (value instanceof CelDuration) return duration(-value.ms)
  throw new CelFault('wrong_type', `A ${kindOf(value)} has no opposite`)
}

/** A field of a map, an element of a list. Only what the value holds itself. */
function member(value: CelValue, key: CelValue, node: ASTNode): CelValue {
  if (isList(value) && typeof key === 'number') {
    if (!Number.isSafeInteger(key) || key < 0 || key >= value.length) throw missing(node)
    return value[key] ?? null
  }
  if (isRecord(value) && typeof key === 'string') {
    if (!Object.hasOwn(value, key)) throw missing(node)
    return value[key] ?? null
  }
  if (value === null) throw missing(node)
  throw new CelFault('wrong_type', `A ${kindOf(value)} has no ${typeof key === 'string' ? 'fields' : 'elements'}`)
}

function literal(node: ASTNode & { op: 'value' }): CelValue {
  const { args: value } = node
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'object' && value !== null) throw new CelFault('wrong_type', 'Bytes are not available')
  return value
}

const missing = (node: ASTNode): CelFault => new CelFault('missing_field', `“${pathOf(node)}” is missing`)

/** As it was written, for a message. */
const pathOf = (node: ASTNode): string => node.input.slice(node.range.start, node.range.end).slice(0, 100)

const unfit = (operator: string, left: CelValue, right: CelValue): CelFault =>
  new CelFault('wrong_type', `${operator} does not work between ${kindOf(left)} and ${kindOf(right)}`)
