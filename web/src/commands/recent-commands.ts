import { readSetting, writeSetting } from '../ui/settings.ts'

const NAME = 'recent-commands'
const MOST = 6

/** Ids of the commands that were chosen in the bar last, the newest first. */
export const recentCommands = (): string[] => readSetting(NAME)?.split(' ').filter(Boolean) ?? []

export const noteCommand = (id: string): void => writeSetting(NAME, withNewest(recentCommands(), id).join(' '))

export const withNewest = (ids: readonly string[], id: string): string[] =>
  [id, ...ids.filter((other) => other !== id)].slice(0, MOST)
