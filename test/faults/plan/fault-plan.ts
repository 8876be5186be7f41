import { randomOf } from './random.ts'

export type Target = 'postgres' | 'temporal' | 'provider'

/** What goes wrong, from `at` on, for `lasts`; both in milliseconds. */
export type PlannedFault = { at: number; lasts: number } & (
  | { kind: 'latency'; on: Target; ms: number }
  /** connections stand, and nothing passes */
  | { kind: 'blackhole'; on: Target }
  | { kind: 'reset'; on: Target }
  /** refused connections */
  | { kind: 'down'; on: Target }
  /** kill -9; another one is started when the fault is over, whose clock is wrong by so many minutes */
  | { kind: 'kill'; what: 'worker' | 'server'; clockOff: number }
  /** of the simulator (src/dev/simulator/faults.ts) */
  | { kind: 'provider'; fault: Record<string, unknown> }
)

export interface PlannedDeed {
  at: number
  client: number
  does: 'write' | 'order' | 'answer' | 'note'
  /** a message of the client that comes twice */
  twice: boolean
}

export interface FaultPlan {
  seed: number
  clients: number
  faults: PlannedFault[]
  load: PlannedDeed[]
}

export interface PlanSize {
  clients: number
  deeds: number
  faults: number
  /** milliseconds in which everything happens */
  span: number
}

const TARGETS: readonly Target[] = ['postgres', 'temporal', 'provider']
const PROVIDER_FAULTS: readonly Record<string, unknown>[] = [
  { on: 'messages', kind: 'error', code: 131016, probability: 0.3 },
  { on: 'messages', kind: 'reset_after_accept', probability: 0.3 },
  { on: 'messages', kind: 'reset_before', probability: 0.3 },
  { on: 'messages', kind: 'status_before_response' },
  { on: 'messages', kind: 'slow', ms: 700, probability: 0.5 },
  { on: 'webhook', kind: 'duplicate_webhooks', n: 2 },
  { on: 'webhook', kind: 'disorder', n: 3 },
]

/** A plan follows from its seed and size alone. Every client writes before anything else happens to them. */
export function planOf(seed: number, size: PlanSize): FaultPlan {
  const random = randomOf(seed)
  const below = (n: number) => Math.floor(random() * n)
  const of = <T>(some: readonly T[]): T => some[below(some.length)] as T
  const first = Array.from({ length: size.clients }, (_, client) => deed(0, client, 'write', false))
  const load = Array.from({ length: size.deeds }, () =>
    deed(
      below(size.span),
      below(size.clients),
      of<PlannedDeed['does']>(['write', 'write', 'write', 'order', 'answer', 'answer', 'note']),
      random() < 0.3,
    ),
  )
  const faults = Array.from({ length: size.faults }, (): PlannedFault => {
    const when = { at: below(size.span), lasts: 500 + below(3_000) }
    switch (below(6)) {
      case 0:
        return { ...when, kind: 'latency', on: of(TARGETS), ms: 50 + below(400) }
      case 1:
        return { ...when, kind: 'blackhole', on: of(TARGETS) }
      case 2:
        return { ...when, kind: 'reset', on: of(TARGETS) }
      case 3:
        return { ...when, kind: 'down', on: of(TARGETS) }
      case 4:
        return { ...when, kind: 'kill', what: of(['worker', 'worker', 'server']), clockOff: of([0, -5, 5]) }
      default:
        return { ...when, kind: 'provider', fault: { ...of(PROVIDER_FAULTS), seed: below(1_000) } }
    }
  })
  const byTime = <T extends { at: number }>(some: T[]) => some.sort((one, other) => one.at - other.at)
  return { seed, clients: size.clients, faults: byTime(faults), load: byTime([...first, ...load]) }
}

const deed = (at: number, client: number, does: PlannedDeed['does'], twice: boolean) => ({ at, client, does, twice })
