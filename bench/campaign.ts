/**
 * A campaign on one channel: does it hold its rate, never exceed it, and leave ordinary conversations alone (P9)?
 * The same stream of inbound messages is measured before and beside the campaign; the ratio is the figure. The simulator
 * plays Meta in a process of its own, with Meta's limit of 80 calls a second in force.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import { sql } from 'kysely'
import { type CampaignId, type ConversationId, campaignWorkflowIdOf, workflowIdOf } from '../src/domain/ids.ts'
import { openBenchHouse } from './kit/house.ts'
import { percentile, printTable } from './kit/machine.ts'
import { post, textMessage } from './kit/webhooks.ts'

const RECIPIENTS = Number(process.env.BENCH_RECIPIENTS ?? 10_000)
const INBOUND_PER_SECOND = Number(process.env.BENCH_INBOUND ?? 5)
const ALONE_SECONDS = Number(process.env.BENCH_SECONDS ?? 60)
const LIMIT = 80

const house = await openBenchHouse({ simulatorApart: true })
const connection = await Connection.connect({ address: house.temporalAddress })
const temporal = new Client({ connection })
try {
  await syncTemplates()
  const clients = Array.from({ length: 50 }, (_, n) => `1777${String(n).padStart(7, '0')}`)
  for (const from of clients) await inbound(from, 'the first message opens the conversation')
  await pause(5_000)

  const alone = await streamOfMessages(clients, 'alone', untilSeconds(ALONE_SECONDS))
  const campaign = await createCampaign()
  const beside = await streamOfMessages(clients, 'beside', async () => (await countsOf(campaign)).waiting > 0)
  await untilSettled(campaign)

  const counts = await countsOf(campaign)
  const calls = await callTimes()
  const seconds = (Math.max(...calls) - Math.min(...calls)) / 1000
  printTable(
    `Campaign of ${RECIPIENTS} recipients at ${LIMIT}/s, ${INBOUND_PER_SECOND} inbound messages a second beside it`,
    [
      {
        measured: 'calls per second',
        value: ((calls.length - 1) / seconds).toFixed(1),
        target: '76-80',
      },
      { measured: 'most calls begun in any second', value: mostInASecond(await beginnings()), target: `<= ${LIMIT}` },
      { measured: 'most calls in any second, on arrival', value: mostInASecond(calls), target: `<= ${LIMIT}` },
      { measured: 'refused for the limit (130429)', value: await refusedForLimit(), target: '0' },
      {
        measured: 'sent / failed / unknown',
        value: `${counts.sent} / ${counts.failed} / ${counts.unknown ?? 0}`,
        target: `${RECIPIENTS} / 0 / 0`,
      },
      { measured: 'calls per recipient', value: (calls.length / RECIPIENTS).toFixed(4), target: '1' },
      { measured: 'tasks added by it', value: await tasksWithout(clients), target: '0' },
    ],
  )
  printTable('Inbound message → comment, milliseconds (P9)', [
    { measured: 'without the campaign', ...spread(alone) },
    { measured: 'beside it', ...spread(beside) },
    {
      measured: 'ratio (target for p95: 1.5)',
      p50: (percentile(beside, 0.5) / percentile(alone, 0.5)).toFixed(2),
      p95: (percentile(beside, 0.95) / percentile(alone, 0.95)).toFixed(2),
      p99: (percentile(beside, 0.99) / percentile(alone, 0.99)).toFixed(2),
      messages: '',
    },
  ])
  printTable('Cost in Temporal, counted in the histories', [await campaignCost(campaign), await holdCost(campaign)])
} finally {
  await connection.close()
  await house.close()
}

async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${house.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${house.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as T
}

async function syncTemplates(): Promise<void> {
  await api('POST', '/api/templates/sync', { channelId: house.channelId })
}

interface Counts {
  waiting: number
  sent: number
  failed: number
  unknown?: number
}

async function createCampaign(): Promise<CampaignId> {
  const { id } = await api<{ id: CampaignId }>('POST', '/api/campaigns', {
    channelId: house.channelId,
    name: 'Benchmark',
    template: { name: 'hello_world', language: 'en_US' },
    recipients: Array.from({ length: RECIPIENTS }, (_, n) => ({ to: `+1212${String(n).padStart(7, '0')}` })),
  })
  return id
}

async function countsOf(id: CampaignId): Promise<Counts> {
  return (await api<{ counts: Counts }>('GET', `/api/campaigns/${id}`)).counts
}

/** What is still under way has ended. */
async function untilSettled(id: CampaignId): Promise<void> {
  for (;;) {
    const { waiting, sent, failed, unknown = 0 } = await countsOf(id)
    if (waiting === 0 && sent + failed + unknown >= RECIPIENTS) return
    await pause(200)
  }
}

function untilSeconds(seconds: number): () => Promise<boolean> {
  const end = Date.now() + seconds * 1000
  return async () => Date.now() < end
}

async function inbound(from: string, text: string): Promise<number> {
  const at = Date.now()
  const status = await post(`${house.url}/webhooks/${house.channelId}`, textMessage(from, text))
  if (status !== 200) throw new Error(`the webhook was answered ${status}`)
  return at
}

/**
 * Messages in open conversations at an even pace.
 * @returns for each: milliseconds from the post to the transaction that stored the comment
 */
async function streamOfMessages(from: string[], name: string, goesOn: () => Promise<boolean>): Promise<number[]> {
  const posted = new Map<string, number>()
  let going = true
  const watch = (async () => {
    while (going) {
      going = await goesOn()
      await pause(500)
    }
  })()
  for (let n = 0; going; n++) {
    const text = `${name} ${n}`
    posted.set(text, await inbound(from[n % from.length] as string, text))
    await pause(1000 / INBOUND_PER_SECOND)
  }
  await watch
  for (;;) {
    const rows = await house.database.db
      .selectFrom('comments as m')
      .innerJoin('conversation_events as e', (join) =>
        join
          .onRef('e.conversation_id', '=', 'm.conversation_id')
          .on(sql<boolean>`e.dedupe_key like '%' || m.provider_message_id`),
      )
      .select(['m.text', 'm.stored_at', 'e.received_at'])
      .where('m.text', 'like', `${name} %`)
      .execute()
    if (rows.length >= posted.size) {
      const stored = rows.map(({ text, received_at }) => received_at.getTime() - (posted.get(text ?? '') ?? 0))
      const worked = rows.map(({ stored_at, received_at }) => stored_at.getTime() - received_at.getTime())
      console.error(
        name,
        'until the transaction that stores it',
        spread(stored),
        'from then to its step',
        spread(worked),
      )
      return rows.map(({ text, stored_at }) => stored_at.getTime() - (posted.get(text ?? '') ?? 0))
    }
    await pause(100)
  }
}

interface Call {
  at: number | string
  operation?: string
  callbackData?: string | null
  outcome?: unknown
  status?: number
}

async function recordedCalls(): Promise<Call[]> {
  const { items } = (await (await fetch(`${house.simulatorUrl}/calls?operation=messages`)).json()) as { items: Call[] }
  return items
}

async function callTimes(): Promise<number[]> {
  return (await recordedCalls()).map(({ at }) => new Date(at).getTime()).sort((a, b) => a - b)
}

/** By the sender's clock. */
async function beginnings(): Promise<number[]> {
  const rows = await house.database.db
    .selectFrom('delivery_attempts as a')
    .innerJoin('deliveries as d', 'd.id', 'a.delivery_id')
    .select('a.started_at')
    .where('d.campaign_id', 'is not', null)
    .execute()
  return rows.map(({ started_at }) => started_at.getTime()).sort((a, b) => a - b)
}

async function refusedForLimit(): Promise<number> {
  const row = await house.database.db
    .selectFrom('delivery_attempts')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('code', '=', '130429')
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

/** @param times sorted */
function mostInASecond(times: readonly number[]): number {
  let most = 0
  let first = 0
  for (const [last, at] of times.entries()) {
    while (at - (times[first] as number) >= 1000) first++
    most = Math.max(most, last - first + 1)
  }
  return most
}

async function tasksWithout(clients: string[]): Promise<number> {
  const row = await house.database.db
    .selectFrom('tasks')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(row.n) - clients.length
}

function spread(values: readonly number[]) {
  return {
    p50: percentile(values, 0.5).toFixed(0),
    p95: percentile(values, 0.95).toFixed(0),
    p99: percentile(values, 0.99).toFixed(0),
    messages: values.length,
  }
}

async function historyLength(workflowId: string): Promise<number> {
  return (await temporal.workflow.getHandle(workflowId).describe()).historyLength
}

async function campaignCost(id: CampaignId) {
  const events = await historyLength(campaignWorkflowIdOf(id))
  return {
    of: 'the sending, by the campaign',
    'events per recipient': (events / RECIPIENTS).toFixed(4),
    'signals per recipient': (1 / RECIPIENTS).toFixed(4),
  }
}

/** A conversation that learned of its hold: a start with a signal, one step, one timer. */
async function holdCost(id: CampaignId) {
  for (;;) {
    const told = await house.database.db
      .selectFrom('deliveries as d')
      .innerJoin('conversations as c', 'c.id', 'd.conversation_id')
      .select('c.id')
      .where('d.campaign_id', '=', id)
      .whereRef('c.worked_seq', '=', 'c.last_seq')
      .where('c.worked_seq', '>', 0)
      .limit(1)
      .executeTakeFirst()
    if (told) {
      return {
        of: 'the hold, by its conversation',
        'events per recipient': String(await historyLength(workflowIdOf(told.id as ConversationId))),
        'signals per recipient': '1',
      }
    }
    await pause(500)
  }
}
