import type { ReferenceModel } from '../domain/bulk/reference-model.ts'
import type { BulkChannel } from './bulk-channel.ts'

/** What a channel must look like, by the model; in the form of `BulkChannel.seen`. */
export function expected(
  model: ReferenceModel,
  conversations: readonly string[],
): Omit<Awaited<ReturnType<BulkChannel['seen']>>, 'clusters'> {
  return {
    tasks: conversations.map((conversation) => ({
      conversation,
      tasks: model.standing(conversation).map(({ openedBy, active, feed }) => ({ openedBy, active, feed })),
    })),
    messages: Object.fromEntries(model.messages.map(({ id, state }) => [id, state])),
    marked: model.messages
      .filter(({ state }) => state !== 'shown')
      .map(({ id }) => id)
      .sort(),
    repliesTo: Object.fromEntries(model.replyToBulk),
  }
}

/** The mailings that the rule found, of all types. */
export const expectedClusters = (model: ReferenceModel): string[] =>
  [...new Set(model.messages.map(({ type }) => type))]
    .flatMap((type) => model.clusters(type))
    .map((cluster) => [...cluster].sort().join(' '))
    .sort()
