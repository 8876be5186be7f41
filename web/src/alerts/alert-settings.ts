import { readSetting, writeSetting } from '../ui/settings.ts'
import { createStore } from '../ui/store.ts'

export const ALERTS_FOR = ['none', 'mine', 'all'] as const

export interface AlertSettings {
  /** of which tasks: none, those that I work on, or all */
  for: (typeof ALERTS_FOR)[number]
  sound: boolean
  /** a notification of the system, besides */
  desktop: boolean
  /** again every half a minute, until it is read */
  repeat: boolean
  /** what was written, in the notification; else only that something was */
  showText: boolean
}

const DEFAULTS: AlertSettings = { for: 'mine', sound: true, desktop: false, repeat: false, showText: true }

export function readAlertSettings(stored: string | null): AlertSettings {
  try {
    const value = { ...DEFAULTS, ...(JSON.parse(stored ?? '{}') as Partial<AlertSettings>) }
    const isOn = (name: 'sound' | 'desktop' | 'repeat' | 'showText') =>
      typeof value[name] === 'boolean' ? value[name] : DEFAULTS[name]
    return {
      for: ALERTS_FOR.find((one) => one === value.for) ?? DEFAULTS.for,
      sound: isOn('sound'),
      desktop: isOn('desktop'),
      repeat: isOn('repeat'),
      showText: isOn('showText'),
    }
  } catch {
    return DEFAULTS
  }
}

export const alertSettings = createStore(readAlertSettings(readSetting('alerts')))

export function changeAlertSettings(change: Partial<AlertSettings>): void {
  const next = { ...alertSettings.get(), ...change }
  writeSetting('alerts', JSON.stringify(next))
  alertSettings.set(next)
}
