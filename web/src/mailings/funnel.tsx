import { Card } from '../ui/page.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { CampaignCounts, CountedCampaign, SendingChannel } from './api.ts'
import { rateOf, shareOf, spanOf } from './estimate.ts'
import { mailingWords } from './words.ts'

const STAGES = ['queued', 'sent', 'delivered', 'read', 'replied'] as const
const ASIDE = ['waiting', 'failed', 'unknown', 'excluded', 'cancelled', 'held', 'expired'] as const

interface FunnelProps {
  campaign: CountedCampaign
  channel: SendingChannel | undefined
}

/** How many came how far, each stage as a part of those who were to get the message. */
export function Funnel({ campaign: { counts, state }, channel }: FunnelProps) {
  const words = useRoomWords(mailingWords)
  const rate = rateOf(channel)
  const pace =
    state === 'running' && counts.waiting > 0
      ? `${words.one.rate(words.number(rate))}, ${words.one.left(words.span(spanOf(counts.waiting / rate)))}`
      : null
  return (
    <Card
      title={words.one.funnel}
      intro={`${words.one.counts.total}: ${words.people(counts.total)}${pace === null ? '' : ` · ${pace}`}`}
    >
      <dl className="space-y-2">
        {STAGES.map((stage) => (
          <Stage key={stage} stage={stage} counts={counts} />
        ))}
      </dl>
      <dl className="mt-4 grid grid-cols-2 gap-x-4 gap-y-3 border-t border-line pt-3 sm:grid-cols-4 lg:grid-cols-7">
        {ASIDE.map((key) => (
          <div key={key} title={key in words.one.hints ? words.one.hints[key as 'held'] : undefined}>
            <dt className="text-xs text-soft">{words.one.counts[key]}</dt>
            <dd className={`text-base font-semibold tabular-nums ${look(key, counts[key])}`}>
              {words.number(counts[key])}
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}

const look = (key: (typeof ASIDE)[number], count: number): string =>
  count === 0 ? 'text-soft' : key === 'failed' ? 'text-danger' : key === 'unknown' ? 'text-warning' : ''

const FILLS = {
  queued: 'bg-line-strong',
  sent: 'bg-accent-fill',
  delivered: 'bg-accent-fill',
  read: 'bg-read',
  replied: 'bg-message-fill',
}

function Stage({ stage, counts }: { stage: (typeof STAGES)[number]; counts: CampaignCounts }) {
  const words = useRoomWords(mailingWords)
  const share = shareOf(counts[stage], counts.queued)
  return (
    <div className="grid grid-cols-[6.5rem_minmax(0,1fr)_auto] items-center gap-3 sm:grid-cols-[9rem_minmax(0,1fr)_auto]">
      <dt className="text-[0.8125rem] wrap-anywhere">{words.one.counts[stage]}</dt>
      <dd className="contents">
        <span aria-hidden="true" className="h-2.5 overflow-hidden rounded-full bg-hover">
          <span
            className={`block h-full rounded-full transition-[width] duration-500 motion-reduce:transition-none ${FILLS[stage]}`}
            style={{ width: `${share}%` }}
          />
        </span>
        <span className="min-w-20 text-right tabular-nums">
          <span className="font-semibold">{words.number(counts[stage])}</span>{' '}
          {stage !== 'queued' && <span className="ml-1.5 text-xs text-soft">{words.one.share(share)}</span>}
        </span>
      </dd>
    </div>
  )
}
