import { canonicalJson } from './canonical.ts'
import { faultsOf, issueWords } from './issue-words.ts'
import { plainJsonFault } from './plain-json.ts'
import { NOWHERE, type PlaceOf, type Problem, pathText } from './problem.ts'
import { readYaml } from './read-yaml.ts'
import { MAX_DEPTH, MAX_DOCUMENT_BYTES, MAX_STEPS, ScenarioDocument } from './scenario-document.ts'
import { steps } from './walk.ts'

export type ReadDocument =
  | {
      ok: true
      document: ScenarioDocument
      /** JSON with sorted keys and every default: what a version's SHA-256 is made of */
      canonical: string
      /** for what is found out later; nowhere for a document that was no text */
      placeOf: PlaceOf
    }
  | { ok: false; problems: Problem[] }

/** As many as are told at once. */
const MAX_PROBLEMS = 100

/**
 * Reads a scenario document from YAML 1.2 or JSON text, or from what such a text was read into. Its form alone is
 * looked at; whether it can be published is for `checkDocument` and the store to say.
 *
 * Every problem is told at once, each with its path and, for a text, with the line and the column of the key or the
 * value that is wrong. Total: no input makes it throw, and the time is bounded by the largest document.
 */
export function readDocument(input: string | object): ReadDocument {
  if (typeof input !== 'string') return readValue(input, () => NOWHERE)
  if (new TextEncoder().encode(input).length > MAX_DOCUMENT_BYTES) {
    return refused(`The document is larger than ${MAX_DOCUMENT_BYTES / 1024} KB`, { line: 1, column: 1 })
  }
  const text = readYaml(input)
  return text.ok ? readValue(text.value, text.placeOf) : text
}

const refused = (message: string, place = NOWHERE): ReadDocument => ({
  ok: false,
  problems: [{ message, path: '', ...place }],
})

function readValue(value: unknown, placeOf: PlaceOf): ReadDocument {
  const fault = plainJsonFault(value)
  if (fault) {
    return { ok: false, problems: [{ message: fault.message, path: pathText(fault.path), ...placeOf(fault.path) }] }
  }
  const parsed = ScenarioDocument.safeParse(value, { error: issueWords })
  if (!parsed.success) {
    const problems = faultsOf(parsed.error.issues, value)
      .slice(0, MAX_PROBLEMS)
      .map(({ message, path, at }) => ({ message, path: pathText(path), ...placeOf(path, at) }))
    return { ok: false, problems: problems.toSorted(byPlace) }
  }
  const document = parsed.data
  const problems = treeProblems(document, placeOf)
  if (problems.length > 0) return { ok: false, problems }
  const canonical = canonicalJson(document)
  if (new TextEncoder().encode(canonical).length > 2 * MAX_DOCUMENT_BYTES) {
    return refused(`The document is larger than ${(2 * MAX_DOCUMENT_BYTES) / 1024} KB with all that it repeats`)
  }
  return { ok: true, document, canonical, placeOf }
}

/** What a schema of one step cannot see: ids that come twice, depth and number of all steps. */
function treeProblems(document: ScenarioDocument, placeOf: PlaceOf): Problem[] {
  const problems: Problem[] = []
  const seen = new Set<string>()
  let count = 0
  for (const { step, path, depth } of steps(document)) {
    count++
    const report = (message: string, at: readonly (string | number)[]) => {
      if (problems.length < MAX_PROBLEMS) problems.push({ message, path: pathText(at), ...placeOf(at) })
    }
    if (seen.has(step.id)) report(`There is a step “${step.id}” already: ids are unique in a scenario`, [...path, 'id'])
    seen.add(step.id)
    if (depth === MAX_DEPTH + 1) report(`Steps stand within each other at most ${MAX_DEPTH} levels deep`, path)
    if (count === MAX_STEPS + 1) report(`A scenario has at most ${MAX_STEPS} steps`, path)
  }
  return problems
}

/** From the top of the text down; as they were found where there is no text. */
const byPlace = (a: Problem, b: Problem): number => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
