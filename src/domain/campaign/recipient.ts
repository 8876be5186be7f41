import type { TemplateParameters } from '../template/template.ts'
import type { ExclusionReason } from './exclusion.ts'

/** The longest list of one campaign. */
export const MAX_RECIPIENTS = 100_000

/** Somebody on a list, as given. */
export interface GivenRecipient {
  /** where it stands for a person: the line of a CSV, or the place in a list from 1 */
  row: number
  /** the number as given */
  to: string
  name: string | null
  /** over the campaign's */
  parameters: TemplateParameters | null
  /** what is wrong with the line itself; null: nothing */
  problem: ExclusionReason | null
}

/** A table as it was read; `line` counts from 1. */
export interface CsvTable {
  header: string[]
  rows: { line: number; cells: string[] }[]
}
