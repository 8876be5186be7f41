import { type Flood, openFlood, textWebhook } from '../../test/kit/flood.ts'

/** A steady stream of webhooks, as the load process is asked for it. */
export interface SteadyOrder {
  port: number
  path: string
  appSecret: string
  phoneNumberId: string
  rate: number
  seconds: number
  clients: number
  /** Message ids are `wamid.<name>-<number>`. */
  name: string
}

export interface SteadyResult {
  sent: number
  /** Numbers of those that were not answered 200, with their status; 0: the connection broke. */
  refused: [number, number][]
  /** Milliseconds from the moment at which it was to be sent, in tenths: how many answers took so long. */
  times: [number, number][]
  /** How far behind its own plan the load process was at most, in milliseconds. */
  late: number
  /** Those that were answered in each second of the run. */
  perSecond: number[]
}

/** Connections at most, each opened when it is first needed: a server gives up those that nothing comes over. */
const CONNECTIONS = 512
const TICK_MS = 1

/**
 * Open loop: each webhook has its moment, whatever becomes of those before it, and its time counts from that moment,
 * also where it had to wait for a connection.
 */
export async function steadyLoad(order: SteadyOrder): Promise<SteadyResult> {
  const { port, rate, seconds, clients, name } = order
  const total = rate * seconds
  const lines: Flood[] = []
  const free: Flood[] = []
  let opened = 0
  const waiting: number[] = []
  const refused: [number, number][] = []
  const times = new Map<number, number>()
  const perSecond: number[] = Array.from({ length: seconds }, () => 0)
  let done = 0
  let late = 0
  const began = performance.now()
  const dueAt = (n: number) => (n * 1_000) / rate

  const openLine = async (): Promise<Flood | null> => {
    if (opened === CONNECTIONS) return null
    opened += 1
    const line = await openFlood(port, 1)
    lines.push(line)
    return line
  }
  const sendOne = async (n: number) => {
    const line = free.pop() ?? (await openLine())
    if (!line) {
      waiting.push(n)
      return
    }
    const id = `wamid.${name}-${n}`
    const from = `1650${String(n % clients).padStart(7, '0')}`
    const [answer] = await line.send([textWebhook({ ...order, from, id, text: `${name}-${n}.` })])
    const now = performance.now() - began
    const tenths = Math.round((now - dueAt(n)) * 10)
    times.set(tenths, (times.get(tenths) ?? 0) + 1)
    const second = Math.floor(now / 1_000)
    perSecond[second] = (perSecond[second] ?? 0) + 1
    if (answer?.status !== 200) refused.push([n, answer?.status ?? 0])
    done += 1
    free.push(line)
    const next = waiting.shift()
    if (next !== undefined) void sendOne(next)
  }

  await new Promise<void>((resolve) => {
    let next = 0
    const timer = setInterval(() => {
      const now = performance.now() - began
      if (next < total) late = Math.max(late, now - dueAt(next))
      while (next < total && dueAt(next) <= now) void sendOne(next++)
      if (done < total) return
      clearInterval(timer)
      resolve()
    }, TICK_MS)
  })
  for (const line of lines) line.close()
  return { sent: total, refused, times: [...times].toSorted(([a], [b]) => a - b), late, perSecond }
}

/** @param share 0.5 for the median. @returns milliseconds */
export function timeAt({ times }: Pick<SteadyResult, 'times'>, share: number): number {
  const total = times.reduce((sum, [, count]) => sum + count, 0)
  let seen = 0
  for (const [tenths, count] of times) {
    seen += count
    if (seen >= total * share) return tenths / 10
  }
  return Number.NaN
}
