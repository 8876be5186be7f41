import { useState } from 'react'
import { readSetting, writeSetting } from './settings.ts'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

export function readTheme(): Theme {
  const stored = readSetting('theme')
  return THEMES.find((theme) => theme === stored) ?? 'system'
}

/** Before the first paint, so that nothing flashes. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(readTheme)
  return [
    theme,
    (next) => {
      writeSetting('theme', next === 'system' ? null : next)
      applyTheme(next)
      setTheme(next)
    },
  ]
}
