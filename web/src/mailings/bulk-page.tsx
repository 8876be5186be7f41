import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { channelsQuery } from '../api/people.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Select } from '../ui/field.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Empty } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { Table, Td, Th } from '../ui/table.tsx'
import { useNow } from '../ui/use-now.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { clustersQuery, type SendingChannel } from './api.ts'
import { bulkKind } from './bulk-kind.ts'
import { BulkRule } from './bulk-rule.tsx'
import { MailingTabs } from './mailing-tabs.tsx'
import { useLiveBulk } from './use-live-mailings.ts'
import { mailingWords } from './words.ts'

/** What the bulk rule found (M17–M20), and the messages of campaigns. */
export function BulkPage() {
  const words = useRoomWords(mailingWords)
  const { words: app, formats } = useLanguage()
  const now = useNow(60_000)
  const channels = (useQuery(channelsQuery).data ?? []) as SendingChannel[]
  const [channelId, setChannelId] = useState('')
  const query = useInfiniteQuery({ ...clustersQuery(channelId), placeholderData: keepPreviousData })
  useLiveBulk()
  const { columns } = words.bulk
  return (
    <Page title={words.title} intro={words.bulk.intro} width="wide">
      <MailingTabs />
      <BulkRule
        channel={channels.find(({ id }) => id === channelId) ?? (channels.length === 1 ? channels[0] : undefined)}
      />
      {channels.length > 1 && (
        <Select
          label={words.channel}
          className="mb-3 max-w-60"
          value={channelId}
          onChange={({ target }) => setChannelId(target.value)}
          options={[
            { value: '', label: words.everyChannel },
            ...channels.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
      )}
      <Loaded query={query}>
        {({ pages }) => {
          const clusters = pages.flatMap(({ items }) => items)
          if (clusters.length === 0) return <Empty title={words.bulk.empty} hint={words.bulk.emptyHint} />
          return (
            <>
              <Table
                label={words.bulk.list}
                head={
                  <>
                    <Th>{columns.what}</Th>
                    <Th>{columns.when}</Th>
                    <Th numeric>{columns.count}</Th>
                    <Th numeric>{columns.held}</Th>
                    <Th numeric>{columns.replied}</Th>
                    <Th numeric>{columns.expired}</Th>
                  </>
                }
              >
                {clusters.map((cluster) => (
                  <tr key={cluster.id}>
                    <Td className="min-w-52">
                      <Link
                        to="/mailings/bulk/$clusterId"
                        params={{ clusterId: cluster.id }}
                        className="font-medium hover:text-accent hover:underline"
                      >
                        {bulkKind(cluster.fingerprint, words, app.kinds)}
                      </Link>
                      <span className="mt-0.5 flex flex-wrap items-center gap-1.5 text-xs text-soft">
                        {channels.find(({ id }) => id === cluster.channelId)?.name}
                        {cluster.campaignId !== null && <Badge>{words.bulk.ofCampaign}</Badge>}
                      </span>
                    </Td>
                    <Td className="whitespace-nowrap tabular-nums">
                      {cluster.firstAt && formats.short(new Date(cluster.firstAt), now)}
                    </Td>
                    {([cluster.count, cluster.held, cluster.replied, cluster.expired] as const).map((count, index) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: columns
                      <Td key={index} numeric>
                        {words.number(count)}
                      </Td>
                    ))}
                  </tr>
                ))}
              </Table>
              {query.hasNextPage && (
                <div className="mt-4 text-center">
                  <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    {app.app.loadMore}
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
