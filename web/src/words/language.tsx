import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { readSetting, writeSetting } from '../ui/settings.ts'
import type { Words } from './en.ts'
import { createFormats, type Formats } from './formats.ts'
import { LOCALES, type Locale, loadPack, packOf } from './packs.ts'
import { loadRareRefusals } from './rare-refusals.ts'

export { LOCALES, type Locale }

const NAMES: Record<Locale, string> = { en: 'English', ru: 'Русский' }
export const nameOfLanguage = (locale: Locale): string => NAMES[locale]

interface Language {
  locale: Locale
  setLocale: (locale: Locale) => void
  words: Words
  formats: Formats
}

const LanguageContext = createContext<Language | null>(null)

const isLocale = (value: string | null): value is Locale => LOCALES.some((locale) => locale === value)

/** What the person chose, else the first of the browser's languages that we speak. */
export function firstLocale(): Locale {
  const chosen = readSetting('language')
  if (isLocale(chosen)) return chosen
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLocale) ?? 'en'
}

/** The language that it begins with has to be loaded: `loadPack(firstLocale())`. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [locale, setLocale] = useState(firstLocale)
  const language = useMemo<Language>(() => {
    const words = packOf(locale).app
    const choose = async (next: Locale) => {
      await loadPack(next)
      writeSetting('language', next)
      // Before the next request: the API words its errors in this language too.
      document.documentElement.lang = next
      setLocale(next)
    }
    return {
      locale,
      setLocale: (next) => {
        choose(next).catch((error) => console.warn(`Parley cannot load the words of ${next}`, error))
      },
      words,
      formats: createFormats(locale, words),
    }
  }, [locale])
  useEffect(() => {
    document.documentElement.lang = locale
    loadRareRefusals(locale)
  }, [locale])
  return <LanguageContext value={language}>{children}</LanguageContext>
}

export function useLanguage(): Language {
  const language = useContext(LanguageContext)
  if (!language) throw new Error('useLanguage needs a LanguageProvider above it')
  return language
}

export const useWords = (): Words => useLanguage().words
