import { readSetting, writeSetting } from './settings.ts'
import { createStore, useStore } from './store.ts'

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

const chosen = createStore(readTheme())

export function chooseTheme(theme: Theme): void {
  writeSetting('theme', theme === 'system' ? null : theme)
  applyTheme(theme)
  chosen.set(theme)
}

export const useTheme = (): [Theme, (theme: Theme) => void] => [useStore(chosen), chooseTheme]
