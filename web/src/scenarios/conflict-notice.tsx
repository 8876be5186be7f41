import { lazy, Suspense } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { formatOf } from './new-document.ts'
import { useOpenDraft } from './use-draft.ts'
import { scenarioWords } from './words.ts'

const TextDiff = lazy(() => import('./text-diff.tsx'))

/** A colleague saved the same draft: both texts beside each other, and the choice. */
export function ConflictNotice({ isOpen, onOpen }: { isOpen: boolean; onOpen: (open: boolean) => void }) {
  const words = useRoomWords(scenarioWords).conflict
  const { state, keepMine, takeTheirs } = useOpenDraft()
  if (!state.conflict) return null
  const choose = (choice: () => void) => () => {
    onOpen(false)
    choice()
  }
  return (
    <>
      <Notice look="warning" urgent className="mb-3 flex flex-wrap items-center justify-between gap-2">
        <span>{words.title}</span>
        <Button small onClick={() => onOpen(true)}>
          {words.open}
        </Button>
      </Notice>
      {isOpen && (
        <Dialog title={words.title} size="large" onClose={() => onOpen(false)}>
          <p className="mb-3 text-soft">{words.text}</p>
          <Suspense>
            <TextDiff
              before={{ label: words.left, text: state.conflict.text }}
              after={{ label: words.right, text: state.text }}
              format={formatOf(state.text)}
            />
          </Suspense>
          <div className="mt-4 flex flex-wrap justify-end gap-2">
            <Button onClick={() => onOpen(false)}>{words.later}</Button>
            <Button title={words.theirsHint} onClick={choose(takeTheirs)}>
              {words.theirs}
            </Button>
            <Button look="primary" title={words.mineHint} onClick={choose(keepMine)}>
              {words.mine}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  )
}
