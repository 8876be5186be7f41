/**
 * A year of history in the database: how long the API takes for what an operator does all day, the list, searches and
 * opening a task, and for a message that comes in, beside the floor of the same run: the lightest route that asks the
 * database. `BENCH_COMMENTS` says how much history, 1,000,000 unless told; docs/proof.md has 10,000,000.
 */
import { sql } from 'kysely'
import { type BenchHouse, openBenchHouse } from './kit/house.ts'
import { percentile, printTable } from './kit/machine.ts'
import { post, textMessage } from './kit/webhooks.ts'
import { fillYear, yearOf } from './kit/year-of-history.ts'

const COMMENTS = Number(process.env.BENCH_COMMENTS ?? 1_000_000)
const TIMES = 30

const house = await openBenchHouse({ unhurried: true })
try {
  const year = yearOf(COMMENTS)
  const began = Date.now()
  await fillYear(house.database, house.channelId, year)
  console.error(`filled in ${((Date.now() - began) / 1000).toFixed(0)} s`)
  const rows = []
  for (const [what, paths] of questions()) rows.push(row(what, await ask(house, paths)))
  rows.push(row('a message comes in, until it is in the feed', await comeIn(house)))
  printTable(
    `${year.comments} comments, ${year.tasks} tasks (${year.active} open), ${year.contacts} clients, ${await size()}; ${TIMES} times each`,
    rows,
  )
} finally {
  await house.close()
}

/** What is asked, each time something else. */
function questions(): [string, (n: number) => string][] {
  const task = (n: number) => `00000003-0000-7000-8000-${(n * 37 + 1).toString(16).padStart(12, '0')}`
  const contact = (n: number) => task(n).replace('00000003', '00000001')
  return [
    ['floor: who am I', () => '/api/me'],
    ['list: all open ones', () => '/api/tasks?status=active&limit=50'],
    [
      'list: unassigned, waiting longest first',
      () => '/api/tasks?status=active&assigneeId=none&sort=awaiting&limit=50',
    ],
    ['list: unread', () => '/api/tasks?status=active&unread=true&limit=50'],
    ['list: closed ones', () => '/api/tasks?status=inactive&limit=50'],
    ['counts of the views', () => '/api/tasks/counts'],
    ['search: a first name among the open ones', () => '/api/tasks?status=active&q=Greta&limit=50'],
    [
      'search: one person among all',
      (n) => `/api/tasks?status=all&q=${encodeURIComponent(`Weber ${n * 911}`)}&limit=50`,
    ],
    ['search: part of a phone number', (n) => `/api/tasks?status=all&q=${1510000 + n * 7}&limit=50`],
    ['search: nobody has this name', (n) => `/api/tasks?status=all&q=Nobody${n}&limit=50`],
    ['search: contacts', (n) => `/api/contacts?q=Kim%20${n * 13}&limit=20`],
    ['search: contacts, nobody', (n) => `/api/contacts?q=Nobody${n}&limit=20`],
    ['open: the task', (n) => `/api/tasks/${task(n)}`],
    ['open: its newest comments', (n) => `/api/tasks/${task(n)}/comments?order=newest&limit=50`],
    ['open: the contact', (n) => `/api/contacts/${contact(n)}`],
    ['open: other tasks of the contact', (n) => `/api/tasks?status=all&contactId=${contact(n)}&limit=10`],
  ]
}

async function ask({ url, token }: BenchHouse, pathOf: (n: number) => string): Promise<number[]> {
  const times: number[] = []
  for (let n = 0; n < TIMES; n++) {
    const began = performance.now()
    const response = await fetch(`${url}${pathOf(n)}`, { headers: { authorization: `Bearer ${token}` } })
    await response.arrayBuffer()
    times.push(performance.now() - began)
    if (!response.ok) throw new Error(`${pathOf(n)} was answered ${response.status}`)
  }
  return times
}

/** From clients who have written before. */
async function comeIn({ url, channelId, database }: BenchHouse): Promise<number[]> {
  const times: number[] = []
  for (let n = 1; n <= TIMES; n++) {
    const text = `comes in ${n}`
    const began = performance.now()
    await post(`${url}/webhooks/${channelId}`, textMessage(`49151${String(n).padStart(8, '0')}`, text))
    const stored = () =>
      database.db
        .selectFrom('comments')
        .select('id')
        .where('text', '=', text)
        .where('stored_at', '>', new Date(began + performance.timeOrigin - 60_000))
        .where('task_id', '=', `00000003-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as never)
        .executeTakeFirst()
    while (!(await stored()));
    times.push(performance.now() - began)
  }
  return times
}

function row(what: string, times: number[]) {
  return {
    what,
    'p50 ms': percentile(times, 0.5).toFixed(1),
    'p95 ms': percentile(times, 0.95).toFixed(1),
    'most ms': Math.max(...times).toFixed(1),
  }
}

async function size(): Promise<string> {
  const { rows } = await sql<{ size: string }>`
    select pg_size_pretty(pg_database_size(current_database())) as size`.execute(house.database.db)
  return rows[0]?.size ?? '?'
}
