import type { SendOutcome } from '../src/channels/port.ts'
import { providerWorks } from '../src/domain/provider-works.ts'
import type { LoadedChannel } from '../src/store/channels/load-channel.ts'
import { describeError } from '../src/store/describe-error.ts'
import { sendCircuits } from '../src/store/sends/circuits.ts'
import type { WorkerDeps } from './worker-deps.ts'

/** A channel may send: one call, or as many as one claimed at once. */
export interface Turn {
  /** One call, which finds out whether the provider works again. */
  isTrial: boolean
  /** How a call ended; null: it was not made. It never fails: a trial of which nothing is heard ends by itself. */
  end(outcome: SendOutcome | null): Promise<void>
}

/** May the channel send, or does its provider not answer? @returns its turn, or milliseconds to wait */
export async function admitSend(
  { database, log, channels }: WorkerDeps,
  { row }: LoadedChannel,
): Promise<Turn | { waitMs: number }> {
  const turn = await sendCircuits(database).admit(row.id, row.send_circuit)
  if ('waitMs' in turn) return turn
  const of = { channelId: row.id, provider: row.provider }
  return {
    isTrial: turn.isTrial,
    async end(outcome) {
      const code = outcome?.outcome === 'rejected' ? outcome.failure.code : (outcome?.outcome ?? 'not_called')
      try {
        const change = await turn.ended(outcome && providerWorks(outcome), code)
        if (change !== null) channels.forget()
        if (change === 'opened') log.warn({ ...of, code }, 'a provider does not answer: what is to be sent waits')
        if (change === 'closed') log.info(of, 'a provider answers again: what waited is sent')
      } catch (error) {
        log.warn({ ...of, err: describeError(error) }, 'how a call ended was not counted')
      }
    },
  }
}
