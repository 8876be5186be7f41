export const SETTING_PREFIX = 'parley.'
const PREFIX = SETTING_PREFIX

/** A small setting or draft of this browser. Storage may be forbidden or full: then it simply is not kept. */
export function readSetting(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name)
  } catch {
    return null
  }
}

export function writeSetting(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name)
    else localStorage.setItem(PREFIX + name, value)
  } catch (error) {
    console.warn('Parley cannot keep settings in this browser', error)
  }
}

/** Names of the settings that begin so. */
export function settingNames(beginning: string): string[] {
  try {
    return Object.keys(localStorage).flatMap((key) =>
      key.startsWith(PREFIX + beginning) ? [key.slice(PREFIX.length)] : [],
    )
  } catch {
    return []
  }
}
