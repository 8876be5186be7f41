import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import type { Channel } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { Notice } from '../ui/notice.tsx'
import { useLanguage } from '../words/language.tsx'

const STATE_COLOURS: Record<Channel['state'], string> = {
  connected: 'bg-message-bubble text-success',
  paused: 'bg-warning-ground text-warning',
  needs_attention: 'bg-warning-ground text-warning',
  restricted: 'bg-danger-ground text-danger',
  disconnected: 'bg-danger-ground text-danger',
}

export function ChannelCard({ channel }: { channel: Channel }) {
  const { words, formats } = useLanguage()
  const providers: Record<string, string> = words.channels.providers
  const moment = (at: string | null) => (at === null ? words.channels.never : formats.moment(new Date(at)))
  return (
    <section aria-label={channel.name} className="rounded-xl border border-line bg-panel p-4">
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="truncate font-medium">{channel.name}</h2>
          <p className="text-[0.8125rem] text-soft">
            {providers[channel.provider] ?? channel.provider}
            {channel.displayPhone && <span className="tabular-nums"> · {channel.displayPhone}</span>}
          </p>
        </div>
        <span
          className={cx('shrink-0 rounded-full px-2.5 text-xs leading-6 font-medium', STATE_COLOURS[channel.state])}
        >
          {words.channels.states[channel.state]}
        </span>
      </div>
      {channel.stateReason && (
        <Notice look="warning" className="mt-3">
          {channel.stateReason}
        </Notice>
      )}
      {!channel.checked && (
        <Notice look="plain" className="mt-3">
          {words.channels.unchecked}
        </Notice>
      )}
      <dl className="mt-3 grid gap-x-6 gap-y-1 text-[0.8125rem] sm:grid-cols-2">
        <div className="flex gap-2">
          <dt className="text-soft">{words.channels.lastInbound}:</dt>
          <dd>{moment(channel.lastInboundAt)}</dd>
        </div>
        <div className="flex gap-2">
          <dt className="text-soft">{words.channels.lastOutbound}:</dt>
          <dd>{moment(channel.lastOutboundAt)}</dd>
        </div>
      </dl>
      <h3 className="mt-3 mb-1 text-xs text-soft">{words.channels.webhookUrl}</h3>
      <div className="flex items-center gap-2">
        <code className="min-w-0 flex-1 truncate rounded-md bg-ground px-2.5 py-1.5 text-xs select-all">
          {channel.webhookUrl}
        </code>
        {/* Browsers give the clipboard only to pages on https and on this machine. */}
        {'clipboard' in navigator && (
          <CopyButton text={channel.webhookUrl} label={words.channels.copyAddress(channel.name)} />
        )}
      </div>
    </section>
  )
}

const SAY_COPIED_MS = 2_000

function CopyButton({ text, label }: { text: string; label: string }) {
  const { words } = useLanguage()
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), SAY_COPIED_MS)
  }
  return (
    <Button small aria-label={copied ? words.channels.copied : label} onClick={() => void copy()}>
      {copied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
      <span aria-live="polite">{copied ? words.channels.copied : words.channels.copy}</span>
    </Button>
  )
}
