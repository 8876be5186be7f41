import { z } from 'zod'
import { ScenarioDocument } from './scenario-document.ts'

/**
 * The JSON Schema (draft 2020-12) of what authors write, for editors and other tools: what has a default may be left
 * out. Whatever it refuses, `readDocument` refuses; some rules (unique ids, one deadline) only the latter knows.
 */
export function documentJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(ScenarioDocument, {
    target: 'draft-2020-12',
    io: 'input',
    reused: 'inline',
    cycles: 'ref',
    unrepresentable: 'any',
  })
}
