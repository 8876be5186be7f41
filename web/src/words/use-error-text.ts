import { ApiFailure } from '../api/request.ts'
import { useStore } from '../ui/store.ts'
import type { Words } from './en.ts'
import { useWords } from './language.tsx'
import { rareRefusals } from './rare-refusals.ts'

/** Words of a part of the app for codes that only it meets. */
type MoreErrors = Record<string, string>

/** An error in the reader's words; a refusal that we have no words for is shown in the API's own. */
export function errorText(error: unknown, words: Words, more: MoreErrors = {}): string {
  if (!(error instanceof ApiFailure)) return words.errors.internal
  const rare = rareRefusals.get()
  const known = { ...rare?.words, ...words.errors, ...more }
  const text = wordsFor(error.code, known) ?? (error.message || words.errors.internal)
  const faults = error.code === 'invalid_request' ? rare?.faults(error.details) : ''
  return faults ? `${text} ${faults}` : text
}

const wordsFor = (code: string, words: MoreErrors): string | undefined =>
  Object.hasOwn(words, code) ? words[code] : undefined

export function useErrorText(more?: MoreErrors): (error: unknown) => string {
  const words = useWords()
  // Words that come later are shown as soon as they are here.
  useStore(rareRefusals)
  return (error) => errorText(error, words, more)
}
