import { roomWords } from '../words/room-words.ts'
import { en } from './names.en.ts'
import { ru } from './names.ru.ts'

export const scenarioNames = roomWords({ en, ru })
export type ScenarioNames = typeof en

/** Words for a code; a code that we have none for stands for itself. */
export const nameOf = (names: Record<string, string>, code: string): string =>
  Object.hasOwn(names, code) ? (names[code] ?? code) : code

/** `then`, `cases.0`, `onTimeout` … in words. */
export function branchName(names: ScenarioNames, branch: string): string {
  const number = /\.(\d+)/.exec(branch)?.[1]
  return number === undefined
    ? nameOf(names.branches, branch === 'then' ? 'thenSteps' : branch)
    : names.caseBranch(Number(number) + 1)
}
