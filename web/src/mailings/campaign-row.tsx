import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Channel } from '../api/types.ts'
import { Td } from '../ui/table.tsx'
import { useNow } from '../ui/use-now.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { type Campaign, type CampaignCounts, campaignQuery } from './api.ts'
import { CampaignStateBadge } from './state-badge.tsx'
import { mailingWords } from './words.ts'

interface CampaignRowProps {
  campaign: Campaign
  channel: Channel | undefined
  mayEdit: boolean
}

export function CampaignRow({ campaign, channel, mayEdit }: CampaignRowProps) {
  const words = useRoomWords(mailingWords)
  const { formats } = useLanguage()
  const now = useNow(60_000)
  // Each by itself: the numbers of one that runs are asked for again, and no others.
  const counts = useQuery(campaignQuery(campaign.id)).data?.counts
  const number = (key: keyof CampaignCounts) => (
    <Td numeric>{counts === undefined ? <span className="text-soft">…</span> : words.number(counts[key])}</Td>
  )
  const when = campaign.startedAt ?? campaign.scheduleAt ?? campaign.createdAt
  const link = 'font-medium text-ink hover:text-accent hover:underline'
  return (
    <tr>
      <Td className="min-w-48">
        {campaign.state === 'draft' && mayEdit ? (
          <Link to="/mailings/new" search={{ draft: campaign.id }} className={link}>
            {campaign.name}
          </Link>
        ) : (
          <Link to="/mailings/campaigns/$campaignId" params={{ campaignId: campaign.id }} className={link}>
            {campaign.name}
          </Link>
        )}
        <span className="block text-xs text-soft">
          {channel && `${channel.name} · `}
          {words.campaigns.by(campaign.template.name, formats.short(new Date(when), now))}
        </span>
      </Td>
      <Td>
        <CampaignStateBadge state={campaign.state} />
        {campaign.stateReason && (
          <span className="mt-1 block max-w-64 text-xs text-warning">
            {words.one.reasons[campaign.stateReason.code] ?? campaign.stateReason.message}
          </span>
        )}
        {campaign.state === 'scheduled' && campaign.scheduleAt && (
          <span className="mt-1 block text-xs text-soft">{formats.moment(new Date(campaign.scheduleAt))}</span>
        )}
      </Td>
      {number('queued')}
      {number('sent')}
      {number('read')}
      {number('replied')}
      {number('failed')}
    </tr>
  )
}
