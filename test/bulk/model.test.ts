import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ReferenceModel } from '../domain/bulk/reference-model.ts'
import { type House, openHouse } from '../kit/house.ts'
import { BulkChannel } from './bulk-channel.ts'
import { CONVERSATIONS, commandsOf, options, stories } from './commands.ts'
import { expected, expectedClusters } from './expected.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

/** Every run has a channel of its own, so that a smaller story can be tried again. */
describe('the bulk rule on a real database is the reference model', () => {
  test('one thing after another: the same feeds, holds, replies, mailings and withdrawn tasks after each', async () => {
    await fc.assert(
      fc.asyncProperty(stories({ max: 25 }), async ({ bulk, drafts }) => {
        const rule = options(bulk)
        const model = new ReferenceModel(rule)
        const channel = await BulkChannel.open(house, CONVERSATIONS, rule)
        const commands = commandsOf(drafts, rule)
        for (const command of commands) {
          model.apply(command)
          await channel.store(command)
          await channel.settle()
          const { clusters, ...seen } = await channel.seen()
          expect(seen).toEqual(expected(model, CONVERSATIONS))
          if (!commands.some((one) => one.do === 'campaign')) expect(clusters).toEqual(expectedClusters(model))
        }
        expect(await channel.withdrawn()).toBe(model.tasks.filter(({ withdrawn }) => withdrawn).length)
      }),
      { numRuns: 50, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
    )
  }, 120_000)

  test('mailings that arrive and are counted all at once, by several workers: the same in the end', async () => {
    await fc.assert(
      fc.asyncProperty(
        stories({ max: 14, only: ['echo', 'send'] }),
        stories({ max: 14, only: ['echo', 'send'] }),
        async ({ bulk, drafts }, second) => {
          const rule = options(bulk)
          const model = new ReferenceModel(rule)
          const channel = await BulkChannel.open(house, CONVERSATIONS, rule)
          const [before, after] = [
            commandsOf(drafts, rule),
            commandsOf([...drafts, ...second.drafts], rule).slice(drafts.length),
          ]
          for (const commands of [before, after]) {
            for (const command of commands) model.apply(command)
            await Promise.all(
              CONVERSATIONS.map(async (conversation) => {
                for (const command of commands) {
                  if (!('conversation' in command) || command.conversation !== conversation) continue
                  await channel.store(command)
                  await channel.work(conversation)
                }
              }),
            )
            await channel.settle()
            const { clusters, ...seen } = await channel.seen()
            expect(seen).toEqual(expected(model, CONVERSATIONS))
            expect(clusters).toEqual(expectedClusters(model))
            // Each client writes: what was held for them stands before their words.
            const at = Math.max(0, ...model.messages.map((message) => message.at)) + 1000
            const replies = CONVERSATIONS.map((conversation) => ({
              do: 'reply' as const,
              id: `${conversation} ${commands === before ? 1 : 2}`,
              conversation,
              at,
            }))
            for (const reply of replies) model.apply(reply)
            await Promise.all(
              replies.map(async (reply) => {
                await channel.store(reply)
                await channel.work(reply.conversation)
              }),
            )
            const { clusters: _, ...answered } = await channel.seen()
            expect(answered).toEqual(expected(model, CONVERSATIONS))
          }
        },
      ),
      { numRuns: 25, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
    )
  }, 120_000)
})
