/**
 * One conversation of 60,000 messages: what people and the client do in it, at its end — the list, opening it, paging
 * back, its very beginning, a search, the next message — beside the same in a conversation of a few messages. The first
 * messages and the last ones go through the workflow and its steps; those between are copies of their rows. How long do
 * the workflow's histories become? `BENCH_MESSAGES` (60,000), `BENCH_WORKED` (3,000 of them, at the end, for real).
 */
import { setTimeout as pause } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import { sql } from 'kysely'
import { workflowIdOf } from '../src/domain/ids.ts'
import { copyRows } from './kit/copy-rows.ts'
import { openBenchHouse } from './kit/house.ts'
import { percentile, printTable } from './kit/machine.ts'
import { post, textMessage, withCallers } from './kit/webhooks.ts'

const MESSAGES = Number(process.env.BENCH_MESSAGES ?? 60_000)
const WORKED = Math.min(MESSAGES - 10, Number(process.env.BENCH_WORKED ?? 3_000))
const TIMES = 30
/** Messages that come one by one: each costs its workflow five events, and so makes it go on in another run. */
const ONE_BY_ONE = 250
const CALLERS = 20
const TARGET_MS = 100
/** workflows/conversation.ts goes on in another run after 800 events; a task that is under way adds a few. */
const LONGEST_HISTORY = 1_000
const LONG = '17770000001'
const SHORT = '17770000002'

const house = await openBenchHouse({ unhurried: true })
const connection = await Connection.connect({ address: house.temporalAddress })
const temporal = new Client({ connection })
try {
  const long = await open(LONG)
  const short = await open(SHORT)
  await lengthen(long)
  const began = performance.now()
  const bodies = Array.from({ length: WORKED }, (_, n) => textMessage(LONG, `worked ${n}`))
  await withCallers(CALLERS, bodies, async (body) => void (await post(webhooks(), body)))
  await untilWorked(long)
  const seconds = (performance.now() - began) / 1_000

  const rows = []
  let tooSlow = 0
  for (const [what, pathsOf] of questions()) {
    const [mine, floor] = [await ask(pathsOf(long)), await ask(pathsOf(short))]
    if (percentile(mine, 0.5) > TARGET_MS) tooSlow += 1
    rows.push(row(what, mine, floor))
  }
  const back = await pageBack(long)
  rows.push(row('page back, from the end on', back, null))
  const coming = { mine: await comeIn(long, ONE_BY_ONE), floor: await comeIn(short, TIMES) }
  rows.push(row('the next message, until it is in the feed', coming.mine, coming.floor))
  for (const times of [back, coming.mine]) if (percentile(times, 0.5) > TARGET_MS) tooSlow += 1
  printTable(
    `A conversation of ${await countOf(long)} messages beside one of ${await countOf(short)}; ${TIMES} times each`,
    rows,
  )

  const runs = await runsOf(long)
  const longest = Math.max(...runs)
  printTable('Its workflow', [
    { what: `${WORKED} messages at once: worked off a second`, figure: (WORKED / seconds).toFixed(0) },
    { what: 'runs since the copies', figure: runs.length },
    { what: 'events of the longest run', figure: longest },
  ])
  await checkComplete(long)
  if (longest > LONGEST_HISTORY) throw new Error(`a history has ${longest} events`)
  if (runs.length < 2) throw new Error('it never went on in another run: nothing was shown')
  if (tooSlow > 0) throw new Error(`${tooSlow} of these take longer than ${TARGET_MS} ms`)
} finally {
  await connection.close()
  await house.close()
}

type Opened = Awaited<ReturnType<typeof open>>

function webhooks(): string {
  return `${house.url}/webhooks/${house.channelId}`
}

/** A client's first messages, by the real way. */
async function open(from: string) {
  for (let n = 0; n < 5; n++) await post(webhooks(), textMessage(from, `first ${n}`))
  for (;;) {
    const found = await house.database.db
      .selectFrom('identities as i')
      .innerJoin('conversations as c', 'c.id', 'i.conversation_id')
      .select(['c.id', 'c.task_id as task', 'c.worked_seq as worked'])
      .where('i.value', '=', from)
      .executeTakeFirst()
    if (found?.task && found.worked === 5) return { id: found.id, task: found.task, phone: from }
    await pause(20)
  }
}

/**
 * Copies of its last message, worked off, in their order. Its workflow is ended, since it would be told of all that it
 * has not seen; the next message starts it again, as after a restore (decision 46).
 */
async function lengthen({ id, task }: Opened): Promise<void> {
  await temporal.workflow.getHandle(workflowIdOf(id)).terminate('lengthened by the benchmark')
  const { db } = house.database
  const to = MESSAGES - WORKED
  const changed = (pairs: string) => `jsonb_build_object(${pairs})`
  await copyRows(db, 'conversation_events', {
    where: sql`r.conversation_id = ${id} and r.seq = 5`,
    from: 6,
    to,
    changed: changed(`'seq', n, 'dedupe_key', 'copy-' || n, 'raw_body_id', null,
      'provider_at', now() - make_interval(secs => ${to} - n), 'received_at', now() - make_interval(secs => ${to} - n),
      'payload', jsonb_set(r.payload, '{message,id}', to_jsonb('wamid.copy-' || n))`),
  })
  await copyRows(db, 'comments', {
    where: sql`r.task_id = ${task} and r.text = 'first 4'`,
    from: 6,
    to,
    changed:
      changed(`'id', gen_random_uuid(), 'text', 'Copy ' || n || ', about as long as what people write to a shop.',
      'provider_message_id', 'wamid.copy-' || n, 'position', r.position + n, 'arrived', r.position + n,
      'provider_at', now() - make_interval(secs => ${to} - n), 'at', now() - make_interval(secs => ${to} - n),
      'stored_at', now() - make_interval(secs => ${to} - n)`),
  })
  await sql`select setval('comment_positions', (select ceil(max(position))::bigint + 1 from comments))`.execute(db)
  await sql`update conversations set last_seq = ${to}, worked_seq = ${to} where id = ${id}`.execute(db)
  await sql`vacuum analyze`.execute(db)
}

/** What is asked, each time of another place. */
function questions(): [string, (of: Opened) => (n: number) => string][] {
  return [
    ['list: all open ones', () => () => '/api/tasks?status=active&limit=50'],
    [
      'search: its phone number',
      ({ phone }) =>
        () =>
          `/api/tasks?status=all&q=${phone}&limit=50`,
    ],
    [
      'open: the task',
      ({ task }) =>
        () =>
          `/api/tasks/${task}`,
    ],
    [
      'open: its newest comments',
      ({ task }) =>
        () =>
          `/api/tasks/${task}/comments?order=newest&limit=50`,
    ],
    [
      'its very first comments',
      ({ task }) =>
        () =>
          `/api/tasks/${task}/comments?limit=50`,
    ],
    [
      'a moment in between',
      ({ task }) =>
        (n) =>
          `/api/tasks/${task}/comments?limit=50&since=${encodeURIComponent(new Date(Date.now() - n * 60_000).toISOString())}`,
    ],
    [
      'only what goes to and comes from the client',
      ({ task }) =>
        () =>
          `/api/tasks/${task}/comments?order=newest&limit=50&show=messages`,
    ],
  ]
}

async function get<T>(path: string): Promise<T> {
  const response = await fetch(`${house.url}${path}`, { headers: { authorization: `Bearer ${house.token}` } })
  const body = (await response.json()) as T
  if (!response.ok) throw new Error(`${path} was answered ${response.status}`)
  return body
}

async function ask(pathOf: (n: number) => string): Promise<number[]> {
  const times: number[] = []
  for (let n = 0; n < TIMES; n++) {
    const began = performance.now()
    await get(pathOf(n))
    times.push(performance.now() - began)
  }
  return times
}

/** Page after page from the end, as somebody scrolls. */
async function pageBack({ task }: Opened): Promise<number[]> {
  const times: number[] = []
  let cursor: string | null = null
  for (let n = 0; n < 100; n++) {
    const began = performance.now()
    const page: { next: string | null } = await get(
      `/api/tasks/${task}/comments?order=newest&limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    )
    times.push(performance.now() - began)
    cursor = page.next
    if (!cursor) break
  }
  return times
}

async function comeIn({ task, phone }: Opened, count: number): Promise<number[]> {
  const times: number[] = []
  for (let n = 0; n < count; n++) {
    const text = `comes in ${phone} ${n}`
    const began = performance.now()
    await post(webhooks(), textMessage(phone, text))
    const newest = () =>
      sql<{ text: string }>`
      select text from comments where task_id = ${task} order by position desc limit 1`.execute(house.database.db)
    while ((await newest()).rows[0]?.text !== text);
    times.push(performance.now() - began)
  }
  return times
}

async function untilWorked({ id }: Opened): Promise<void> {
  for (;;) {
    const row = await house.database.db
      .selectFrom('conversations')
      .select(['last_seq', 'worked_seq'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    if (row.last_seq === MESSAGES && row.worked_seq === MESSAGES) return
    await pause(50)
  }
}

async function countOf({ task }: Opened): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from comments where task_id = ${task} and kind = 'text'`.execute(house.database.db)
  return rows[0]?.n ?? Number.NaN
}

/** Each of them once, in the order of its number. */
async function checkComplete({ id, task }: Opened): Promise<void> {
  const { rows } = await sql<{ comments: number; messages: number; events: number; behind: number }>`
    select (select count(*)::int from comments where task_id = ${task} and kind = 'text') as comments,
      (select count(distinct provider_message_id)::int from comments where task_id = ${task}) as messages,
      (select count(*)::int from conversation_events where conversation_id = ${id}) as events,
      (select (last_seq - worked_seq)::int from conversations where id = ${id}) as behind`.execute(house.database.db)
  const all = MESSAGES + ONE_BY_ONE
  const [found] = rows
  if (found?.comments !== all || found.messages !== all || found.events !== all || found.behind !== 0) {
    throw new Error(`of ${all} messages there are ${JSON.stringify(found)}`)
  }
}

/** How many events each run of its workflow has, since the copies. */
async function runsOf({ id }: Opened): Promise<number[]> {
  const lengths: number[] = []
  const query = `WorkflowId = '${workflowIdOf(id)}' and ExecutionStatus != 'Terminated'`
  for await (const { runId } of temporal.workflow.list({ query })) {
    const { historyLength } = await temporal.workflow.getHandle(workflowIdOf(id), runId).describe()
    lengths.push(historyLength)
  }
  return lengths
}

function row(what: string, mine: number[], floor: number[] | null): Record<string, string> {
  const p50 = percentile(mine, 0.5)
  return {
    what,
    'p50 ms': p50.toFixed(1),
    'p95 ms': percentile(mine, 0.95).toFixed(1),
    'most ms': Math.max(...mine).toFixed(1),
    'few messages, p50 ms': floor ? percentile(floor, 0.5).toFixed(1) : '',
    ratio: floor ? (p50 / percentile(floor, 0.5)).toFixed(2) : '',
  }
}
