import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChannelId } from '../../src/domain/ids.ts'
import { inIntakeTransaction } from '../../src/store/intake/run.ts'
import { addConversation, type House, openHouse, receive } from '../kit/house.ts'
import { bodyOf, fixture, startWebhookServer, statusOf, textFrom, type WebhookServer } from './webhook-server.ts'

let house: House
let server: WebhookServer

beforeAll(async () => {
  house = await openHouse()
  const { rows } = await house.database.pool.query<{ name: string }>('select current_database() as name')
  const url = new URL(house.database.pool.options.connectionString ?? '')
  url.pathname = `/${rows[0]?.name}`
  server = await startWebhookServer(url.href, { connections: 1 })
})
afterAll(async () => {
  await server.close()
  await house.close()
})

/**
 * Plans are made once per connection, perhaps while tables are empty. One that reads a whole table is invisible in a
 * small test, and grows with every message that was ever received.
 */
describe('the statements of the intake', () => {
  it('read no table from end to end, whatever the planner believes of its size', async () => {
    const channel: ChannelId = house.channel
    await receive(house.database, await addConversation(house))
    const bodies = [
      bodyOf({ messages: [textFrom('16505551234'), textFrom('5511987654321', { bsuid: 'US.1' })] }),
      bodyOf({ statuses: [statusOf('wamid.a', 'sent', { deliveryId: '00000000-0000-7000-8000-000000000000' })] }),
      fixture('account_deleted'),
      fixture('account_reconnected'),
      'no JSON',
    ]
    for (const body of bodies) expect((await server.post(channel, body)).status).toBe(200)

    const { pool } = server.database
    const prepared = await pool.query<{ name: string; statement: string }>(
      `select name, statement from pg_prepared_statements where name like 'intake-%' order by name`,
    )
    expect(prepared.rows.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'intake-append-events',
        'intake-find-names',
        'intake-lock-conversations',
        'intake-record-statuses',
      ]),
    )
    // Those that a reconnection asks, once in months, may read more.
    const rare = ['intake-waiting-conversations', 'intake-newest-effect']
    const plans = await inIntakeTransaction(pool, async (run) => {
      const found: Record<string, string[]> = {}
      for (const { name, statement } of prepared.rows.filter((row) => !rare.includes(row.name))) {
        const lines = await run<{ 'QUERY PLAN': string }>({ name: '', text: `explain (generic_plan) ${statement}` }, [])
        found[name] = lines
          .map((line) => line['QUERY PLAN'])
          .filter((line) => /Seq Scan|hashed SubPlan|Hash Join/.test(line))
      }
      return found
    })
    expect(plans).toEqual(Object.fromEntries(Object.keys(plans).map((name) => [name, []])))
  })
})
