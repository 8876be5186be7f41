import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { BackupProblem, type Manifest } from '../operations/backup/manifest.ts'
import { restoreBackup } from '../operations/backup/restore-backup.ts'
import { verifyBackup, withBackup } from '../operations/backup/verify-backup.ts'
import { writeBackup } from '../operations/backup/write-backup.ts'
import type { FileStore } from '../store/file-store.ts'
import { openDatabase } from '../store/index.ts'
import { openFiles } from '../store/open-files.ts'
import { doubtSends } from '../store/repair/doubt-sends.ts'
import { type Console, record, show } from './console.ts'
import { Failure } from './failure.ts'
import { filesPlace } from './files-place.ts'
import { answering, dataDir, secretKeys } from './installation.ts'
import { temporalInUse, withOwnDatabase } from './own-services.ts'

const ACTOR = { kind: 'system', id: null } as const
const JSON_OPTION = ['--json', 'print JSON'] as const

/** Everything that an installation is made of, out and in again, each by one command. */
export function addBackupCommands(program: Command, console: Console): void {
  const backup = program
    .command('backup')
    .description('write everything into a new directory, or into one file that ends with .tar')
    .argument('<target>')
    .option('--without-key', 'leave out the secret key; then keep it elsewhere')
    .option('--without-files', 'leave out clients’ and employees’ files; then keep a copy of their bucket or directory')
    .option(...JSON_OPTION)
    .action(async (target: string, options: { withoutKey?: boolean; withoutFiles?: boolean; json?: boolean }) => {
      const manifest = await inWords(
        withOwnDatabase(console, { alone: false }, async (databaseUrl) =>
          writeBackup(
            {
              databaseUrl,
              dataDir: dataDir(console),
              ...(options.withoutFiles ? { files: null } : bucketOf(console)),
              secretKeys: options.withoutKey ? null : secretKeys(console),
              version: version(),
              temporalInUse: await temporalInUse(console),
            },
            target,
          ),
        ),
      )
      show(console, options, summary(manifest), () => record(summary(manifest)))
    })

  backup
    .command('verify')
    .description('read a backup and compare every part with its checksum')
    .argument('<backup>')
    .option(...JSON_OPTION)
    .action(async (path: string, options: { json?: boolean }) => {
      const { manifest, wrong } = await inWords(withBackup(path, verifyBackup))
      show(console, options, { ...summary(manifest), wrong }, () =>
        wrong.length === 0 ? `whole\n${record(summary(manifest))}` : wrong.join('\n'),
      )
      if (wrong.length > 0) throw new Failure(`The backup is damaged in ${wrong.length} places.`)
    })

  program
    .command('restore')
    .description('put a backup into an installation that is stopped')
    .argument('<backup>')
    .option('--force', 'in place of what is there')
    .option('--moved', 'nothing has run since the backup was made: what is queued in it is still to be sent')
    .option(...JSON_OPTION)
    .action(async (path: string, options: { force?: boolean; moved?: boolean; json?: boolean }) => {
      const done = await inWords(
        withOwnDatabase(console, { alone: true }, async (databaseUrl) => {
          const target = {
            databaseUrl,
            dataDir: dataDir(console),
            ...bucketOf(console),
            keyFromEnvironment: Boolean(console.env.PARLEY_SECRET_KEY),
            force: options.force ?? false,
          }
          const { manifest, files, key } = await withBackup(path, (directory) => restoreBackup(directory, target))
          const doubted = options.moved ? null : await doubtAll(databaseUrl)
          return { ...summary(manifest), ...(!manifest.withoutFiles && { files }), key, doubted }
        }),
      )
      show(console, options, done, () => record(done))
    })
}

/** Files that lie in the data directory are taken and put as they lie there. */
function bucketOf(console: Console): { files?: FileStore } {
  const place = filesPlace(console)
  return place.objectStorage ? { files: openFiles(place) } : {}
}

/** A restored database is older than the world: what it calls queued may have been sent since. */
async function doubtAll(databaseUrl: string) {
  const database = openDatabase(databaseUrl, { maxConnections: 1, unhurried: true })
  try {
    return await doubtSends(database.db, new Date(), ACTOR)
  } finally {
    await database.close()
  }
}

const summary = ({ version, madeAt, database, files, withoutFiles, keys, temporal }: Manifest) => ({
  version,
  madeAt,
  tables: database.tables.length,
  rows: database.tables.reduce((sum, { rows }) => sum + rows, 0),
  files: withoutFiles ? 'left out' : files.length,
  bytes: [...database.tables, ...files].reduce((sum, { bytes }) => sum + bytes, 0),
  keys,
  temporal: temporal.taken ? 'taken' : `not taken: ${temporal.why}`,
})

async function inWords<T>(work: Promise<T>): Promise<T> {
  try {
    return await answering(work)
  } catch (error) {
    throw error instanceof BackupProblem ? new Failure(`${error.message}.`, { cause: error }) : error
  }
}

/** Of the package that this file belongs to, built (dist/) or not (src/cli/). */
function version(): string {
  for (const up of ['..', '../..']) {
    try {
      return String(JSON.parse(readFileSync(join(import.meta.dirname, up, 'package.json'), 'utf8')).version)
    } catch {
      // Not in this folder: one further up.
    }
  }
  return 'unknown'
}
