import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { readSetting, writeSetting } from '../ui/settings.ts'
import { en, type Words } from './en.ts'
import { createFormats, type Formats } from './formats.ts'
import { ru } from './ru.ts'

const DICTIONARIES = { en, ru }
export type Locale = keyof typeof DICTIONARIES
export const LOCALES = Object.keys(DICTIONARIES) as Locale[]
export const nameOfLanguage = (locale: Locale): string => DICTIONARIES[locale].language

interface Language {
  locale: Locale
  setLocale: (locale: Locale) => void
  words: Words
  formats: Formats
}

const LanguageContext = createContext<Language | null>(null)

const isLocale = (value: string | null): value is Locale => value !== null && Object.hasOwn(DICTIONARIES, value)

/** What the person chose, else the first of the browser's languages that we speak. */
export function firstLocale(): Locale {
  const chosen = readSetting('language')
  if (isLocale(chosen)) return chosen
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLocale) ?? 'en'
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [locale, setLocale] = useState(firstLocale)
  const language = useMemo<Language>(() => {
    const words = DICTIONARIES[locale]
    const choose = (next: Locale) => {
      writeSetting('language', next)
      // Before the next request: the API words its errors in this language too.
      document.documentElement.lang = next
      setLocale(next)
    }
    return { locale, setLocale: choose, words, formats: createFormats(locale, words) }
  }, [locale])
  useEffect(() => {
    document.documentElement.lang = locale
  }, [locale])
  return <LanguageContext value={language}>{children}</LanguageContext>
}

export function useLanguage(): Language {
  const language = useContext(LanguageContext)
  if (!language) throw new Error('useLanguage needs a LanguageProvider above it')
  return language
}

export const useWords = (): Words => useLanguage().words
