import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { channelsQuery } from '../api/people.ts'
import { meQuery } from '../api/session.ts'
import { templatesQuery } from '../templates/api.ts'
import { TemplatePreview } from '../templates/template-preview.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Notice } from '../ui/notice.tsx'
import { Card, Page } from '../ui/page.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { type CountedCampaign, campaignQuery, EXCLUSIONS, type SendingChannel } from './api.ts'
import { CampaignControls } from './campaign-controls.tsx'
import { Funnel } from './funnel.tsx'
import { BACK_LINK } from './link-button.ts'
import { Recipients } from './recipients.tsx'
import { CampaignStateBadge } from './state-badge.tsx'
import { useLiveCampaigns } from './use-live-mailings.ts'
import { mailingWords } from './words.ts'

/** One campaign: how far it has come, what can be done about it, and what became of everybody on its list. */
export function CampaignPage() {
  const { campaignId } = useParams({ from: '/app/mailings/campaigns/$campaignId' })
  const words = useRoomWords(mailingWords)
  const query = useQuery(campaignQuery(campaignId))
  useLiveCampaigns(campaignId)
  const campaign = query.data
  return (
    <Page
      title={campaign?.name ?? words.title}
      width="wide"
      above={
        <Link to="/mailings" className={BACK_LINK}>
          <ChevronLeft size={16} aria-hidden="true" />
          {words.one.back}
        </Link>
      }
      intro={campaign && <Facts campaign={campaign} />}
    >
      <Loaded query={query}>{(loaded) => <Details campaign={loaded} />}</Loaded>
    </Page>
  )
}

function Facts({ campaign }: { campaign: CountedCampaign }) {
  const words = useRoomWords(mailingWords)
  const { formats } = useLanguage()
  const channel = useQuery(channelsQuery).data?.find(({ id }) => id === campaign.channelId)
  const { state, scheduleAt, startedAt, endedAt, createdBy, createdAt } = campaign
  const moment = (at: string) => formats.moment(new Date(at))
  const facts = [
    channel?.name,
    startedAt === null && scheduleAt && state === 'scheduled' ? words.one.startsAt(moment(scheduleAt)) : null,
    startedAt && words.one.startedAt(moment(startedAt)),
    endedAt && words.one.endedAt(moment(endedAt)),
    startedAt === null ? words.one.madeBy(createdBy.name, moment(createdAt)) : null,
  ].filter(Boolean)
  return (
    <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-[0.8125rem]">
      <CampaignStateBadge state={state} />
      {facts.join(' · ')}
    </p>
  )
}

function Details({ campaign }: { campaign: CountedCampaign }) {
  const words = useRoomWords(mailingWords)
  const mayManage = useQuery(meQuery).data?.permissions.includes('campaigns.manage') ?? false
  const channels = useQuery(channelsQuery).data as SendingChannel[] | undefined
  const channel = channels?.find(({ id }) => id === campaign.channelId)
  const template = useQuery(templatesQuery(campaign.channelId)).data?.find(
    ({ name, language }) => name === campaign.template.name && language === campaign.template.language,
  )
  const { stateReason, excluded } = campaign
  const reasons = EXCLUSIONS.filter((code) => excluded[code])
  return (
    <div className="space-y-4">
      {stateReason && (
        <Notice look="warning" urgent>
          <strong className="font-semibold">{words.one.pausedByItself}.</strong>{' '}
          {words.one.reasons[stateReason.code] ?? stateReason.message}
        </Notice>
      )}
      {mayManage && <CampaignControls campaign={campaign} channel={channel} />}
      <Funnel campaign={campaign} channel={channel} />
      <div className="grid items-start gap-4 md:grid-cols-2">
        {reasons.length > 0 && (
          <Card title={words.one.exclusions}>
            <ul className="space-y-1">
              {reasons.map((code) => (
                <li key={code} className="flex justify-between gap-3">
                  <span>{words.exclusion[code]}</span>
                  <span className="tabular-nums">{words.number(excluded[code] ?? 0)}</span>
                </li>
              ))}
            </ul>
          </Card>
        )}
        <Card title={words.one.template}>
          <p className="mb-2 wrap-anywhere">
            {campaign.template.name} <span className="text-soft">({campaign.template.language})</span>
          </p>
          {template && <TemplatePreview template={template} values={null} />}
        </Card>
      </div>
      <Recipients campaign={campaign} />
    </div>
  )
}
