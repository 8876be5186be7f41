import type { Language, Words } from '../../words.ts'
import { canonicalJson } from './canonical.ts'
import { FORM_WORDS as form } from './form-words.ts'
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
 * @param language of the problems
 */
export function readDocument(input: string | object, language: Language = 'en'): ReadDocument {
  if (typeof input !== 'string') return readValue(input, () => NOWHERE, language)
  if (new TextEncoder().encode(input).length > MAX_DOCUMENT_BYTES) {
    return refused(form.documentSize(MAX_DOCUMENT_BYTES / 1024)[language], { line: 1, column: 1 })
  }
  const text = readYaml(input, language)
  return text.ok ? readValue(text.value, text.placeOf, language) : text
}

const refused = (message: string, place = NOWHERE): ReadDocument => ({
  ok: false,
  problems: [{ message, path: '', ...place }],
})

function readValue(value: unknown, placeOf: PlaceOf, language: Language): ReadDocument {
  const fault = plainJsonFault(value)
  if (fault) {
    const { words, path } = fault
    return { ok: false, problems: [{ message: words[language], path: pathText(path), ...placeOf(path) }] }
  }
  const { error, wordsOf } = issueWords()
  const parsed = ScenarioDocument.safeParse(value, { error })
  if (!parsed.success) {
    const problems = faultsOf(parsed.error.issues, value, wordsOf)
      .slice(0, MAX_PROBLEMS)
      .map(({ words, path, at }) => ({ message: words[language], path: pathText(path), ...placeOf(path, at) }))
    return { ok: false, problems: problems.toSorted(byPlace) }
  }
  const document = parsed.data
  const problems = treeProblems(document, placeOf, language)
  if (problems.length > 0) return { ok: false, problems }
  const canonical = canonicalJson(document)
  if (new TextEncoder().encode(canonical).length > 2 * MAX_DOCUMENT_BYTES) {
    return refused(form.repeatedSize((2 * MAX_DOCUMENT_BYTES) / 1024)[language])
  }
  return { ok: true, document, canonical, placeOf }
}

/** What a schema of one step cannot see: ids that come twice, depth and number of all steps. */
function treeProblems(document: ScenarioDocument, placeOf: PlaceOf, language: Language): Problem[] {
  const problems: Problem[] = []
  const seen = new Set<string>()
  let count = 0
  for (const { step, path, depth } of steps(document)) {
    count++
    const report = (words: Words, at: readonly (string | number)[]) => {
      if (problems.length < MAX_PROBLEMS)
        problems.push({ message: words[language], path: pathText(at), ...placeOf(at) })
    }
    if (seen.has(step.id)) report(form.stepTwice(step.id), [...path, 'id'])
    seen.add(step.id)
    if (depth === MAX_DEPTH + 1) report(form.stepDepth(MAX_DEPTH), path)
    if (count === MAX_STEPS + 1) report(form.mostSteps(MAX_STEPS), path)
  }
  return problems
}

/** From the top of the text down; as they were found where there is no text. */
const byPlace = (a: Problem, b: Problem): number => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
