import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { reasonText } from '../words/run-reasons.ts'
import { nameOf, scenarioNames } from './names.ts'
import type { Run } from './run-api.ts'
import { runWords } from './run-words.ts'

/** In a sentence: what a run waits for and until when, or why it ended or is held. Empty: nothing to say. */
export function useWhereItStands(): (run: Run) => string {
  const words = useRoomWords(runWords)
  const names = useRoomWords(scenarioNames)
  const { formats } = useLanguage()
  return ({ waitsFor, reason }) => {
    if (waitsFor?.paused) return words.paused
    if (waitsFor) {
      const what = waitsFor.events.map((event) => nameOf(names.events, event)).join(', ')
      const until = waitsFor.until && formats.moment(new Date(waitsFor.until))
      if (what === '') return until ? words.waitsFor(words.waitsUntil(until)) : words.states.waiting
      return until ? words.orUntil(what, until) : words.waitsFor(what)
    }
    return reason ? reasonText(names.reasons, reason) : ''
  }
}
