import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inTransaction } from '../../src/store/index.ts'
import { refreshInbox } from '../../src/store/tasks/refresh-inbox.ts'
import { type House, openHouse } from '../kit/house.ts'
import { BulkChannel } from './bulk-channel.ts'
import { CONVERSATIONS, commandsOf, options, stories } from './commands.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const shown = () =>
  house.database.db
    .selectFrom('tasks')
    .select(['id', 'awaiting_since', 'last_message_at', 'inbound_position', 'inbound_arrived'])
    .orderBy('id', 'desc')
    .limit(12)
    .execute()

/** All but a failure, which these stories put into the table without the event that tells of it. */
const TOLD = ['echo', 'send', 'reply', 'late reply', 'duplicate', 'touch', 'close', 'campaign', 'expire'] as const

/** Whatever mailings, replies, folds, holds and closed tasks did to feeds: nobody forgot to say so. */
it('what lists show of feeds is what the feeds say, after every step', async () => {
  await fc.assert(
    fc.asyncProperty(stories({ max: 14, only: TOLD }), async ({ bulk, drafts }) => {
      const rule = options(bulk)
      const channel = await BulkChannel.open(house, CONVERSATIONS, rule)
      for (const command of commandsOf(drafts, rule)) {
        await channel.store(command)
        await channel.settle()
        const before = await shown()
        await inTransaction(house.database.db, async (tx) => {
          for (const { id } of before) await refreshInbox(tx, id)
        })
        expect(before, `after ${JSON.stringify(command)}`).toEqual(await shown())
      }
    }),
    { numRuns: 30, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
  )
}, 90_000)
