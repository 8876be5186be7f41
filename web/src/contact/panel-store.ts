import { readSetting, writeSetting } from '../ui/settings.ts'
import { createStore, useStore } from '../ui/store.ts'

const SETTING = 'panel'

/** Is the panel of a task shown beside its conversation, where there is room for both? Kept in this browser. */
export const panelShown = createStore(readSetting(SETTING) !== 'off')

export function togglePanel(): void {
  const next = !panelShown.get()
  writeSetting(SETTING, next ? null : 'off')
  panelShown.set(next)
}

export const usePanelShown = (): boolean => useStore(panelShown)
