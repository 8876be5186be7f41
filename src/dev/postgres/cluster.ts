import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readIfPresent, writeWhole } from '../files.ts'
import { processIsRunning } from '../process-table.ts'
import { type OnProgress, SetupError } from '../setup-error.ts'
import { type Account, canEnter, databaseAccount } from './account.ts'
import { type Binaries, binariesFor, findBinaries } from './binaries.ts'

/** A made cluster and everything needed to run it. */
export interface Cluster {
  /** Our own files: password, port, log. Belongs to us. */
  readonly home: string
  /** PostgreSQL's data directory. Belongs to `account`. */
  readonly directory: string
  readonly account: Account | undefined
  readonly binaries: Binaries
  readonly password: string
}

/**
 * Finds the cluster of this data directory, or makes it. Whether it exists is one fact, the directory's name:
 * initdb works in a draft that is renamed when it is whole, so a crash in between leaves nothing half made.
 *
 * @param durable false leaves out the wait for the disk, for tests
 */
export async function prepareCluster(dataDir: string, durable: boolean, onProgress: OnProgress): Promise<Cluster> {
  const found = await findBinaries()
  const home = join(dataDir, 'postgres')
  await makeEnterable(dataDir)
  await makeEnterable(home)
  const base = await chooseBase(home, onProgress)
  const directory = join(base, 'cluster')
  const account = await databaseAccount(directory)
  if (account && !canEnter(base, account)) {
    throw new SetupError(
      `PostgreSQL's account ${account.uid} can no longer enter ${base}: check the permissions above it.`,
    )
  }
  const binaries = await binariesFor(account, found, base, onProgress)
  const cluster = { home, directory, account, binaries, password: await readOrMakePassword(home, directory) }
  if (!existsSync(join(directory, 'PG_VERSION'))) await makeCluster(cluster, base, durable, onProgress)
  return cluster
}

/**
 * Where the cluster lies: beside our own files, unless PostgreSQL has to run under an account that cannot get
 * there; then in a directory of its own under /var/tmp, whose name is remembered.
 */
async function chooseBase(home: string, onProgress: OnProgress): Promise<string> {
  const note = join(home, 'location')
  const elsewhere = (await readIfPresent(note))?.trim()
  if (elsewhere) {
    if (existsSync(join(elsewhere, 'cluster'))) return elsewhere
    throw new SetupError(
      `The database was kept in ${elsewhere}, which is gone. To start with an empty one, delete ${note}.`,
    )
  }
  const account = await databaseAccount(join(home, 'cluster'))
  if (!account || existsSync(join(home, 'cluster')) || canEnter(home, account)) return home
  const base = await mkdtemp(join(existsSync('/var/tmp') ? '/var/tmp' : tmpdir(), 'parley-'))
  await chmod(base, 0o711)
  onProgress(`PostgreSQL does not run as root and its account cannot enter ${home}: keeping the database in ${base}`)
  return base
}

async function makeCluster(cluster: Cluster, base: string, durable: boolean, onProgress: OnProgress): Promise<void> {
  const started = Date.now()
  onProgress('PostgreSQL: creating the database cluster, once')
  for (const name of await readdir(base)) {
    // Drafts of starts that were killed.
    const maker = Number(/^cluster\.(\d+)\.new(\.password)?$/.exec(name)?.[1] ?? Number.NaN)
    if (maker > 0 && !processIsRunning(maker)) await rm(join(base, name), { recursive: true, force: true })
  }
  const draft = join(base, `cluster.${process.pid}.new`)
  const passwordFile = `${draft}.password`
  await mkdir(draft, { mode: 0o700 })
  await writeFile(passwordFile, cluster.password, { mode: 0o600 })
  if (cluster.account) {
    await chown(draft, cluster.account.uid, cluster.account.gid)
    await chown(passwordFile, cluster.account.uid, cluster.account.gid)
  }
  try {
    await initdb(cluster, draft, passwordFile, durable)
  } finally {
    await rm(passwordFile, { force: true })
  }
  await rename(draft, cluster.directory)
  if (base !== cluster.home) await writeWhole(join(cluster.home, 'location'), `${base}\n`)
  onProgress(`PostgreSQL: cluster created in ${((Date.now() - started) / 1000).toFixed(1)} s`)
}

function initdb(cluster: Cluster, draft: string, passwordFile: string, durable: boolean): Promise<void> {
  const flags = [
    ['--pgdata', draft, '--username', 'postgres', '--pwfile', passwordFile],
    // The built-in locale sorts and folds the same on every machine, whatever locales it has installed.
    ['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
    ['--auth-host', 'scram-sha-256', '--auth-local', 'scram-sha-256', '--no-instructions'],
    durable ? [] : ['--no-sync'],
  ].flat()
  return new Promise((resolve, reject) => {
    const child = spawn(cluster.binaries.initdb, flags, {
      ...cluster.account,
      cwd: draft,
      env: databaseEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const collect = (chunk: Buffer) => {
      output += chunk.toString()
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new SetupError(`PostgreSQL could not create its cluster:\n${output.trim()}`)),
    )
  })
}

/** What the database's programs see of our environment: no PG… settings of the person who starts it. */
export function databaseEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG|TZ)/.test(name))
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' }
}

async function readOrMakePassword(home: string, directory: string): Promise<string> {
  const file = join(home, 'password')
  const known = (await readIfPresent(file))?.trim()
  if (known) return known
  if (existsSync(directory)) {
    throw new SetupError(
      `The password of the database in ${directory} is missing: restore ${file}, or set DATABASE_URL.`,
    )
  }
  const password = randomBytes(24).toString('hex')
  await writeWhole(file, `${password}\n`, 0o600)
  return password
}

async function makeEnterable(directory: string): Promise<void> {
  const made = await mkdir(directory, { recursive: true })
  // Started by root, the database's account has to pass through, but need not see what else lies there.
  if (made !== undefined) await chmod(directory, process.getuid?.() === 0 ? 0o711 : 0o700)
}
