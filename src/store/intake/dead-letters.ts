import type { ChannelId, DeadLetterId } from '../../domain/ids.ts'
import { letterNews } from '../live-events.ts'
import { storeLive } from './notes.ts'
import type { Run, Statement } from './run.ts'

const RESOLVE: Statement = {
  name: 'intake-resolve-dead-letter',
  text: `update dead_letters set resolved_at = now(), resolution = 'replayed'
    where id = $1 and resolved_at is null returning channel_id`,
}

/** Settles it and tells the screens. @returns false when it was resolved already */
export async function resolveReplayed(run: Run, id: DeadLetterId): Promise<boolean> {
  const [resolved] = await run<{ channel_id: ChannelId | null }>(RESOLVE, [id])
  if (resolved) await storeLive(run, [letterNews(id, resolved.channel_id, 'resolved')])
  return resolved !== undefined
}
