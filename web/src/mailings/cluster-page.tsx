import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { channelsQuery } from '../api/people.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Card, Page } from '../ui/page.tsx'
import { useNow } from '../ui/use-now.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { type BulkMessage, type Cluster, clusterMessagesQuery, clusterQuery, type SendingChannel } from './api.ts'
import { bulkKind } from './bulk-kind.ts'
import { ruleOf, timeWords } from './bulk-rule.tsx'
import { BACK_LINK } from './link-button.ts'
import { useLiveBulk } from './use-live-mailings.ts'
import { Cell, VirtualRows } from './virtual-rows.tsx'
import { mailingWords } from './words.ts'

/** One set of bulk messages: why they are one, and what became of each. */
export function ClusterPage() {
  const { clusterId } = useParams({ from: '/app/mailings/bulk/$clusterId' })
  const words = useRoomWords(mailingWords)
  const { words: app } = useLanguage()
  const query = useQuery(clusterQuery(clusterId))
  useLiveBulk()
  return (
    <Page
      title={query.data ? bulkKind(query.data.fingerprint, words, app.kinds) : words.bulk.list}
      width="wide"
      above={
        <Link to="/mailings/bulk" className={BACK_LINK}>
          <ChevronLeft size={16} aria-hidden="true" />
          {words.bulk.back}
        </Link>
      }
    >
      <Loaded query={query}>
        {(cluster) => (
          <div className="space-y-4">
            <Why cluster={cluster} />
            <Messages clusterId={clusterId} />
          </div>
        )}
      </Loaded>
    </Page>
  )
}

function Why({ cluster }: { cluster: Cluster }) {
  const words = useRoomWords(mailingWords)
  const { formats } = useLanguage()
  const channels = useQuery(channelsQuery).data as SendingChannel[] | undefined
  const channel = channels?.find(({ id }) => id === cluster.channelId)
  const { threshold, window } = ruleOf(channel, words)
  const { firstAt, lastAt, campaignId, count } = cluster
  const seconds = firstAt && lastAt ? (Date.parse(lastAt) - Date.parse(firstAt)) / 1000 : 0
  const numbers = [
    [words.bulk.columns.count, count],
    [words.bulk.columns.held, cluster.held],
    [words.bulk.columns.replied, cluster.replied],
    [words.bulk.columns.expired, cluster.expired],
  ] as const
  return (
    <Card title={words.bulk.why}>
      <p>
        {campaignId === null
          ? words.bulk.whyRule(count, timeWords(seconds, words.bulk), threshold, window)
          : words.bulk.whyCampaign}
      </p>
      {campaignId !== null && (
        <Link to="/mailings/campaigns/$campaignId" params={{ campaignId }} className="text-accent hover:underline">
          {words.bulk.openCampaign}
        </Link>
      )}
      <p className="mt-1 text-xs wrap-anywhere text-soft">
        {[channel?.name, firstAt && formats.moment(new Date(firstAt))].filter(Boolean).join(' · ')}
        <span className="block">
          {words.bulk.fingerprint}: <code>{cluster.fingerprint}</code>
        </span>
      </p>
      <dl className="mt-3 grid grid-cols-2 gap-3 sm:grid-cols-4">
        {numbers.map(([label, value]) => (
          <div key={label}>
            <dt className="text-xs text-soft">{label}</dt>
            <dd className="text-base font-semibold tabular-nums">{words.number(value)}</dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}

function Messages({ clusterId }: { clusterId: string }) {
  const words = useRoomWords(mailingWords)
  const query = useInfiniteQuery(clusterMessagesQuery(clusterId))
  return (
    <Loaded query={query}>
      {({ pages }) => (
        <VirtualRows
          label={words.bulk.messages}
          columns="grid-cols-[minmax(0,1fr)_auto] sm:grid-cols-[minmax(0,1fr)_minmax(0,1.6fr)_minmax(0,1.2fr)_8rem]"
          head={[words.bulk.client, words.bulk.message, words.bulk.state, words.one.columns.task]}
          rows={pages.flatMap(({ items }) => items)}
          query={query}
          keyOf={(message) => message.id}
        >
          {(message) => <MessageRow message={message} />}
        </VirtualRows>
      )}
    </Loaded>
  )
}

function MessageRow({ message }: { message: BulkMessage }) {
  const words = useRoomWords(mailingWords)
  const { words: app, formats } = useLanguage()
  const now = useNow(60_000)
  const { contact, state, holdUntil, settledAt, delivery, taskId } = message
  return (
    <>
      <Cell>
        <bdi className="block truncate font-medium">{contact?.name ?? words.bulk.unknownClient}</bdi>
        <span className="block text-xs text-soft tabular-nums">
          {contact?.phone} · {formats.short(new Date(message.at), now)}
        </span>
      </Cell>
      <Cell className="max-sm:order-last max-sm:col-span-2">
        <p dir="auto" className="line-clamp-2 wrap-anywhere">
          {message.text ?? (message.kind && app.kinds[message.kind])}
        </p>
        {delivery && (
          <span className={`block text-xs ${delivery.state === 'failed' ? 'text-danger' : 'text-soft'}`}>
            {delivery.error?.message ?? app.delivery.states[delivery.state]}
          </span>
        )}
      </Cell>
      <Cell>
        <span className="block">{words.bulk.states[state]}</span>
        {state === 'held' && holdUntil && (
          <span className="block text-xs text-soft">{words.bulk.heldUntil(formats.moment(new Date(holdUntil)))}</span>
        )}
        {state === 'replied' && settledAt && (
          <span className="block text-xs text-soft">{words.bulk.repliedAt(formats.moment(new Date(settledAt)))}</span>
        )}
      </Cell>
      <Cell>
        {taskId !== null && (
          <Link to="/inbox/$taskId" params={{ taskId }} className="text-accent hover:underline">
            {words.one.openTask}
          </Link>
        )}
      </Cell>
    </>
  )
}
