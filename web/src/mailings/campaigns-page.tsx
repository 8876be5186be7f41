import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { channelsQuery } from '../api/people.ts'
import { meQuery } from '../api/session.ts'
import { Button } from '../ui/button.tsx'
import { Select } from '../ui/field.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Empty } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { Table, Th } from '../ui/table.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { CAMPAIGN_STATES, campaignsQuery } from './api.ts'
import { CampaignRow } from './campaign-row.tsx'
import { LINK_BUTTON } from './link-button.ts'
import { MailingTabs } from './mailing-tabs.tsx'
import { useLiveCampaigns } from './use-live-mailings.ts'
import { mailingWords } from './words.ts'

/** Campaigns, the newest first, with how far each has come. */
export function CampaignsPage() {
  const app = useWords().app
  const words = useRoomWords(mailingWords)
  const me = useQuery(meQuery).data
  const channels = useQuery(channelsQuery).data ?? []
  const [filter, setFilter] = useState({ channelId: '', state: '' })
  const query = useInfiniteQuery({ ...campaignsQuery(filter), placeholderData: keepPreviousData })
  useLiveCampaigns()
  const filtered = filter.channelId !== '' || filter.state !== ''
  const mayManage = me?.permissions.includes('campaigns.manage') ?? false
  const { columns } = words.campaigns
  const create = mayManage ? (
    <Link to="/mailings/new" className={LINK_BUTTON}>
      <Plus size={15} aria-hidden="true" />
      {words.campaigns.new}
    </Link>
  ) : null
  return (
    <Page title={words.title} intro={words.campaigns.intro} width="wide" actions={create}>
      <MailingTabs />
      {!mayManage && <p className="mb-3 text-[0.8125rem] text-soft">{words.campaigns.needsAuthor}</p>}
      <div className="mb-3 grid max-w-lg grid-cols-2 gap-3">
        <Select
          label={words.state}
          value={filter.state}
          onChange={({ target }) => setFilter({ ...filter, state: target.value })}
          options={[
            { value: '', label: words.everyState },
            ...CAMPAIGN_STATES.map((state) => ({ value: state, label: words.states[state] })),
          ]}
        />
        {channels.length > 1 && (
          <Select
            label={words.channel}
            value={filter.channelId}
            onChange={({ target }) => setFilter({ ...filter, channelId: target.value })}
            options={[
              { value: '', label: words.everyChannel },
              ...channels.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        )}
      </div>
      <Loaded query={query}>
        {({ pages }) => {
          const campaigns = pages.flatMap(({ items }) => items)
          if (campaigns.length === 0 && filtered) return <Empty title={words.campaigns.noneMatches} />
          if (campaigns.length === 0) return <Empty title={words.campaigns.empty} hint={words.campaigns.emptyHint} />
          return (
            <>
              <Table
                label={words.tabs.campaigns}
                head={
                  <>
                    <Th>{columns.name}</Th>
                    <Th>{columns.state}</Th>
                    <Th numeric>{columns.recipients}</Th>
                    <Th numeric>{columns.sent}</Th>
                    <Th numeric>{columns.read}</Th>
                    <Th numeric>{columns.replied}</Th>
                    <Th numeric>{columns.failed}</Th>
                  </>
                }
              >
                {campaigns.map((campaign) => (
                  <CampaignRow
                    key={campaign.id}
                    campaign={campaign}
                    channel={channels.find(({ id }) => id === campaign.channelId)}
                    mayEdit={mayManage}
                  />
                ))}
              </Table>
              {query.hasNextPage && (
                <div className="mt-4 text-center">
                  <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    {app.loadMore}
                  </Button>
                </div>
              )}
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}
