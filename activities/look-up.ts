import { ApplicationFailure } from '@temporalio/common'
import type { ChannelAdapter } from '../src/channels/port.ts'
import { adapterFor } from '../src/channels/registry.ts'
import type { ConversationId } from '../src/domain/ids.ts'
import type { ProviderFailure } from '../src/domain/provider-failure.ts'
import type { LoadedChannel } from '../src/store/channels/load-channel.ts'
import { loadLookUp, recordPostLink, recordProfile } from '../src/store/contacts/look-up.ts'
import type { WorkerDeps } from './worker-deps.ts'

const PATIENCE_MS = 20_000

/**
 * Asks the provider who a client is, and where people see the posts that were commented on. No message waits for it.
 * @throws a retryable failure where asking again may help; a client who cannot be asked about stays as they are
 */
export async function lookUp(deps: WorkerDeps, conversation: ConversationId): Promise<void> {
  const { database, channels } = deps
  const wanted = await loadLookUp(database.db, conversation)
  const channel = wanted && (await channels.byId(wanted.channelId))
  const adapter = channel && adapterFor(channel.row.provider)
  if (!wanted || !channel || !adapter) return
  const failures = [
    ...(wanted.names ? [await askProfile(deps, { adapter, channel, conversation }, wanted.names)] : []),
    ...(await Promise.all(wanted.posts.map((post) => askPost(deps, { adapter, channel }, post)))),
  ]
  deps.notifyLive()
  const again = failures.find((failure) => failure?.class === 'retry' || failure?.class === 'wait')
  if (!again) return
  throw ApplicationFailure.create({
    type: 'NotLookedUp',
    message: again.code,
    category: 'BENIGN',
    ...(again.retryAfterSeconds === null ? {} : { nextRetryDelay: again.retryAfterSeconds * 1000 }),
  })
}

async function askProfile(
  { database }: WorkerDeps,
  { adapter, channel, conversation }: { adapter: ChannelAdapter; channel: LoadedChannel; conversation: ConversationId },
  names: NonNullable<Awaited<ReturnType<typeof loadLookUp>>>['names'],
): Promise<ProviderFailure | null> {
  const answer = await adapter.profile?.(channel.config, names ?? [], AbortSignal.timeout(PATIENCE_MS))
  if (!answer) return null
  if (!answer.ok) return answer.failure
  await recordProfile(database, conversation, answer.profile)
  return null
}

async function askPost(
  { database }: WorkerDeps,
  { adapter, channel }: { adapter: ChannelAdapter; channel: LoadedChannel },
  { comment, postId }: NonNullable<Awaited<ReturnType<typeof loadLookUp>>>['posts'][number],
): Promise<ProviderFailure | null> {
  const answer = await adapter.post?.(channel.config, postId, AbortSignal.timeout(PATIENCE_MS))
  if (!answer) return null
  const isLeft = !answer.ok && (answer.failure.class === 'retry' || answer.failure.class === 'wait')
  if (isLeft) return answer.failure
  await recordPostLink(database.db, comment, answer.ok ? answer.link : null)
  return null
}
