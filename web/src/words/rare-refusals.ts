import type { ApiErrorCode } from '../../../src/domain/api-error-codes.ts'
import { createStore } from '../ui/store.ts'
import type { Words } from './en.ts'
import type { Locale } from './packs.ts'

/**
 * Codes of the API's refusals that nobody meets at first: `words.errors` has the others, so that the inbox opens soon.
 * The compiler sees to it that none is missing in any language. Parts of the app may say it better for themselves.
 */
export type RareRefusal = Exclude<ApiErrorCode, keyof Words['errors']>

export interface RefusalWords {
  words: Record<RareRefusal, string>
  /** What a refusal's details say about fields, in one line. */
  faults: (details: unknown) => string
}

const LOADERS: Record<Locale, () => Promise<{ refusalWords: RefusalWords }>> = {
  en: () => import('./refusal-words.en.ts'),
  ru: () => import('./refusal-words.ru.ts'),
}

/** In the reader's language, once they are here; until then a refusal is shown in the API's own words. */
export const rareRefusals = createStore<RefusalWords | null>(null)

let wanted: Locale | null = null

export function loadRareRefusals(locale: Locale): void {
  wanted = locale
  LOADERS[locale]().then(
    ({ refusalWords }) => {
      if (wanted === locale) rareRefusals.set(refusalWords)
    },
    (error) => console.warn(`Parley cannot load the words for refusals in ${locale}`, error),
  )
}
