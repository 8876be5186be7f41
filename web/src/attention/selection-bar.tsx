import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useState } from 'react'
import { meQuery } from '../api/session.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Notice } from '../ui/notice.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import type { Decision, Trouble, TroubledDelivery } from './api.ts'
import { useDecide } from './use-decide.ts'
import { attentionWords } from './words.ts'

interface SelectionBarProps {
  state: Trouble
  chosen: readonly TroubledDelivery[]
  onClear: () => void
}

/** The same decision for all that are selected. */
export function SelectionBar({ state, chosen, onClear }: SelectionBarProps) {
  const words = useRoomWords(attentionWords)
  const errorText = useErrorText(words.errors)
  const me = useQuery(meQuery).data
  const decide = useDecide()
  const [asking, setAsking] = useState(false)
  const onDecide = (decision: Decision) => decide.mutate({ which: chosen, decision }, { onSuccess: onClear })
  const maySettle = me?.permissions.includes('work.repair') ?? false
  const clients = new Set(chosen.map(({ contact }) => contact.id)).size
  const button = (decision: Decision) => (
    <Button small disabled={decide.isPending} onClick={() => onDecide(decision)} className="pointer-coarse:h-11">
      {words.decide[decision]}
    </Button>
  )
  return (
    <section
      aria-label={words.select.region}
      className="sticky bottom-0 z-10 flex flex-wrap items-center gap-2 border-t border-line bg-selected px-4 py-2.5"
    >
      <p role="status" className="mr-2 text-[0.8125rem] font-medium">
        {words.select.count(chosen.length)}
      </p>
      {state === 'unknown' && maySettle && (
        <>
          {button('sent')}
          {button('failed')}
        </>
      )}
      <Button
        small
        look={state === 'unknown' ? 'danger' : 'plain'}
        disabled={decide.isPending}
        onClick={() => setAsking(true)}
        className="pointer-coarse:h-11"
      >
        {words.decide.retryUnknown}
      </Button>
      {state === 'failed' && button('attend')}
      <IconButton label={words.select.none} onClick={onClear} className="ml-auto">
        <X size={16} aria-hidden="true" />
      </IconButton>
      {decide.error && (
        <Notice look="danger" urgent className="w-full">
          {errorText(decide.error)}
        </Notice>
      )}
      {asking && (
        <Confirm
          title={words.decide.retryTitle}
          action={state === 'unknown' ? words.decide.twiceAction : words.decide.retry}
          look={state === 'unknown' ? 'danger' : 'message'}
          onConfirm={() => {
            setAsking(false)
            onDecide('retry')
          }}
          onClose={() => setAsking(false)}
        >
          <p>{words.decide.sendMany(chosen.length)}</p>
          {state === 'unknown' && (
            <p className="rounded-md bg-warning-ground px-3 py-2 text-warning">{words.decide.twiceMany(clients)}</p>
          )}
        </Confirm>
      )}
    </section>
  )
}
