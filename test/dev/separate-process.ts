import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { buildSync } from 'esbuild'

const root = join(import.meta.dirname, '../..')

/** A program made from test code, in a process that can be killed without us. */
export interface SeparateProcess {
  readonly child: ChildProcess
  /** The first line it prints, as JSON. */
  readonly answer: Promise<unknown>
}

/**
 * Bundles TypeScript source, which imports from the repository's root (`./src/…`), to a file beside the packages.
 *
 * @returns path of the program and how to delete it
 */
export function makeProgram(source: string): { path: string; remove(): void } {
  const directory = mkdtempSync(join(root, 'node_modules/.cache/parley-program-'))
  const path = join(directory, 'program.mjs')
  buildSync({
    stdin: { contents: source, resolveDir: root, loader: 'ts' },
    outfile: path,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'silent',
  })
  return { path, remove: () => rmSync(directory, { recursive: true, force: true }) }
}

/** Runs such a program, optionally under another account. */
export function runProgram(
  path: string,
  args: readonly string[] = [],
  account: { uid?: number; gid?: number } = {},
): SeparateProcess {
  const child = spawn(process.execPath, [path, ...args], { ...account, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const answer = new Promise<unknown>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line)))
    child.once('error', reject)
    child.once('close', (code) => reject(new Error(`ended with ${code} without an answer:\n${errors}`)))
  })
  // Whoever only kills it does not wait for the answer.
  answer.catch(() => undefined)
  return { child, answer }
}
