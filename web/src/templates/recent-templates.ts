import { readSetting, writeSetting } from '../ui/settings.ts'
import { nameOf } from './template-search.ts'

const NAME = 'templates.recent'
const MOST = 8

/** Names of the templates that were sent last from this browser, the newest first. */
export const recentTemplates = (): string[] => (readSetting(NAME) ?? '').split('\n').filter(Boolean)

export function noteTemplateUsed(template: { name: string; language: string }): void {
  const name = nameOf(template)
  writeSetting(NAME, [name, ...recentTemplates().filter((one) => one !== name)].slice(0, MOST).join('\n'))
}
