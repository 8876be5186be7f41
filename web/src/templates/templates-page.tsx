import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useMemo, useState } from 'react'
import { channelsQuery } from '../api/people.ts'
import { meQuery } from '../api/session.ts'
import type { Channel } from '../api/types.ts'
import { MailingTabs } from '../mailings/mailing-tabs.tsx'
import { Button } from '../ui/button.tsx'
import { Field, Select } from '../ui/field.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Empty, Notice } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { type Template, templatesQuery } from './api.ts'
import { SyncLine } from './sync-line.tsx'
import { TemplateDetails } from './template-details.tsx'
import { TemplateEditor } from './template-editor.tsx'
import { findTemplates, NO_SEARCH, type TemplateSearch, valuesOf } from './template-search.ts'
import { TemplateTable } from './template-table.tsx'
import { useLiveTemplates } from './use-template-sync.ts'
import { templateWords } from './words.ts'

/** A channel's templates: their state, and what can be done about them. */
export function TemplatesPage() {
  const words = useRoomWords(templateWords)
  const channels = useQuery(channelsQuery)
  const mayManage = useQuery(meQuery).data?.permissions.includes('templates.manage') ?? false
  const search = useSearch({ from: '/app/templates' })
  const [making, setMaking] = useState(false)
  useLiveTemplates()
  const possible = channels.data?.filter(({ provider }) => provider !== 'instagram') ?? []
  const channel = possible.find(({ id }) => id === search.channel) ?? possible[0]
  return (
    <Page
      title={words.title}
      intro={words.intro}
      width="wide"
      actions={
        mayManage && channel ? (
          <Button look="primary" onClick={() => setMaking(true)}>
            <Plus size={15} aria-hidden="true" />
            {words.page.new}
          </Button>
        ) : undefined
      }
    >
      <MailingTabs />
      <Loaded query={channels}>
        {() =>
          channel ? (
            <ChannelTemplates key={channel.id} channel={channel} channels={possible} mayManage={mayManage} />
          ) : (
            <Notice look="warning">{words.page.noChannel}</Notice>
          )
        }
      </Loaded>
      {making && channel && <TemplateEditor channel={channel} template={null} onClose={() => setMaking(false)} />}
    </Page>
  )
}

interface ChannelTemplatesProps {
  channel: Channel
  channels: Channel[]
  mayManage: boolean
}

function ChannelTemplates({ channel, channels, mayManage }: ChannelTemplatesProps) {
  const words = useRoomWords(templateWords)
  const navigate = useNavigate()
  const { id } = useSearch({ from: '/app/templates' })
  const query = useQuery(templatesQuery(channel.id))
  const [search, setSearch] = useState(NO_SEARCH)
  const show = (template: Template | null) =>
    void navigate({ to: '/templates', search: { channel: channel.id, ...(template ? { id: template.id } : {}) } })
  return (
    <>
      {!mayManage && <p className="mb-3 text-[0.8125rem] text-soft">{words.page.needsAuthor}</p>}
      {channels.length > 1 && (
        <Select
          label={words.channel}
          className="mb-3 max-w-72"
          value={channel.id}
          onChange={({ target }) => void navigate({ to: '/templates', search: { channel: target.value } })}
          options={channels.map(({ id: value, name }) => ({ value, label: name }))}
        />
      )}
      <Loaded query={query}>
        {(templates) => {
          const open = templates.find((template) => template.id === id)
          return (
            <>
              <Filters templates={templates} search={search} onChange={setSearch} />
              <div className="mb-3">
                <SyncLine channelId={channel.id} />
              </div>
              <Found templates={templates} search={search} onOpen={show} />
              {open && (
                <TemplateDetails template={open} channel={channel} mayManage={mayManage} onClose={() => show(null)} />
              )}
            </>
          )
        }}
      </Loaded>
    </>
  )
}

interface FiltersProps {
  templates: Template[]
  search: TemplateSearch
  onChange: (search: TemplateSearch) => void
}

function Filters({ templates, search, onChange }: FiltersProps) {
  const words = useRoomWords(templateWords)
  const label = (key: 'language' | 'category' | 'status', value: string): string => {
    if (key === 'language') return `${words.languageName(value)} (${value})`
    return (key === 'category' ? words.categories : words.statuses)[value] ?? value
  }
  return (
    <div className="mb-3 grid grid-cols-1 gap-3 sm:grid-cols-2 lg:grid-cols-4">
      <Field
        label={words.search}
        type="search"
        placeholder={words.searchHint}
        value={search.text}
        onChange={({ target }) => onChange({ ...search, text: target.value })}
      />
      {(['status', 'category', 'language'] as const).map((key) => (
        <Select
          key={key}
          label={words[key]}
          value={search[key]}
          onChange={({ target }) => onChange({ ...search, [key]: target.value })}
          options={[
            { value: '', label: words.any[key] },
            ...valuesOf(templates, key).map((value) => ({ value, label: label(key, value) })),
          ]}
        />
      ))}
    </div>
  )
}

interface FoundProps {
  templates: Template[]
  search: TemplateSearch
  onOpen: (template: Template) => void
}

function Found({ templates, search, onOpen }: FoundProps) {
  const words = useRoomWords(templateWords)
  const found = useMemo(() => findTemplates(templates, search), [templates, search])
  if (templates.length === 0) return <Empty title={words.none} hint={words.noneHint} />
  if (found.length === 0) return <Empty title={words.nothingFound} />
  return (
    <>
      <p role="status" className="mb-1 text-xs text-soft">
        {words.count(found.length)}
      </p>
      <TemplateTable templates={found} onOpen={onOpen} />
    </>
  )
}
