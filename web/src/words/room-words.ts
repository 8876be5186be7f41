import { useLanguage } from './language.tsx'
import type { Locale } from './packs.ts'

/** The words of one part of the app in every language; they come with that part, not with the inbox. */
export type RoomWords<Words> = Record<Locale, Words>

/**
 * English gives the form; the compiler sees to it that no other language lacks a word.
 * @example export const mailingWords = roomWords({ en, ru })
 */
export const roomWords = <Words>(
  words: { en: Words } & Record<Exclude<Locale, 'en'>, NoInfer<Words>>,
): RoomWords<Words> => words

/** The words of a part of the app in the reader's language. */
export const useRoomWords = <Words>(words: RoomWords<Words>): Words => words[useLanguage().locale]
