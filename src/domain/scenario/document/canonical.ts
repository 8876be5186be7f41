import { stringify } from 'yaml'
import type { ScenarioDocument } from './scenario-document.ts'

/** JSON with the keys of every map in code unit order and no white space: the same document, the same bytes. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value)
    .filter(([, entry]) => entry !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(',')}}`
}

/** The document as YAML 1.2, in the order of the format; reading it gives the same document. */
export const writeYaml = (document: ScenarioDocument): string =>
  stringify(document, { version: '1.2', schema: 'core', lineWidth: 100, aliasDuplicateObjects: false })
