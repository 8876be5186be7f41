import { expect } from 'vitest'
import type { BulkOptions } from '../../src/domain/bulk/options.ts'
import { type Command, ReferenceModel } from '../domain/bulk/reference-model.ts'
import type { House } from '../kit/house.ts'
import { BulkChannel } from './bulk-channel.ts'
import { expected } from './expected.ts'

/** A story told twice, to the reference model and to a channel on the real database; they must agree after each command. */
export async function tell(
  house: House,
  conversations: readonly string[],
  commands: readonly Command[],
  options: BulkOptions = {},
): Promise<{ model: ReferenceModel; channel: BulkChannel }> {
  const model = new ReferenceModel(options)
  const channel = await BulkChannel.open(house, conversations, options)
  for (const command of commands) {
    model.apply(command)
    await channel.store(command)
    await channel.settle()
    const { clusters: _, ...seen } = await channel.seen()
    expect(seen, `after ${JSON.stringify(command)}`).toEqual(expected(model, conversations))
  }
  return { model, channel }
}
