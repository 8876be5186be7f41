import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../../../src/store/index.ts'
import { inIntakeTransaction } from '../../../../src/store/intake/run.ts'
import { AWAITS_TIME } from '../../../../src/store/scenarios/timed/wanted-triggers.ts'
import { publishDocument } from '../../../kit/scenarios.ts'
import { openQuietHouse, type QuietHouse, sweep, urlOf } from './quiet-house.ts'

let house: QuietHouse
beforeAll(async () => {
  house = await openQuietHouse()
})
afterAll(() => house.close())

/** By which index each range of facts is read, and the column that bounds it. */
const RANGES: Record<string, [index: string, column: string]> = {
  'timed-c.last_message_at-all': ['conversations_last_message', 'last_message_at'],
  'timed-c.last_in_at-all': ['conversations_last_in', 'last_in_at'],
  'timed-c.last_in_at-all-changed': ['conversations_last_message', 'last_message_at'],
  'timed-t.due_at-all': ['tasks_due', 'due_at'],
  'timed-t.due_at-all-changed': ['tasks_active_updated', 'updated_at'],
}

/** Plans are made once per connection, perhaps while tables are empty. */
describe('the statements of timed triggers', () => {
  it('read ranges of an index, whatever the planner believes of the size of tables', async () => {
    const { pool } = house.database
    const triggers = [
      '{ event: conversation.idle, for: 2h }',
      '{ event: window.closing, before: 2h }',
      '{ event: window.closed }',
      '{ event: task.due, before: 1d }',
      '{ event: task.overdue }',
    ]
    for (const [n, trigger] of triggers.entries()) await house.publish(`t${n}`, trigger)
    await publishDocument(
      house,
      `{ id: waits, name: Waits, trigger: { event: message.received }, steps: [
        { id: w, wait: { for: [window.closed, task.due, task.overdue], timeout: 1d } }] }`,
    )
    const prepared = new Map<string, string>()
    // Over one connection, so that every statement is prepared on it.
    const single = openDatabase(await urlOf(house.database), { maxConnections: 1 })
    try {
      await sweep(single, new Date())
      await sweep(single, new Date(Date.now() + 1_000))
      const { rows } = await single.pool.query<{ name: string; statement: string }>(
        `select name, statement from pg_prepared_statements where name like 'timed-%_at-%'`,
      )
      for (const { name, statement } of rows) prepared.set(name, statement)
    } finally {
      await single.close()
    }
    expect([...prepared.keys()].toSorted()).toEqual(Object.keys(RANGES).toSorted())
    for (const [name, statement] of prepared) {
      const plan = await inIntakeTransaction(pool, async (run) => {
        const lines = await run<{ 'QUERY PLAN': string }>({ name: '', text: `explain (generic_plan) ${statement}` }, [])
        return lines.map((line) => line['QUERY PLAN'].trim())
      })
      const [index, column] = RANGES[name] ?? ['', '']
      const scan = plan.findIndex((line) => new RegExp(`Index Scan.* (using|on) ${index}\\b`).test(line))
      expect(plan[scan + 1], `${name}\n${plan.join('\n')}`).toMatch(new RegExp(`^Index Cond: \\(+${column} >`))
      expect(
        plan.filter((line) => /Seq Scan|Hash Join|hashed SubPlan/.test(line)).map((line) => `${name}: ${line}`),
      ).toEqual([])
    }
  })

  it('finds waiting runs by an index of their own', async () => {
    const { rows } = await house.database.pool.query<{ 'QUERY PLAN': string }>(
      `explain select scenario_id, version from runs where ${AWAITS_TIME} order by scenario_id, version limit 1`,
    )
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('using runs_await_time')
  })
})
