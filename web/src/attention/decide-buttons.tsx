import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { Decision, Trouble } from './api.ts'
import { attentionWords } from './words.ts'

interface DecideButtonsProps {
  state: Trouble
  who: { client: string; channel: string }
  maySettle: boolean
  busy: boolean
  onDecide: (decision: Decision) => void
}

/** What is safe is one click away; what may reach the client twice is asked about first. */
export function DecideButtons({ state, who, maySettle, busy, onDecide }: DecideButtonsProps) {
  const words = useRoomWords(attentionWords).decide
  const [asking, setAsking] = useState(false)
  const { client, channel } = who
  if (state === 'failed') {
    return (
      <>
        <Button
          small
          look="message"
          disabled={busy}
          onClick={() => onDecide('retry')}
          className="max-w-full min-w-0 shrink pointer-coarse:h-11"
        >
          <span className="truncate">{words.retryTo(client, channel)}</span>
        </Button>
        <Button small disabled={busy} onClick={() => onDecide('attend')} className="pointer-coarse:h-11">
          {words.attend}
        </Button>
      </>
    )
  }
  return (
    <>
      {maySettle && (
        <>
          <Button small disabled={busy} onClick={() => onDecide('sent')} className="pointer-coarse:h-11">
            {words.sent}
          </Button>
          <Button small disabled={busy} onClick={() => onDecide('failed')} className="pointer-coarse:h-11">
            {words.failed}
          </Button>
        </>
      )}
      <Button small look="danger" disabled={busy} onClick={() => setAsking(true)} className="pointer-coarse:h-11">
        {words.retryUnknown}
      </Button>
      {asking && (
        <Confirm
          title={words.retryTitle}
          action={words.twiceAction}
          look="danger"
          onConfirm={() => {
            setAsking(false)
            onDecide('retry')
          }}
          onClose={() => setAsking(false)}
        >
          <p className="rounded-md bg-warning-ground px-3 py-2 text-warning">{words.twice(client, channel)}</p>
        </Confirm>
      )}
    </>
  )
}
