import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TaskId, UserId } from '../../../src/domain/ids.ts'
import { inTransaction } from '../../../src/store/index.ts'
import { loadGlances } from '../../../src/store/tasks/glance.ts'
import { listTasks, type TaskSort } from '../../../src/store/tasks/list-tasks.ts'
import { refreshInbox } from '../../../src/store/tasks/refresh-inbox.ts'
import { countTasks } from '../../../src/store/tasks/task-counts.ts'
import type { TaskFilter } from '../../../src/store/tasks/task-filter.ts'
import { addConversation, addUser, type House, openHouse } from '../../kit/house.ts'

/** So that reading a whole table is dear; a tenth of the tasks is active. */
const TASKS = 6_000
const COMMENTS_EACH = 10

let house: House
let anna: UserId
let task: TaskId
beforeAll(async () => {
  house = await openHouse()
  const { db } = house.database
  anna = await addUser(house.database, 'Anna')
  const conversation = await addConversation(house)
  await sql`insert into contacts (id, name, tags)
    select gen_random_uuid(), 'Client ' || n, case when n % 500 = 0 then '{vip}'::text[] else '{}' end
    from generate_series(1, 2000) n`.execute(db)
  await sql`
    with clients as (select id, row_number() over () as nth from contacts)
    insert into tasks (id, title, requester_id, channel_id, conversation_id, statuses, status, active, assignee_ids,
      updated_at, awaiting_since, inbound_position, inbound_arrived)
    select gen_random_uuid(), 'Task ' || n, c.id, ${house.channel}, ${conversation}, '[]', 'new', n % 10 = 0,
      case when n % 97 = 0 then array[${anna}]::uuid[] else '{}' end, now() - n * interval '1 minute',
      case when n % 3 = 0 then now() - n * interval '1 minute' end, n * 10, n * 10
    from generate_series(1, ${TASKS}::int) n join clients c on c.nth = n % 2000 + 1`.execute(db)
  await sql`update tasks set participant_ids = array[${anna}]::uuid[] where number % 97 = 0`.execute(db)
  await sql`
    insert into comments (id, task_id, conversation_id, channel_id, position, author_kind, author_name, kind, text,
      notifies_contact, arrived)
    select gen_random_uuid(), t.id, t.conversation_id, t.channel_id, t.number * ${COMMENTS_EACH} + k,
      case when k % 2 = 0 then 'contact' else 'employee' end, 'N', 'text', 'T', k % 2 = 1,
      case when k = 4 and t.number % 50 = 0 then t.number * ${COMMENTS_EACH} + 9 end
    from tasks t cross join generate_series(1, ${COMMENTS_EACH}::int) k`.execute(db)
  await sql`insert into task_reads (task_id, user_id, position, arrived)
    select id, ${anna}, inbound_position, inbound_arrived from tasks where number % 2 = 0`.execute(db)
  await sql`insert into task_snoozes (task_id, user_id) select id, ${anna} from tasks where number % 100 = 0`.execute(
    db,
  )
  await sql.raw('vacuum analyze').execute(db)
  task = (await db.selectFrom('tasks').select('id').where('active', '=', true).executeTakeFirstOrThrow()).id
})
afterAll(() => house.close())

/** The plans of all statements that the work sends. */
async function plansOf(work: (db: House['database']['db']) => Promise<unknown>): Promise<string[]> {
  const { db, pool } = house.database
  const sent: { text: string; values: unknown[] }[] = []
  const originals = new Map<object, unknown>()
  const onAcquire = (client: { query: unknown }) => {
    if (originals.has(client)) return
    const query = client.query as (...args: unknown[]) => unknown
    originals.set(client, query)
    client.query = (...args: unknown[]) => {
      if (typeof args[0] === 'string' && Array.isArray(args[1]) && !/^(begin|commit)$/.test(args[0]))
        sent.push({ text: args[0], values: args[1] })
      return query.apply(client, args)
    }
  }
  pool.on('acquire', onAcquire)
  try {
    await work(db)
  } finally {
    pool.off('acquire', onAcquire)
    for (const [client, query] of originals) Object.assign(client, { query })
  }
  const plans: string[] = []
  for (const { text, values } of sent) {
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>({ text: `explain ${text}`, values })
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'))
  }
  return plans
}

const READS_ALL = /Seq Scan on (tasks|comments|task_reads)/

const list = (filter: TaskFilter, sort: TaskSort = 'updated') =>
  plansOf((db) => listTasks(db, { userId: anna, channelIds: null }, filter, { sort, after: null, limit: 50 }))

describe('the list of tasks', () => {
  it.each<[string, TaskFilter, TaskSort]>([
    ['the newest', {}, 'updated'],
    ['active ones', { status: 'active' }, 'updated'],
    ['who has waited longest', { status: 'active', awaiting: true }, 'awaiting'],
    ['all, who has waited longest first', { status: 'active' }, 'awaiting'],
    ['unread ones', { status: 'active', unread: true }, 'updated'],
    ['my own', { status: 'active', assigneeId: 'me' }, 'updated'],
    ["nobody's", { status: 'active', assigneeId: 'none' }, 'updated'],
    ['those with me', { participantId: 'me' }, 'updated'],
    ['what is not put aside', { status: 'active', snoozed: 'hide' }, 'updated'],
  ])('reads no table from end to end: %s', async (_, filter, sort) => {
    const plans = await list(filter, sort)
    expect(plans.length).toBeGreaterThan(1)
    expect(plans.filter((plan) => READS_ALL.test(plan))).toEqual([])
  })
})

describe('what is read besides', () => {
  it('counts over the active tasks alone', async () => {
    const plans = await plansOf((db) => countTasks(db, { userId: anna, channelIds: null }))
    expect(plans.filter((plan) => /Seq Scan on (tasks|comments)/.test(plan))).toEqual([])
  })

  it('finds the ends of feeds by their indexes', async () => {
    const plans = await plansOf((db) => loadGlances(db, { userId: anna, channelIds: null }, [task]))
    expect(plans.filter((plan) => READS_ALL.test(plan))).toEqual([])
  })

  it('reads a feed anew with a look into each index', async () => {
    const plans = await plansOf((db) => inTransaction(db, (tx) => refreshInbox(tx, task)))
    expect(plans).toHaveLength(1)
    expect(plans.filter((plan) => /Seq Scan on (tasks|comments)/.test(plan))).toEqual([])
    const { inbound_position, awaiting_since } = await house.database.db
      .selectFrom('tasks')
      .select(['inbound_position', 'awaiting_since'])
      .where('id', '=', task)
      .executeTakeFirstOrThrow()
    expect([inbound_position, awaiting_since]).toEqual([expect.any(Number), expect.any(Date)])
  })
})
