import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Merge } from 'lucide-react'
import { lazy, Suspense, useRef, useState } from 'react'
import { newKey } from '../api/request.ts'
import type { Contact } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { showToast } from '../ui/toast.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { unmergeContacts } from './contact-api.ts'
import { Fact } from './section.tsx'
import { contactWords } from './words.ts'

const MergeDialog = lazy(() => import('./merge-dialog.tsx'))

type Merged = NonNullable<Contact['merges']>[number]

/** Whom this contact took in, each with the way back, and the way to take in another one. */
export function MergeList({ contact }: { contact: Contact }) {
  const { formats } = useLanguage()
  const words = useRoomWords(contactWords).merge
  const [merging, setMerging] = useState(false)
  const [takingBack, setTakingBack] = useState<Merged | null>(null)
  const merges = contact.merges ?? []
  return (
    <>
      {merges.length > 0 && (
        <Fact label={words.merged}>
          <ul className="space-y-1">
            {merges.map((merge) => (
              <li key={merge.id} className="flex items-start justify-between gap-2">
                <div className="min-w-0">
                  <p className="truncate">
                    <bdi>{merge.from.name}</bdi>
                  </p>
                  <p className="text-xs text-soft">
                    {words.mergedOn(formats.moment(new Date(merge.at)), merge.by?.name ?? null)}
                  </p>
                </div>
                <Button
                  small
                  className="pointer-coarse:h-11"
                  aria-label={words.takeBackOf(merge.from.name)}
                  onClick={() => setTakingBack(merge)}
                >
                  {words.takeBack}
                </Button>
              </li>
            ))}
          </ul>
        </Fact>
      )}
      <Button
        small
        look="quiet"
        className="mt-2 -ml-2 max-w-full shrink pointer-coarse:h-11"
        onClick={() => setMerging(true)}
      >
        <Merge size={14} aria-hidden="true" className="shrink-0" />
        <span className="truncate">{words.button}</span>
      </Button>
      {merging && (
        <Suspense fallback={null}>
          <MergeDialog contact={contact} onClose={() => setMerging(false)} />
        </Suspense>
      )}
      {takingBack && <TakeBack merge={takingBack} onClose={() => setTakingBack(null)} />}
    </>
  )
}

function TakeBack({ merge, onClose }: { merge: Merged; onClose: () => void }) {
  const words = useRoomWords(contactWords).merge
  const client = useQueryClient()
  const key = useRef(newKey())
  const takeBack = useMutation({
    mutationFn: () => unmergeContacts(merge.id, key.current),
    onSuccess: () => {
      showToast(words.takenBack(merge.from.name))
      onClose()
    },
    // A refusal, too, says that what is shown is old.
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['contact'] })
      void client.invalidateQueries({ queryKey: ['contact-tasks'] })
    },
  })
  return (
    <Confirm
      title={words.takeBackTitle}
      action={words.takeBack}
      busy={takeBack.isPending}
      error={takeBack.error}
      onConfirm={() => takeBack.mutate()}
      onClose={onClose}
    >
      <p>{words.takeBackText(merge.from.name)}</p>
    </Confirm>
  )
}
