import { Pause, Play, Plug, Send } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { showToast } from '../../ui/toast.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { useErrorText } from '../../words/use-error-text.ts'
import type { ChannelDetails } from '../api.ts'
import { channelWords } from '../words.ts'
import { ReconnectDialog } from './reconnect-dialog.tsx'
import { TestMessageDialog } from './test-message-dialog.tsx'
import { useChannelAction } from './use-channel-change.ts'

/** What can be done with a channel as it is now. */
export function ChannelActions({ channel }: { channel: ChannelDetails }) {
  const words = useRoomWords(channelWords)
  const errorText = useErrorText(words.errors)
  const [open, setOpen] = useState<'pause' | 'reconnect' | 'test' | null>(null)
  const close = () => setOpen(null)
  const pause = useChannelAction(channel.id, () => {
    close()
    showToast(words.paused(channel.name), { action: { label: words.resume, run: () => resume.mutate('resume') } })
  })
  const resume = useChannelAction(channel.id, () => showToast(words.resumed(channel.name)))
  const { state } = channel
  const isBroken = state === 'disconnected' || state === 'restricted' || state === 'needs_attention'
  return (
    <>
      {isBroken && (
        <Button look="primary" onClick={() => setOpen('reconnect')}>
          <Plug size={15} aria-hidden="true" />
          {words.reconnect}
        </Button>
      )}
      {state === 'paused' && (
        <Button
          look="primary"
          disabled={resume.isPending}
          onClick={() =>
            resume.mutate('resume', { onError: (error) => showToast(errorText(error), { look: 'danger' }) })
          }
        >
          <Play size={15} aria-hidden="true" />
          {words.resume}
        </Button>
      )}
      {state === 'connected' && (
        <>
          <Button onClick={() => setOpen('test')}>
            <Send size={15} aria-hidden="true" />
            {words.sendTest}
          </Button>
          <Button onClick={() => setOpen('pause')}>
            <Pause size={15} aria-hidden="true" />
            {words.pause}
          </Button>
        </>
      )}
      {open === 'pause' && (
        <Confirm
          title={words.pauseTitle}
          action={words.pause}
          busy={pause.isPending}
          error={pause.error}
          onConfirm={() => pause.mutate('pause')}
          onClose={close}
        >
          <p>{words.pauseText}</p>
        </Confirm>
      )}
      {open === 'reconnect' && <ReconnectDialog channel={channel} onClose={close} />}
      {open === 'test' && <TestMessageDialog channel={channel} onClose={close} />}
    </>
  )
}
