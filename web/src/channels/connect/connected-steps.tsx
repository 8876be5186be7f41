import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleCheck, CircleDashed, Info } from 'lucide-react'
import type { ReactNode } from 'react'
import { phoneQuery } from '../../api/people.ts'
import { Button } from '../../ui/button.tsx'
import { LINK_BUTTON, LINK_BUTTON_PLAIN } from '../../ui/link-button.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { useErrorText } from '../../words/use-error-text.ts'
import { type ChannelDetails, changeChannel, channelQuery, firstTaskQuery } from '../api.ts'
import { CopyText } from '../copy-text.tsx'
import { reasonInWords } from '../reason-words.ts'
import { useChannelsLive } from '../use-channels-live.ts'
import { channelWords } from '../words.ts'
import { connectWords } from './words.ts'

/** What an app at Meta has to be subscribed to (README). */
const META_FIELDS =
  'messages, account_update, account_alerts, account_review_update, phone_number_quality_update, phone_number_name_update, business_capability_update, security, user_preferences, message_template_status_update, message_template_quality_update, message_template_components_update, template_category_update'
const PHONE_APP_FIELDS = ', smb_message_echoes'

interface ConnectedStepsProps {
  channelId: string
  verifyToken: string
  above: ReactNode
}

/** After a channel was made: its address is verified, and the first message comes. Both are seen as they happen. */
export function ConnectedSteps({ channelId, verifyToken, above }: ConnectedStepsProps) {
  const words = useRoomWords(connectWords).connected
  const channel = useQuery(channelQuery(channelId))
  useChannelsLive()
  return (
    <Loaded query={channel}>
      {(data) => (
        <Page title={words.title(data.name)} intro={words.intro} above={above}>
          <ol className="space-y-3">
            {verifyToken === '' ? (
              <ServiceStep channel={data} />
            ) : (
              <>
                <AddressStep channel={data} verifyToken={verifyToken} />
                <DashboardStep channel={data} verifyToken={verifyToken} />
              </>
            )}
            <MessageStep channel={data} />
          </ol>
          <p className="mt-5 flex flex-wrap gap-2">
            <Link to="/channels/$channelId" params={{ channelId }} className={LINK_BUTTON}>
              {words.toChannel}
            </Link>
            <Link to="/inbox" className={LINK_BUTTON_PLAIN}>
              {words.toInbox}
            </Link>
          </p>
        </Page>
      )}
    </Loaded>
  )
}

function AddressStep({ channel, verifyToken }: { channel: ChannelDetails; verifyToken: string }) {
  const words = useRoomWords(connectWords).connected
  const { errors, reasons } = useRoomWords(channelWords)
  const errorText = useErrorText(errors)
  const again = useMutation({ mutationFn: () => changeChannel(channel.id, { verifyToken }) })
  const done = channel.webhook.verifiedAt !== null
  return (
    <Step state={done ? 'done' : 'waiting'} title={done ? words.address : words.addressWaits}>
      <p className="text-soft">{words.addressText}</p>
      {!done && (
        <>
          {channel.stateReason && <Notice look="warning">{reasonInWords(channel.stateReason, reasons)}</Notice>}
          {again.error && <Notice look="danger">{errorText(again.error)}</Notice>}
          <Button disabled={again.isPending} onClick={() => again.mutate()}>
            {words.again}
          </Button>
        </>
      )}
    </Step>
  )
}

/** A service that checks no address: it has it from Parley or from a person, and the first event shows that it is right. */
function ServiceStep({ channel }: { channel: ChannelDetails }) {
  const words = useRoomWords(connectWords).connected
  const channels = useRoomWords(channelWords)
  const done = channel.webhook.lastSignedAt !== null
  return (
    <Step state={done ? 'done' : 'waiting'} title={done ? words.service : words.serviceWaits}>
      {channel.stateReason && <Notice look="warning">{reasonInWords(channel.stateReason, channels.reasons)}</Notice>}
      <p className="max-w-prose text-soft">{words.serviceText}</p>
      <h3 className="text-xs text-soft">{channels.webhookUrl}</h3>
      <CopyText text={channel.webhookUrl} label={channels.copyOf(channels.webhookUrl)} />
    </Step>
  )
}

function DashboardStep({ channel, verifyToken }: { channel: ChannelDetails; verifyToken: string }) {
  const words = useRoomWords(connectWords).connected
  const channels = useRoomWords(channelWords)
  const isWhatsApp = channel.provider === 'whatsapp-cloud'
  const copy = channels.copyOf
  return (
    <Step state="note" title={isWhatsApp ? words.dashboard : words.elsewhere}>
      <p className="max-w-prose text-soft">{isWhatsApp ? words.dashboardText : words.elsewhereText}</p>
      <h3 className="text-xs text-soft">{channels.webhookUrl}</h3>
      <CopyText text={channel.webhookUrl} label={copy(channels.webhookUrl)} />
      <h3 className="text-xs text-soft">{channels.secrets.verifyToken}</h3>
      <CopyText text={verifyToken} label={copy(channels.secrets.verifyToken)} />
      <p className="text-xs text-soft">{words.tokenOnce}</p>
      {isWhatsApp && (
        <>
          <h3 className="text-xs text-soft">{words.fields}</h3>
          <CopyText text={META_FIELDS + (channel.coexistence ? PHONE_APP_FIELDS : '')} label={copy(words.fields)} />
        </>
      )}
    </Step>
  )
}

function MessageStep({ channel }: { channel: ChannelDetails }) {
  const words = useRoomWords(connectWords).connected
  const phone = useQuery(phoneQuery)
  const task = useQuery(firstTaskQuery(channel.id)).data
  const done = task != null
  const simulated = phone.data === true && /\/simulator\/graph$/.test(channel.graphUrl)
  return (
    <Step state={done ? 'done' : 'waiting'} title={words.message(channel.displayPhone ?? channel.name)}>
      <p className="text-soft">{done ? words.messageHere : `${words.messageText} ${words.messageWaits}`}</p>
      {!done && simulated && (
        <p>
          <a href="/simulator/phone" target="_blank" rel="noopener noreferrer" className={LINK_BUTTON_PLAIN}>
            {words.simulated}
          </a>
        </p>
      )}
      {done && (
        <p className="flex flex-wrap items-center gap-3">
          <span className="font-medium text-success">{words.done}</span>
          <Link to="/inbox/$taskId" params={{ taskId: task.id }} className={LINK_BUTTON_PLAIN}>
            {words.openTask}
          </Link>
        </p>
      )}
    </Step>
  )
}

const STEP_ICONS = {
  done: <CircleCheck size={20} aria-hidden="true" className="shrink-0 text-success" />,
  waiting: <CircleDashed size={20} aria-hidden="true" className="shrink-0 text-soft" />,
  note: <Info size={20} aria-hidden="true" className="shrink-0 text-accent" />,
}

const Step = ({ state, title, children }: { state: keyof typeof STEP_ICONS; title: string; children: ReactNode }) => (
  <li className="flex gap-3 rounded-xl border border-line bg-panel p-4" data-state={state}>
    {STEP_ICONS[state]}
    <div aria-live={state === 'note' ? undefined : 'polite'} className="min-w-0 flex-1 space-y-2 text-[0.8125rem]">
      <h2 className="text-sm font-medium">{title}</h2>
      {children}
    </div>
  </li>
)
