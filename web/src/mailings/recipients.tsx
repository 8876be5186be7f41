import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { Select } from '../ui/field.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Empty } from '../ui/notice.tsx'
import { Card } from '../ui/page.tsx'
import { useNow } from '../ui/use-now.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { type CountedCampaign, type Recipient, type RecipientFilter, recipientsFile, recipientsQuery } from './api.ts'
import { saysMore } from './exclusion-text.ts'
import { PLAIN_LINK_BUTTON } from './link-button.ts'
import { Cell, VirtualRows } from './virtual-rows.tsx'
import { mailingWords } from './words.ts'

const FILTERS = {
  all: {},
  replied: { replied: true },
  failed: { state: 'failed' },
  excluded: { state: 'excluded' },
  queued: { state: 'queued' },
  sent: { state: 'sent' },
  delivered: { state: 'delivered' },
  read: { state: 'read' },
  unknown: { state: 'unknown' },
  cancelled: { state: 'cancelled' },
} satisfies Record<string, RecipientFilter>
type FilterName = keyof typeof FILTERS

/** Everybody on the list, with what became of their message. */
export function Recipients({ campaign: { id } }: { campaign: CountedCampaign }) {
  const words = useRoomWords(mailingWords)
  const [name, setName] = useState<FilterName>('all')
  const filter: RecipientFilter = FILTERS[name]
  const query = useInfiniteQuery({ ...recipientsQuery(id, filter), placeholderData: keepPreviousData })
  const { columns } = words.one
  return (
    <Card
      title={words.one.recipients}
      actions={
        <>
          <Select
            label={words.one.filter}
            hideLabel
            value={name}
            onChange={({ target }) => setName(target.value as FilterName)}
            options={(Object.keys(FILTERS) as FilterName[]).map((value) => ({
              value,
              label: words.one.filters[value],
            }))}
          />
          <a href={recipientsFile(id, filter)} download className={PLAIN_LINK_BUTTON}>
            <Download size={14} aria-hidden="true" />
            {words.one.download}
          </a>
        </>
      }
    >
      <Loaded query={query}>
        {({ pages }) => {
          const rows = pages.flatMap(({ items }) => items)
          if (rows.length === 0) return <Empty title={words.one.none} />
          return (
            <VirtualRows
              label={words.one.recipients}
              columns="grid-cols-[minmax(0,1fr)_auto] sm:grid-cols-[3.5rem_minmax(0,1.2fr)_minmax(0,1.6fr)_7rem_8rem]"
              head={[columns.row, columns.who, columns.state, columns.at, columns.task]}
              rows={rows}
              query={query}
              keyOf={(row) => row.row}
            >
              {(row) => <RecipientRow recipient={row} />}
            </VirtualRows>
          )
        }}
      </Loaded>
    </Card>
  )
}

function RecipientRow({ recipient }: { recipient: Recipient }) {
  const words = useRoomWords(mailingWords)
  const { words: app, formats } = useLanguage()
  const now = useNow(60_000)
  const { state, exclusion, error, taskId } = recipient
  const at = recipient.failedAt ?? recipient.readAt ?? recipient.deliveredAt ?? recipient.sentAt
  const name =
    state === 'excluded' || state === 'cancelled' ? words.one.recipientStates[state] : app.delivery.states[state]
  return (
    <>
      <Cell className="hidden text-soft tabular-nums sm:block">{words.number(recipient.row)}</Cell>
      <Cell>
        <bdi className="block truncate font-medium">{recipient.name ?? recipient.to}</bdi>
        {recipient.name && <span className="block text-xs text-soft tabular-nums">{recipient.to}</span>}
      </Cell>
      <Cell className="max-sm:order-last max-sm:col-span-2">
        <span className={state === 'failed' ? 'text-danger' : state === 'excluded' ? 'text-warning' : ''}>
          {recipient.replied ? words.one.filters.replied : name}
        </span>
        {exclusion && (
          <span className="block text-xs text-soft">
            {words.exclusion[exclusion.code]}
            {saysMore(exclusion.code) && `: ${exclusion.message}`}
          </span>
        )}
        {error && <span className="block text-xs text-soft">{error.message}</span>}
      </Cell>
      <Cell className="text-soft tabular-nums">{at ? formats.short(new Date(at), now) : ''}</Cell>
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
