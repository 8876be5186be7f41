import type { en as commands } from '../commands/words.en.ts'
import type { en as composer } from '../composer/words.en.ts'
import type { en as inbox } from '../inbox/words.en.ts'
import type { en as task } from '../task/words.en.ts'
import type { Words } from './en.ts'

/** All words that the inbox is made of, in one language: nobody loads a language that they do not read. */
export interface Pack {
  app: Words
  inbox: typeof inbox
  commands: typeof commands
  task: typeof task
  composer: typeof composer
}

const LOADERS = {
  en: () => import('./pack.en.ts'),
  ru: () => import('./pack.ru.ts'),
} satisfies Record<string, () => Promise<{ pack: Pack }>>

export type Locale = keyof typeof LOADERS
export const LOCALES = Object.keys(LOADERS) as Locale[]

const loaded: Partial<Record<Locale, Pack>> = {}

export async function loadPack(locale: Locale): Promise<void> {
  loaded[locale] ??= (await LOADERS[locale]()).pack
}

/** @throws where it has not been loaded: nothing is drawn before the language is there */
export function packOf(locale: Locale): Pack {
  const pack = loaded[locale]
  if (!pack) throw new Error(`the words of ${locale} are not loaded`)
  return pack
}

/** A part of the inbox's words, as `useRoomWords` takes it. Other parts of the app bring their words along: `roomWords`. */
export const packedWords = <Part extends keyof Pack>(part: Part): Record<Locale, Pack[Part]> => ({
  get en() {
    return packOf('en')[part]
  },
  get ru() {
    return packOf('ru')[part]
  },
})
