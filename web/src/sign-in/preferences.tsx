import { Select } from '../ui/field.tsx'
import { THEMES, useTheme } from '../ui/theme.ts'
import { LOCALES, nameOfLanguage, useLanguage } from '../words/language.tsx'

export function LanguageSelect({ className = '' }: { className?: string }) {
  const { locale, setLocale, words } = useLanguage()
  return (
    <Select
      className={className}
      label={words.account.language}
      value={locale}
      options={LOCALES.map((value) => ({ value, label: nameOfLanguage(value) }))}
      onChange={(event) => setLocale(LOCALES.find((value) => value === event.target.value) ?? locale)}
    />
  )
}

export function ThemeSelect() {
  const { words } = useLanguage()
  const [theme, setTheme] = useTheme()
  return (
    <Select
      label={words.account.theme}
      value={theme}
      options={THEMES.map((value) => ({ value, label: words.account.themes[value] }))}
      onChange={(event) => setTheme(THEMES.find((value) => value === event.target.value) ?? theme)}
    />
  )
}
