import { Notice } from '../ui/notice.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { reasonDetail, reasonText } from '../words/run-reasons.ts'
import { scenarioNames } from './names.ts'
import type { Run } from './run-api.ts'
import { runWords } from './run-words.ts'

const LOOKS = { blocked: 'warning', failed: 'danger', stopped: 'plain' } as const

/** Why it needs a person, failed, or was stopped; and what can be done. */
export function RunTrouble({ run }: { run: Run }) {
  const words = useRoomWords(runWords)
  const names = useRoomWords(scenarioNames)
  const { locale } = useLanguage()
  const { state, reason, waitsFor } = run
  if (waitsFor?.paused) return <Notice look="warning">{words.pausedText}</Notice>
  if (!reason || !(state in LOOKS)) return null
  const held = state as keyof typeof LOOKS
  const title = { blocked: words.blockedTitle, failed: words.failedTitle, stopped: words.stoppedTitle }[held]
  const text = reasonText(names.reasons, reason)
  const detail = reasonDetail(locale, text, reason)
  return (
    <Notice look={LOOKS[held]}>
      <p className="font-medium">
        {title}
        {reason.step && <span className="font-normal"> · {words.atStep(reason.step)}</span>}
      </p>
      <p className="wrap-anywhere">{text}</p>
      {detail && <p className="mt-1 text-xs wrap-anywhere">{detail}</p>}
      {held === 'blocked' && (
        <p className="mt-1">
          {words.blockedText} {words.fixInScenario}
        </p>
      )}
    </Notice>
  )
}
