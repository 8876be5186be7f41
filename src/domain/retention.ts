/** What is kept for a time only, once it has done its work. Tasks, comments, contacts and clients' files are not among it. */
export const RETAINED = {
  /** the bytes of webhooks, for dead letters and for whoever looks into an error */
  raw_bodies: { days: 90, least: 14 },
  /** the record of conversations: dry runs and explanations reach as far as it does */
  conversation_events: { days: null, least: 90 },
  /** what providers said of an account; the newest of each kind stays */
  channel_events: { days: 365, least: 30 },
  /** who did what */
  audit_log: { days: null, least: 90 },
  /** answers kept for repeated requests (docs/decisions/0009) */
  idempotency_keys: { days: 7, least: 1 },
  /** uploads that no comment, quick reply, scenario or mailing took */
  unused_uploads: { days: 30, least: 2 },
} as const satisfies Record<string, { days: number | null; least: number }>

export type Retained = keyof typeof RETAINED
export const RETAINED_KINDS = Object.keys(RETAINED) as Retained[]

/** Days by kind; null: for ever. */
export type RetentionPlan = Readonly<Record<Retained, number | null>>

export const USUAL_RETENTION: RetentionPlan = Object.fromEntries(
  RETAINED_KINDS.map((kind) => [kind, RETAINED[kind].days]),
) as Record<Retained, number | null>

/**
 * Reads a plan such as `raw_bodies=30, audit_log=730, channel_events=never`; what it leaves out keeps its usual time.
 * @returns words for a person where it is not right: nothing is deleted by a plan that was misread
 */
export function readRetention(text: string): { ok: true; plan: RetentionPlan } | { ok: false; problem: string } {
  const plan: Record<Retained, number | null> = { ...USUAL_RETENTION }
  for (const part of text.split(',').map((one) => one.trim())) {
    if (part === '') continue
    const [name = '', value = ''] = part.split('=').map((one) => one.trim())
    const kind = RETAINED_KINDS.find((one) => one === name)
    if (!kind) return { ok: false, problem: `“${name}” is none of ${RETAINED_KINDS.join(', ')}` }
    const days = value === 'never' ? null : /^\d{1,5}$/.test(value) ? Number(value) : undefined
    if (days === undefined) return { ok: false, problem: `${kind} needs a number of days, or “never”` }
    const { least } = RETAINED[kind]
    if (days !== null && days < least) return { ok: false, problem: `${kind} is kept for ${least} days at least` }
    plan[kind] = days
  }
  return { ok: true, plan }
}
