import { useQuery } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { channelsQuery } from '../api/people.ts'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { useNow } from '../ui/use-now.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { useTemplateSync } from './use-template-sync.ts'
import { templateWords } from './words.ts'

/** When the list was last asked for, what went wrong, and a button that asks now. */
export function SyncLine({ channelId }: { channelId: string }) {
  const words = useRoomWords(templateWords)
  const { formats } = useLanguage()
  const errorText = useErrorText(words.errors)
  const now = useNow(60_000)
  const channel = useQuery(channelsQuery).data?.find(({ id }) => id === channelId)
  const sync = useTemplateSync(channelId)
  const syncedAt = channel?.templates.syncedAt ?? null
  const state = () => {
    if (sync.isPending) return words.syncing
    if (sync.error) return errorText(sync.error)
    if (sync.data) return words.synced(sync.data.count, sync.data.added, sync.data.changed, sync.data.gone)
    if (channel?.templates.problem) return words.syncProblem(channel.templates.problem)
    return syncedAt === null ? words.neverSynced : words.lastSync(formats.short(new Date(syncedAt), now))
  }
  const failed = !sync.isPending && (sync.error !== null || (!sync.data && channel?.templates.problem != null))
  return (
    <div className="flex items-center justify-between gap-2">
      <p role="status" className={cx('min-w-0 text-xs', failed ? 'text-danger' : 'text-soft')}>
        {state()}
      </p>
      <Button small look="quiet" disabled={sync.isPending} onClick={() => sync.mutate()}>
        <RefreshCw size={13} aria-hidden="true" className={cx(sync.isPending && 'animate-spin')} />
        {words.sync}
      </Button>
    </div>
  )
}
