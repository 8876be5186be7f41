import { ApiFailure } from '../api/request.ts'
import { showToast } from '../ui/toast.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { errorText } from '../words/use-error-text.ts'
import { byReason, type Outcome } from './change-many.ts'
import { inboxWords } from './words.ts'

/** Says what came of a change of many tasks, and why some of them did not change. */
export function useReportMany() {
  const app = useWords()
  const words = useRoomWords(inboxWords)
  return {
    report({ changed, failed }: Outcome, undo?: () => void) {
      const action = undo ? { action: { label: app.app.undo, run: undo } } : {}
      if (failed.length === 0) return showToast(words.select.done(changed), action)
      const reasons = byReason(failed).map(({ count, code, message }) =>
        words.select.reason(count, errorText(new ApiFailure(422, code, message), app, words.errors)),
      )
      showToast(`${words.select.partly(changed, failed.length)} ${reasons.join('; ')}`, { look: 'danger' })
    },
    reportStopped: (changed: number, error: unknown) =>
      showToast(`${words.select.stopped(changed)} ${errorText(error, app, words.errors)}`, { look: 'danger' }),
  }
}
