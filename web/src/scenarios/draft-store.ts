import { readSetting, writeSetting } from '../ui/settings.ts'
import type { ServerDraft } from './draft-state.ts'

/** Below the drafts of messages: on signing out these are forgotten, too. */
const nameOf = (id: string): string => `draft.scenario.${id}`

/** What this browser could not save yet, on what it was based. */
export function readKept(id: string): ServerDraft | null {
  const stored = readSetting(nameOf(id))
  if (stored === null) return null
  try {
    const { text, updatedAt } = JSON.parse(stored) as Partial<ServerDraft>
    return typeof text === 'string' && typeof updatedAt === 'string' ? { text, updatedAt } : null
  } catch (error) {
    console.warn('Parley could not read a kept draft', error)
    return null
  }
}

export const keep = (id: string, kept: ServerDraft | null): void =>
  writeSetting(nameOf(id), kept && JSON.stringify(kept))
