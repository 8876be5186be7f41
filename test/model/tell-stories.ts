import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ScenarioId } from '../../src/domain/ids.ts'
import { openHouse } from '../kit/house.ts'
import { stories } from './commands.ts'
import { Provider } from './provider.ts'
import { publish, RealChannel, type Stage } from './real-channel.ts'
import { ReferenceChannel } from './reference-channel.ts'
import { overSeeds } from './seeds.ts'

/** What is published is the account's: stories that publish side by side need houses of their own. */
const STAGES = 3
/** A single seed is looked at after each command, which shows where it went astray; many are looked at in the end. */
const EACH_STEP = process.env.PARLEY_SEED !== undefined
const SEEDS = 1_000

/**
 * Defines the test that tells the stories of the seeds that are odd, or of those that are even: a file each, so that two
 * processes share the work.
 */
export function tellStories(half: 'odd' | 'even'): void {
  let stages: Stage[] = []
  beforeAll(async () => {
    stages = await Promise.all(
      Array.from({ length: STAGES }, async () => {
        const stage = {
          house: await openHouse(),
          provider: await Provider.open(),
          version: 0,
          button: '' as ScenarioId,
          channels: 0,
        }
        await publish(stage)
        return stage
      }),
    )
  })
  afterAll(async () => {
    for (const { house, provider } of stages) {
      await provider.close()
      await house.close()
    }
  })

  const name = `a channel on a real database is the reference channel (${half} seeds)`
  test(name, async () => {
    await overSeeds({
      stories,
      stages,
      seeds: SEEDS,
      takes: (seed) => seed % 2 === (half === 'odd' ? 1 : 0),
      test: { file: `test/model/${half}-seeds.test.ts`, name },
      async tell(stage, { commands, ...options }) {
        const model = new ReferenceChannel(options, stage.version)
        const channel = await RealChannel.open(stage, options)
        for (const command of commands) {
          model.apply(command)
          await channel.apply(command)
          if (EACH_STEP) expect(await channel.seen(), `after ${JSON.stringify(command)}`).toEqual(model.seen())
        }
        model.settle()
        await channel.settle()
        expect(await channel.seen(), 'in the end').toEqual(model.seen())
      },
    })
  }, 3_600_000)
}
