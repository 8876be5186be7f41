import { useQuery } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'
import { meQuery } from '../api/session.ts'
import { Page } from '../ui/page.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { attentionQuery, sumOf } from './attention-count.ts'
import { BlockedRuns } from './blocked-runs.tsx'
import { DeadLetters } from './dead-letters.tsx'
import { DeliveryPart } from './delivery-part.tsx'
import { PartLinks } from './part-links.tsx'
import { TroubledChannels } from './troubled-channels.tsx'
import { useAttentionLive } from './use-attention-live.ts'
import { attentionWords } from './words.ts'

/** Everything that needs a person, the most pressing first. */
export function AttentionPage() {
  const words = useRoomWords(attentionWords)
  const me = useQuery(meQuery).data
  const counts = useQuery({ ...attentionQuery, refetchOnMount: 'always' }).data
  useAttentionLive()
  const calm = counts !== undefined && sumOf(counts) === 0
  return (
    <Page title={words.title} intro={words.intro}>
      {counts && !calm && <PartLinks counts={counts} />}
      <div className="space-y-5">
        <DeliveryPart state="unknown" />
        <DeliveryPart state="failed" />
        <BlockedRuns />
        {me?.permissions.includes('dead_letters.manage') && <DeadLetters />}
        <TroubledChannels />
      </div>
      <div role="status">
        {calm && (
          <div className="flex flex-col items-center gap-2 px-4 py-12 text-center">
            <CircleCheck size={36} aria-hidden="true" className="text-success" />
            <p className="text-base font-medium">{words.calm}</p>
            <p className="max-w-md text-[0.8125rem] text-soft">{words.calmHint}</p>
          </div>
        )}
      </div>
    </Page>
  )
}
