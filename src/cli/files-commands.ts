import { type Command, Option } from 'commander'
import { checkStoredFiles, type FilesCheck } from '../operations/files/check-files.ts'
import { copyFiles } from '../operations/files/copy-files.ts'
import { filesOnDisk, openFiles } from '../store/open-files.ts'
import { type Console, record, show } from './console.ts'
import { Failure } from './failure.ts'
import { filesOf, filesPlace } from './files-place.ts'
import { withDatabase } from './installation.ts'

const JSON_OPTION = ['--json', 'print JSON'] as const
/** Of files that are wrong: the rest is in --json. */
const SHOWN = 20

/** Where clients' and employees' files lie: whether all are there, and how they come from one place to the other. */
export function addFilesCommands(program: Command, console: Console): void {
  const files = program.command('files').description('where clients’ and employees’ files lie')

  files
    .command('check')
    .description('compare what the database says of files with what is there')
    .option('--read', 'read every byte and compare checksums, not only sizes')
    .option(...JSON_OPTION)
    .action(async (options: { read?: boolean; json?: boolean }) => {
      const store = filesOf(console)
      const check = await withDatabase(console, ({ db }) => checkStoredFiles(db, store, options.read ?? false))
      show(console, options, check, () => words(check))
      const wrong = check.missing.length + check.differing.length
      if (wrong > 0) throw new Failure(`${wrong} of ${check.files} files are not as they were stored.`)
    })

  files
    .command('copy')
    .description('copy every file from the data directory to the bucket of S3_…, or back; nothing is taken away')
    .addOption(new Option('--to <place>', 'where to').choices(['bucket', 'disk']).makeOptionMandatory())
    .option(...JSON_OPTION)
    .action(async ({ to, ...options }: { to: 'bucket' | 'disk'; json?: boolean }) => {
      const place = filesPlace(console)
      if (!place.objectStorage) throw new Failure('There is no bucket: set S3_BUCKET and what belongs to it.')
      const [disk, bucket] = [filesOnDisk(place.dataDir), openFiles(place)]
      const done = await (to === 'bucket' ? copyFiles(disk, bucket) : copyFiles(bucket, disk))
      show(console, options, done, () => record(done))
    })
}

function words({ missing, differing, ...figures }: FilesCheck): string {
  const lists = Object.entries({ missing, differing }).flatMap(([name, ids]) =>
    ids.length === 0
      ? []
      : [
          `${name}: ${ids.length}`,
          ...ids.slice(0, SHOWN).map((id) => `  ${id}`),
          ...(ids.length > SHOWN ? ['  …'] : []),
        ],
  )
  return [record({ ...figures, missing: missing.length, differing: differing.length }), ...lists].join('\n')
}
