import { z } from 'zod'

/** What goes wrong with the next sends; each is used `times` times. */
export const instagramFault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('error'),
    status: z.number().int().min(400).max(599).default(400),
    code: z.number().int(),
    subcode: z.number().int().optional(),
    message: z.string().default('a fault on request'),
    times: z.number().int().positive().default(1),
  }),
  /** A page in place of JSON, as a proxy in front of Meta answers. */
  z.strictObject({
    kind: z.literal('html'),
    status: z.number().int().default(502),
    accepts: z.boolean().default(false),
    times: z.number().int().positive().default(1),
  }),
  /** The message is taken, and the connection closed without an answer. */
  z.strictObject({ kind: z.literal('no_answer'), times: z.number().int().positive().default(1) }),
  /** The echo is delivered before the call is answered; the answer comes so many milliseconds later. */
  z.strictObject({
    kind: z.literal('echo_first'),
    ms: z.number().int().min(0).max(20_000).default(0),
    times: z.number().int().positive().default(1),
  }),
  z.strictObject({ kind: z.literal('no_echo'), times: z.number().int().positive().default(1) }),
])
export type InstagramFault = z.output<typeof instagramFault>

/** The faults that wait, in the order in which they were asked for. */
export class InstagramFaults {
  #waiting: InstagramFault[] = []

  add(fault: InstagramFault): void {
    this.#waiting.push({ ...fault })
  }

  clear(): void {
    this.#waiting = []
  }

  /** All that strike the next send. */
  take(): InstagramFault[] {
    const struck = this.#waiting
    this.#waiting = struck.flatMap((fault) => (fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : []))
    return struck
  }
}
