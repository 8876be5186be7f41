// node scripts/verdict.mjs report.json [again.json]: what Vitest's JSON reports come to.
import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** More failed files are no chance: nothing is tried again. */
const MOST_AGAIN = 3

const isBroken = (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed')

const failuresOf = (file) => [
  ...file.assertionResults.flatMap(({ status, fullName }) => (status === 'failed' ? [fullName] : [])),
  // A file that could not even be loaded, or whose set-up failed, counts as one failure.
  ...(isBroken(file) ? ['the file itself'] : []),
]

/** @returns the files to be run once more, alone: the failed ones, where they are few */
export function filesToRunAgain(first) {
  const failed = first.testResults.filter((file) => failuresOf(file).length > 0).map(({ name }) => name)
  return failed.length <= MOST_AGAIN ? failed : []
}

/**
 * @param first the report of the whole suite
 * @param again of the failed files, run once more; null: they were not
 * @returns how many tests passed and failed, and which passed only the second time
 */
export function verdict(first, again) {
  let passed = first.numPassedTests
  let failed = 0
  const flaky = []
  for (const file of first.testResults) {
    const failures = failuresOf(file)
    if (failures.length === 0) continue
    const second = again?.testResults.find(({ name }) => name === file.name)
    if (second?.status !== 'passed') {
      failed += failures.length
      continue
    }
    const passedIn = (one) => one.assertionResults.filter(({ status }) => status === 'passed').length
    passed += passedIn(second) - passedIn(file)
    flaky.push(...failures.map((test) => ({ file: file.name, test })))
  }
  return { passed, failed, flaky }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , ...args] = process.argv
  const [first, again] = args
    .filter((arg) => !arg.startsWith('--'))
    .map((path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null))
  const named = (path) => relative(process.cwd(), path)
  if (args.includes('--files')) {
    if (first) for (const file of filesToRunAgain(first)) console.log(named(file))
  } else if (!first) console.log('0 1')
  else {
    const { passed, failed, flaky } = verdict(first, again ?? null)
    for (const { file, test } of flaky) console.error(`FLAKY ${named(file)}: ${test}: failed first, passed alone`)
    console.log(passed, failed)
  }
}
