import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** The fuzzer of OpenAPI documents, from PyPI; nothing of the product needs it. */
const VERSION = '4.32.5'
const FOLDER = join(import.meta.dirname, `../../node_modules/.cache/parley-attacks/schemathesis-${VERSION}`)
const PROGRAM = join(FOLDER, 'bin/schemathesis')
/** Named with each program: their own first lines name the folder that they were installed in, which may have moved. */
const PYTHON = join(FOLDER, 'bin/python')
/** A slow network must not hold up the suite; the next run tries again. */
const INSTALL_MS = 90_000
/** So long after its time it may go on, where the machine is busy: it tells what it found at its end. */
const PATIENCE_MS = 90_000

const run = promisify(execFile)

/** Why it cannot be had on this machine, in words; null: it is there. Installs it once, into a folder of its own. */
export async function schemathesisProblem(): Promise<string | null> {
  if (existsSync(PROGRAM)) return null
  try {
    await run('python3', ['-m', 'venv', '--clear', FOLDER], { timeout: INSTALL_MS })
    const install = ['install', '--quiet', '--disable-pip-version-check', `schemathesis==${VERSION}`]
    await run(PYTHON, ['-m', 'pip', ...install], { timeout: INSTALL_MS })
    return null
  } catch (error) {
    await rm(FOLDER, { recursive: true, force: true })
    return `schemathesis ${VERSION} is not to be had here: ${String(error).split('\n')[0]}`
  }
}

export interface Fuzzing {
  /** the OpenAPI document */
  document: object
  /** of the running server */
  url: string
  token: string
  /** `fuzzing`: each operation alone; `stateful`: one after the other, with ids of what came before */
  phases: ('fuzzing' | 'stateful')[]
  /** how long it goes on; where `examples` are given, when it is ended in any case */
  seconds: number
  /** so many for each operation, and then it is done */
  examples?: number
  seed: number
}

export interface FuzzOutcome {
  /** 0: it found nothing; 1: it did; null: it was ended; anything else: it could not run */
  exitCode: number | null
  /** what it printed, with a command to repeat each finding */
  output: string
}

/** Asks a running server whatever its document allows and forbids; a finding is an answer of 5xx, or none at all. */
export async function fuzz(fuzzing: Fuzzing): Promise<FuzzOutcome> {
  const { document, url, token, phases, seconds, examples, seed } = fuzzing
  const folder = await mkdtemp(join(tmpdir(), 'parley-fuzz-'))
  await writeFile(join(folder, 'openapi.json'), JSON.stringify(document))
  const args = [
    ...['run', 'openapi.json', '--url', url, '--header', `Authorization: Bearer ${token}`],
    ...['--checks', 'not_a_server_error'],
    // Not `examples` and `coverage`: they take minutes to begin, and name each value of each field in its turn.
    ...['--phases', phases.join(), '--warnings', 'off', '--no-color'],
    ...(examples ? ['--max-examples', String(examples)] : ['--max-time', String(seconds)]),
    ...['--seed', String(seed), '--workers', '2', '--request-timeout', '20'],
    ...['--generation-database', 'none', '--suppress-health-check', 'all', '--no-shrink', '--continue-on-failure'],
  ]
  try {
    const child = spawn(PYTHON, [PROGRAM, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk))
    const tooLate = setTimeout(() => child.kill('SIGKILL'), seconds * 1_000 + (examples ? 0 : PATIENCE_MS))
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    clearTimeout(tooLate)
    return { exitCode, output }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
