import { LIMIT_WORDS, type LimitCode, MOST_CHAIN_EVENTS, MOST_DEPTH } from './limits.ts'
import type { Chain, Run } from './run.ts'

/** The chain of what this run causes: for the events its effects lead to, and the runs that it starts. */
export const chainFrom = ({ chain, scenario, event }: Pick<Run, 'chain' | 'scenario' | 'event'>): Chain => ({
  scenarios: [...chain.scenarios, scenario.key],
  events: withEvent(chain.events, event?.id ?? null),
})

export const withEvent = (events: readonly string[], id: string | null): string[] =>
  (id === null || events.at(-1) === id ? [...events] : [...events, id]).slice(-MOST_CHAIN_EVENTS)

/**
 * Whether a scenario may be started by what has this chain (scenario-format, Guards): it is not in it yet, and the
 * depth is at most 8, its own included.
 */
export function mayStart(key: string, chain: Chain): { ok: true } | { ok: false; code: LimitCode; message: string } {
  if (chain.scenarios.includes(key)) return refuse('limit_chain')
  if (chain.scenarios.length >= MOST_DEPTH) return refuse('limit_depth')
  return { ok: true }
}

const refuse = (code: LimitCode) => ({ ok: false, code, message: LIMIT_WORDS[code] }) as const
