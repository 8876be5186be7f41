import { readFile } from 'node:fs/promises'
import type { Finding } from '../domain/scenario/document/check-document.ts'
import { type ReadDocument, readDocument } from '../domain/scenario/document/read-document.ts'
import type { Console } from './console.ts'
import { Failure } from './failure.ts'

/** A scenario document in a file; `-` is standard input. */
export interface ScenarioFile {
  file: string
  text: string
  read: ReadDocument
}

export interface Linted {
  file: string
  ok: boolean
  findings: Finding[]
}

/** @throws Failure where one cannot be read */
export async function readFiles(console: Console, files: readonly string[]): Promise<ScenarioFile[]> {
  return Promise.all(
    files.map(async (file) => {
      const text = file === '-' ? await console.readInput() : await textOf(file)
      return { file, text, read: readDocument(text) }
    }),
  )
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new Failure(`${file} cannot be read.`, { cause })
  }
}

/** What keeps a text from being a scenario document. */
export const unreadable = (read: ReadDocument): Finding[] =>
  read.ok ? [] : read.problems.map((problem) => ({ severity: 'error', code: 'unreadable', ...problem }))

export const linted = (file: string, findings: Finding[]): Linted => ({
  file,
  ok: findings.every(({ severity }) => severity !== 'error'),
  findings,
})

/** `file:line:column message`, as editors and CI read it. */
export const findingWords = ({ file, findings }: Linted): string[] =>
  findings.map(({ line, column, severity, message, path }) => {
    // A message may quote the file: no control characters reach the terminal.
    const words = message.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    const place = line === null ? [file] : [file, line, column]
    return `${place.join(':')} ${severity === 'warning' ? 'warning: ' : ''}${words}${line === null && path ? ` (${path})` : ''}`
  })

/** @throws Failure that names how many files have errors */
export function demandGood(results: readonly Linted[]): void {
  const bad = results.filter(({ ok }) => !ok).length
  if (bad > 0) throw new Failure(bad === 1 ? 'One file has errors.' : `${bad} files have errors.`)
}
