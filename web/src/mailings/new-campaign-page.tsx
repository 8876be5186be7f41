import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { useState } from 'react'
import { channelsQuery } from '../api/people.ts'
import { templatesQuery } from '../templates/api.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Notice } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { accountQuery, type CampaignOrder, campaignQuery, draftOrderQuery } from './api.ts'
import { CampaignEditor } from './campaign-editor.tsx'
import { emptyForm } from './campaign-form.ts'
import { canonical } from './canonical.ts'
import { formOfOrder } from './form-of-order.ts'
import { BACK_LINK } from './link-button.ts'
import { unfinishedForm } from './unfinished-form.ts'
import { mailingWords } from './words.ts'

/** A campaign is prepared: as a new one, or as a draft that the server keeps. */
export function NewCampaignPage() {
  const { draft } = useSearch({ from: '/app/mailings/new' })
  const words = useRoomWords(mailingWords)
  // Once it is saved its address names the draft; what is on the screen stays.
  const [fresh] = useState(draft === undefined)
  return (
    <Page
      title={draft === undefined ? words.form.new : words.form.edit}
      width="wide"
      above={
        <Link to="/mailings" className={BACK_LINK}>
          <ChevronLeft size={16} aria-hidden="true" />
          {words.form.back}
        </Link>
      }
    >
      {fresh || draft === undefined ? <Fresh /> : <Draft key={draft} id={draft} />}
    </Page>
  )
}

function Fresh() {
  const words = useRoomWords(mailingWords)
  const channels = useQuery(channelsQuery)
  const account = useQuery(accountQuery)
  return (
    <Loaded query={channels}>
      {(all) => (
        <Loaded query={account}>
          {({ timeZone }) => {
            const channel = all.find(({ state }) => state === 'connected') ?? all[0]
            if (!channel) return <Notice look="warning">{words.form.noChannel}</Notice>
            return <CampaignEditor first={unfinishedForm.get() ?? emptyForm(channel.id, timeZone)} draft={null} />
          }}
        </Loaded>
      )}
    </Loaded>
  )
}

function Draft({ id }: { id: string }) {
  const order = useQuery(draftOrderQuery(id))
  return <Loaded query={order}>{(given) => <OpenedDraft id={id} order={given} />}</Loaded>
}

function OpenedDraft({ id, order }: { id: string; order: CampaignOrder }) {
  const words = useRoomWords(mailingWords)
  const templates = useQuery(templatesQuery(order.channelId))
  const account = useQuery(accountQuery)
  const saved = useQuery(campaignQuery(id))
  return (
    <Loaded query={templates}>
      {(all) => (
        <Loaded query={account}>
          {({ timeZone }) => {
            const { name, language } = order.template
            const template = all.find((one) => one.name === name && one.language === language) ?? null
            const form = formOfOrder(order, template, timeZone)
            if (!form || !saved.data) {
              return saved.data ? (
                <Notice look="warning">
                  {words.form.notEditable}{' '}
                  <Link to="/mailings/campaigns/$campaignId" params={{ campaignId: id }} className="underline">
                    {saved.data.name}
                  </Link>
                </Notice>
              ) : null
            }
            return <CampaignEditor first={form} draft={{ id, order: canonical(order) }} />
          }}
        </Loaded>
      )}
    </Loaded>
  )
}
