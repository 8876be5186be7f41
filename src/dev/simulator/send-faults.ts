import { z } from 'zod'

const times = z.number().int().positive().default(1)

/** What goes wrong with the next sends; each is used `times` times. @param code of the provider's errors */
export const sendFault = <Code extends z.ZodType>(code: Code) =>
  z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('error'),
      status: z.number().int().min(400).max(599).default(400),
      code,
      message: z.string().default('a fault on request'),
      times,
    }),
    /** A page in place of JSON, as a proxy in front of the provider answers; nothing is sent. */
    z.strictObject({ kind: z.literal('html'), status: z.number().int().min(200).max(599).default(502), times }),
    /** The message is taken, and the connection closed without an answer. */
    z.strictObject({ kind: z.literal('no_answer'), times }),
    /** The message is taken, and does not arrive: its status says why. */
    z.strictObject({ kind: z.literal('undelivered'), code, times }),
  ])

/** The faults that wait, in the order in which they were asked for. */
export class SendFaults<Fault extends { times: number }> {
  #waiting: Fault[] = []

  add(fault: Fault): void {
    this.#waiting.push(fault)
  }

  clear(): void {
    this.#waiting = []
  }

  /** The one that strikes the next send. */
  take(): Fault | null {
    const [first, ...others] = this.#waiting
    if (first === undefined) return null
    this.#waiting = first.times > 1 ? [{ ...first, times: first.times - 1 }, ...others] : others
    return first
  }
}
