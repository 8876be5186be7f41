import { ApiFailure } from '../api/request.ts'
import type { Words } from './en.ts'
import { useWords } from './language.tsx'

/** An error in the reader's words; a refusal that we have no words for is shown in the API's own. */
export function errorText(error: unknown, words: Words): string {
  if (!(error instanceof ApiFailure)) return words.errors.internal
  return known(error.code, words) ?? (error.message || words.errors.internal)
}

const known = (code: string, words: Words): string | undefined =>
  Object.hasOwn(words.errors, code) ? words.errors[code as keyof Words['errors']] : undefined

export function useErrorText(): (error: unknown) => string {
  const words = useWords()
  return (error) => errorText(error, words)
}
