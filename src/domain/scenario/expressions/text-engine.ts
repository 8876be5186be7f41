import {
  defaultOperators,
  type Emitter,
  ForTag,
  Liquid,
  type Parser,
  type TagToken,
  type Template,
  type TopLevelToken,
} from 'liquidjs'
import type { Json, Scope } from './scope.ts'
import { TEXT_FILTERS } from './text-filters.ts'
import { MAX_RENDERED, type Rendering, TextContext, TextFault, unitsFor } from './text-limits.ts'

/** `elsif`, `else` and `when` belong to their tags. Nothing that reads files, knows the time, or writes HTML. */
const TAGS = new Set(['if', 'unless', 'case', 'for', 'break', 'continue', 'assign'])

function createEngine(): Liquid {
  const liquid = new Liquid({
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: true,
    // A condition may ask for what is missing, and so may `default`.
    lenientIf: true,
    // In memory, and none: nothing is ever looked up in files.
    templates: {},
    operators: boundedOperators(),
  })
  for (const name of Object.keys(liquid.tags)) if (!TAGS.has(name)) delete liquid.tags[name]
  for (const name of Object.keys(liquid.filters)) liquid.unregisterFilter(name)
  liquid.registerTag('for', BoundedFor)
  for (const [name, filter] of TEXT_FILTERS) liquid.registerFilter(name, filter)
  return liquid
}

/** The values as the engine sees them, and where its output goes. */
export function createRendering(
  scope: Scope,
  { now, ...rendering }: Rendering & { now: string },
): { context: TextContext; emitter: Emitter } {
  const values: Record<string, Json> = Object.assign(Object.create(null), scope)
  const { event } = scope
  if (typeof event === 'object' && event !== null && !Array.isArray(event) && !Object.hasOwn(event, 'now')) {
    values.event = Object.assign(Object.create(null), event, { now })
  }
  return { context: new TextContext(values, rendering, engine), emitter: new BoundedOutput() }
}

/** The name in the engine's complaint of a missing variable; null: it is another complaint. */
export function missingVariable(error: Error): string | null {
  const { variableName } = error as { variableName?: unknown }
  return error.name === 'InternalUndefinedVariableError' && typeof variableName === 'string' ? variableName : null
}

/** Stands before what a loop repeats, and counts. */
class Round implements Template {
  readonly token: TagToken
  constructor(token: TagToken) {
    this.token = token
  }
  render(context: unknown): void {
    if (context instanceof TextContext) context.round()
  }
}

class BoundedFor extends ForTag {
  constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, rest, liquid, parser)
    this.templates.unshift(new Round(token))
  }
}

/** Stops where the output becomes too long. */
class BoundedOutput implements Emitter {
  buffer = ''
  write(part: unknown): void {
    const text = asText(part)
    if (this.buffer.length + text.length > MAX_RENDERED) throw new TextFault('too_large', 'The text becomes too long')
    this.buffer += text
  }
}

/** Texts, numbers, true and false can be written out; a list or an object would be nonsense to a client. */
function asText(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value === undefined || value === null) throw new TextFault('missing_value', 'There is no value to write here')
  throw new TextFault('wrong_type', 'A list or an object cannot be written out: name a field of it, or join the list')
}

/** The engine's own, paid for by what they go through. */
function boundedOperators(): typeof defaultOperators {
  const paid = Object.entries(defaultOperators).map(([name, operator]) => {
    const run = operator as (...values: unknown[]) => ReturnType<typeof operator>
    const bounded = (...values: unknown[]) => {
      const context = values.at(-1)
      if (context instanceof TextContext) context.spend(values.reduce<number>((sum, one) => sum + unitsFor(one), 0))
      return run(...values)
    }
    return [name, bounded] as const
  })
  return Object.fromEntries(paid)
}

/** The engine of all texts: made once, when everything that it is made of is there. */
export const engine = createEngine()
