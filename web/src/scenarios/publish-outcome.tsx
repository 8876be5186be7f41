import { Link } from '@tanstack/react-router'
import { CircleCheck } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { InFlight, Published } from './api.ts'
import { publishWords } from './publish-words.ts'

/** What a publish did with the runs that were open. */
export function PublishOutcome({
  published,
  inFlight,
  onClose,
}: {
  published: Published
  inFlight: InFlight
  onClose: () => void
}) {
  const words = useRoomWords(publishWords).done
  const app = useWords().app
  const { asked, kept } = published.runs
  const title = words.title(published.published?.version ?? 0)
  return (
    <Dialog title={title} onClose={onClose}>
      <div role="status" className="space-y-2">
        <p className="flex items-center gap-2">
          <CircleCheck size={16} aria-hidden="true" className="shrink-0 text-success" />
          {asked === 0 && kept === 0 ? words.none : asked > 0 ? moved() : words.kept(kept)}
        </p>
        {asked > 0 && kept > 0 && <p className="pl-6">{words.kept(kept)}</p>}
        {!published.enabled && <Notice look="warning">{words.off}</Notice>}
      </div>
      <div className="mt-5 flex items-center justify-end gap-3">
        <Link
          to="/scenarios/$id/runs"
          params={{ id: published.id }}
          onClick={onClose}
          className="text-[0.8125rem] text-accent hover:underline"
        >
          {words.watch}
        </Link>
        <Button look="primary" onClick={onClose}>
          {app.close}
        </Button>
      </div>
    </Dialog>
  )

  function moved(): string {
    return inFlight === 'restart' ? words.asked.restart(asked) : words.asked.migrate(asked)
  }
}
