import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { channelsQuery } from '../api/people.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Field } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { type DeadLetter, letterQuery, putAwayLetter, replayLetter } from './api.ts'
import { attentionWords } from './words.ts'

/** One thing that came: why it could not be worked off, what it holds, and the two ways out. */
export function DeadLetterRow({ letter }: { letter: DeadLetter }) {
  const { formats } = useLanguage()
  const words = useRoomWords(attentionWords)
  const errorText = useErrorText(words.errors)
  const client = useQueryClient()
  const channels = useQuery(channelsQuery).data
  const [puttingAway, setPuttingAway] = useState(false)
  const changed = () => {
    for (const name of ['dead-letters', 'attention']) void client.invalidateQueries({ queryKey: [name] })
  }
  const replay = useMutation({
    mutationFn: () => replayLetter(letter.id),
    onSuccess: () => showToast(words.letters.replayed),
    onSettled: changed,
  })
  const channel = channels?.find(({ id }) => id === letter.channelId)?.name ?? words.letters.unknownChannel
  const when = formats.moment(new Date(letter.createdAt))
  return (
    <article aria-label={`${when}, ${channel}`} className="p-4">
      <h3 className="font-medium">{words.letters.reasons[letter.reason] ?? words.letters.other(letter.reason)}</h3>
      <p className="text-xs text-soft">
        {when} · <bdi>{channel}</bdi>
      </p>
      <p className="mt-1 max-w-prose text-[0.8125rem] wrap-anywhere text-soft">{letter.detail}</p>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button
          small
          aria-label={words.letters.replayOf(when)}
          disabled={replay.isPending}
          onClick={() => replay.mutate()}
          className="pointer-coarse:h-11"
        >
          {words.letters.replay}
        </Button>
        <Button small onClick={() => setPuttingAway(true)} className="pointer-coarse:h-11">
          {words.letters.putAway}
        </Button>
      </div>
      {replay.error && (
        <Notice look="danger" urgent className="mt-2">
          {errorText(replay.error)}
        </Notice>
      )}
      <WhatCame id={letter.id} />
      {puttingAway && <PutAway id={letter.id} onDone={changed} onClose={() => setPuttingAway(false)} />}
    </article>
  )
}

function WhatCame({ id }: { id: string }) {
  const words = useRoomWords(attentionWords).letters
  const [open, setOpen] = useState(false)
  const letter = useQuery({ ...letterQuery(id), enabled: open }).data
  return (
    <details className="group/came mt-2 text-xs" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="inline-flex min-h-6 list-none items-center gap-1 text-soft hover:text-ink pointer-coarse:min-h-11 [&::-webkit-details-marker]:hidden">
        <ChevronRight size={13} aria-hidden="true" className="transition-transform group-open/came:rotate-90" />
        {words.show}
      </summary>
      {letter && letter.part === null && <p className="mt-1 text-soft">{words.nothing}</p>}
      {letter && letter.part !== null && (
        <>
          <p className="mt-1 text-soft">{words.content}</p>
          <pre className="mt-1 max-h-80 overflow-auto rounded-md bg-ground p-2.5 wrap-anywhere whitespace-pre-wrap">
            {typeof letter.part === 'string' ? letter.part : JSON.stringify(letter.part, null, 2)}
          </pre>
        </>
      )}
    </details>
  )
}

function PutAway({ id, onDone, onClose }: { id: string; onDone: () => void; onClose: () => void }) {
  const words = useRoomWords(attentionWords).letters
  const [note, setNote] = useState('')
  const putAway = useMutation({
    mutationFn: () => putAwayLetter(id, note.trim()),
    onSuccess: () => {
      showToast(words.putAwayDone)
      onClose()
      onDone()
    },
  })
  return (
    <Confirm
      title={words.putAwayTitle}
      action={words.putAway.replace('…', '')}
      busy={putAway.isPending}
      error={putAway.error}
      onConfirm={() => putAway.mutate()}
      onClose={onClose}
    >
      <p>{words.putAwayText}</p>
      <Field label={words.note} value={note} maxLength={1_000} onChange={({ target }) => setNote(target.value)} />
    </Confirm>
  )
}
