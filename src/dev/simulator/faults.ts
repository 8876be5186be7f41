import { z } from 'zod'
import { newId } from './wire/ids.ts'
import type { World } from './world/world.ts'

/** Where a fault strikes. `any` is every Graph call; `webhook` is what the simulator posts. */
export const FAULT_PLACES = [
  'messages',
  'mark_read',
  'upload',
  'media',
  'download',
  'check',
  'templates',
  'subscribe',
  'register',
  'oauth',
  'webhook',
  'any',
] as const
export type FaultPlace = (typeof FAULT_PLACES)[number]

const place = z.enum(FAULT_PLACES)
const kinds = z.discriminatedUnion('kind', [
  /** Graph's error envelope. */
  z.strictObject({
    kind: z.literal('error'),
    code: z.number().int().default(131000),
    status: z.number().int().min(400).max(599).optional(),
    subcode: z.number().int().optional(),
    details: z.string().optional(),
    retryAfter: z.number().int().positive().optional(),
  }),
  /** An answer that is not Graph's, as from a proxy before it. */
  z.strictObject({
    kind: z.literal('http'),
    status: z.number().int().min(200).max(599).default(502),
    body: z.string().default('<html><body><h1>502 Bad Gateway</h1></body></html>'),
    retryAfter: z.number().int().positive().optional(),
  }),
  /** The call takes effect; the answer never comes. */
  z.strictObject({ kind: z.literal('timeout_after_accept') }),
  z.strictObject({ kind: z.literal('reset_after_accept') }),
  z.strictObject({ kind: z.literal('reset_before') }),
  z.strictObject({ kind: z.literal('slow'), ms: z.number().int().min(1).max(600_000) }),
  z.strictObject({ kind: z.literal('token_revoked') }),
  z.strictObject({ kind: z.literal('number_unknown') }),
  /** The address of a media file has run out. */
  z.strictObject({ kind: z.literal('expired_media') }),
  z.strictObject({ kind: z.literal('wrong_sha') }),
  z.strictObject({ kind: z.literal('duplicate_webhooks'), n: z.number().int().min(1).max(100).default(1) }),
  /** So many updates are gathered and posted one by one in a shuffled order. */
  z.strictObject({ kind: z.literal('disorder'), n: z.number().int().min(2).max(1000).default(3) }),
  /** So many updates are gathered into one POST. */
  z.strictObject({ kind: z.literal('batch'), n: z.number().int().min(2).max(1000).default(3) }),
  /** Nothing is posted until the fault is removed. */
  z.strictObject({ kind: z.literal('hold_webhooks') }),
  /** The `sent` status is posted, and answered, before the call is. */
  z.strictObject({ kind: z.literal('status_before_response') }),
  z.strictObject({ kind: z.literal('no_statuses') }),
  /** A template message waits for the judgement of its template (reference §7.3): it is let go, fails, or stays held. */
  z.strictObject({
    kind: z.literal('held_for_quality_assessment'),
    outcome: z.enum(['sent', 'failed', 'nothing']).default('sent'),
  }),
])
export type FaultAction = z.infer<typeof kinds>

export const newFault = z
  .looseObject({
    on: place.optional(),
    match: z
      .strictObject({
        to: z.string().optional(),
        from: z.string().optional(),
        phoneNumberId: z.string().optional(),
      })
      .default({}),
    /** How often it strikes; null: until it is removed. */
    times: z.number().int().positive().nullable().default(null),
    probability: z.number().min(0).max(1).default(1),
    seed: z.number().int().default(1),
  })
  .transform((value, context) => {
    const { on, match, times, probability, seed, ...rest } = value
    const action = kinds.safeParse(rest)
    if (!action.success) {
      for (const issue of action.error.issues) {
        context.addIssue({ code: 'custom', path: [...issue.path], message: issue.message })
      }
      return z.NEVER
    }
    return { on: on ?? usualPlace(action.data.kind), match, times, probability, seed, action: action.data }
  })

export interface Fault extends z.infer<typeof newFault> {
  id: string
  drawn: number
  used: number
}

/** Kinds that say where they belong when nobody does. */
function usualPlace(kind: FaultAction['kind']): FaultPlace {
  switch (kind) {
    case 'duplicate_webhooks':
    case 'disorder':
    case 'batch':
    case 'hold_webhooks':
      return 'webhook'
    case 'expired_media':
      return 'download'
    case 'wrong_sha':
      return 'media'
    case 'token_revoked':
    case 'number_unknown':
      return 'any'
    default:
      return 'messages'
  }
}

export interface FaultSubject {
  phoneNumberId: string | null
  from: string | null
  to: string | null
}

/**
 * The faults that strike here and now. Each draw is journaled, so a fault with `times` or a seed
 * goes on where it stood after a restart.
 */
export function drawFaults(world: World, where: FaultPlace, subject: FaultSubject): Fault[] {
  const struck: Fault[] = []
  for (const fault of world.faults.values()) {
    if (fault.on !== where && !(fault.on === 'any' && where !== 'webhook')) continue
    if (fault.times !== null && fault.used >= fault.times) continue
    if (!matches(fault.match, subject)) continue
    const strikes = fault.probability >= 1 || chance(fault.seed, fault.drawn) < fault.probability
    world.record({
      t: 'fault_drawn',
      id: fault.id,
      drawn: fault.drawn + 1,
      used: fault.used + (strikes ? 1 : 0),
    })
    if (strikes) struck.push(fault)
  }
  return struck
}

/** The action of the first struck fault of that kind. */
export function struckBy<Kind extends FaultAction['kind']>(
  faults: readonly Fault[],
  kind: Kind,
): Extract<FaultAction, { kind: Kind }> | null {
  const found = faults.find((fault) => fault.action.kind === kind)
  return found ? (found.action as Extract<FaultAction, { kind: Kind }>) : null
}

export function addFault(world: World, fault: z.infer<typeof newFault>): Fault {
  const added: Fault = { ...fault, id: newId('fault'), drawn: 0, used: 0 }
  world.record({ t: 'fault', fault: added })
  return added
}

/** Numbers are compared by their digits, so `+1 650…` and `1650…` are one. */
function matches(match: Fault['match'], subject: FaultSubject): boolean {
  const same = (wanted: string | undefined, is: string | null) =>
    wanted === undefined || (is !== null && (wanted === is || digits(wanted) === digits(is)))
  return (
    same(match.to, subject.to) && same(match.from, subject.from) && same(match.phoneNumberId, subject.phoneNumberId)
  )
}

const digits = (value: string): string => value.replace(/\D/g, '')

/** The n-th number of a seed's sequence, in [0, 1): mulberry32, so that a run can be repeated. */
export function chance(seed: number, n: number): number {
  let state = (seed + Math.imul(n + 1, 0x6d2b79f5)) | 0
  state = Math.imul(state ^ (state >>> 15), state | 1)
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61)
  return ((state ^ (state >>> 14)) >>> 0) / 4294967296
}
