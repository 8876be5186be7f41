import type { Database } from '../../store/index.ts'
import { type QueueName, type QueueSize, readQueues, WATCHED_QUEUES } from '../../store/watch/read-queues.ts'
import { type Finding, faultWords, findingsOf } from './finding.ts'

const { ok, warn, bad, skipped } = findingsOf('queues')

const MINUTE = 60
const HOUR = 3_600

interface Limits {
  /** what it is, in the words of docs/operating.md */
  what: string
  /** seconds: from then on somebody should look, or it is broken */
  warnAfter?: number
  badAfter?: number
  /** anything in it at all is one or the other */
  any?: 'warn' | 'bad'
  todo: string
}

const WORKERS = 'Do workers run, and does Temporal answer? See the findings above and the log of a worker.'

/** What is too much, or too old. A queue without limits is shown and never judged. */
const LIMITS: Partial<Record<QueueName, Limits>> = {
  inbound_events: { what: 'events to be worked off', warnAfter: MINUTE, badAfter: 5 * MINUTE, todo: WORKERS },
  conversations_unanswered: {
    what: 'conversations whose workflow does not answer the sweep',
    any: 'bad',
    todo: `${WORKERS} If they do: look in Temporal at the workflow conversation-<id> of the oldest (docs/operating.md).`,
  },
  deliveries_pending: { what: 'messages to be sent', warnAfter: 10 * MINUTE, badAfter: HOUR, todo: WORKERS },
  deliveries_sending: { what: 'messages in the middle of their call', warnAfter: 5 * MINUTE, todo: WORKERS },
  deliveries_parked: {
    what: 'messages that wait for their channel',
    any: 'warn',
    todo: 'Mend the channel, then: npx parley channel resume <id>',
  },
  deliveries_unknown: {
    what: 'messages of which nobody knows whether they left',
    any: 'warn',
    todo: 'Settle or retry each (docs/operating.md, Repairs).',
  },
  holds_overdue: { what: 'holds whose month is over', badAfter: 5 * MINUTE, todo: WORKERS },
  runs_due: { what: 'runs whose wait is over', warnAfter: MINUTE, badAfter: 5 * MINUTE, todo: WORKERS },
  runs_blocked: { what: 'runs that are blocked', any: 'warn', todo: 'See GET /api/runs?state=blocked for the reason.' },
  run_requests: {
    what: 'runs asked for elsewhere',
    badAfter: 5 * MINUTE,
    todo: 'Does a server run? Its sweep starts them.',
  },
  house_events: { what: 'events without a client', badAfter: 5 * MINUTE, todo: WORKERS },
  outside_calls: { what: 'calls to endpoints', warnAfter: 5 * MINUTE, todo: WORKERS },
  dead_letters: {
    what: 'dead letters',
    any: 'warn',
    todo: 'npx parley dead-letters list; mend the cause, then replay or resolve.',
  },
  campaigns_unheard: {
    what: 'campaigns whose workflow has not heard of their last change',
    warnAfter: MINUTE,
    badAfter: 10 * MINUTE,
    todo: WORKERS,
  },
  files_to_fetch: { what: 'files of clients to be fetched', warnAfter: 10 * MINUTE, badAfter: 6 * HOUR, todo: WORKERS },
  webhooks_out: {
    what: 'calls to subscribers',
    warnAfter: HOUR,
    todo: 'GET /api/webhooks tells whose server does not take them.',
  },
}

/** Is anything left lying? Sweeps that reach nobody show here, too. */
export async function checkQueues(database: Database): Promise<Finding[]> {
  try {
    const { sizes } = await readQueues(database.db)
    return judgeQueues(sizes)
  } catch (error) {
    return [skipped('queues', `they could not be read (${faultWords(error)})`)]
  }
}

/** Names only what is wrong; where nothing is, one line says so. */
export function judgeQueues(sizes: readonly QueueSize[]): Finding[] {
  const wrong = sizes.flatMap((size) => judge(size))
  if (wrong.length > 0) return wrong
  const waiting = sizes.filter(({ items }) => items > 0).map(({ name, items }) => `${name} ${items}`)
  const words = waiting.length > 0 ? `nothing is late (${waiting.join(', ')})` : 'nothing waits'
  return [ok('queues', `${words}; ${WATCHED_QUEUES.length} queues`)]
}

function judge({ name, items, oldest }: QueueSize): Finding[] {
  const limits = LIMITS[name]
  if (!limits || items === 0) return []
  const age = oldest ?? 0
  const isBad = limits.any === 'bad' || age > (limits.badAfter ?? Number.POSITIVE_INFINITY)
  const isOdd = limits.any === 'warn' || age > (limits.warnAfter ?? Number.POSITIVE_INFINITY)
  if (!isBad && !isOdd) return []
  const words = `${items} ${limits.what}${oldest === null ? '' : `, the first for ${duration(oldest)}`}`
  return [isBad ? bad(name, words, limits.todo) : warn(name, words, limits.todo)]
}

export function duration(seconds: number): string {
  if (seconds < 2 * MINUTE) return `${Math.round(seconds)} s`
  if (seconds < 2 * HOUR) return `${Math.round(seconds / MINUTE)} min`
  if (seconds < 2 * 24 * HOUR) return `${Math.round(seconds / HOUR)} h`
  return `${Math.round(seconds / (24 * HOUR))} days`
}
