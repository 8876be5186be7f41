import { randomUUID } from 'node:crypto'
import { mkdir, open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { FILES_FOLDER } from '../../store/disk-files.ts'
import { type FilesPlace, openFiles } from '../../store/open-files.ts'
import { checkBucket } from './check-bucket.ts'
import { type Finding, faultWords, findingsOf } from './finding.ts'

const { ok, warn, bad } = findingsOf('files')

const GB = 1_024 ** 3
/** A video from a client has up to 100 MB, and the embedded database may lie on the same disk. */
const LEAST_FREE = { bad: GB / 2, warn: 5 * GB }

/** Can files be kept where they are meant to lie, and is there room for more? */
export async function checkFiles(place: FilesPlace): Promise<Finding[]> {
  // With a bucket, too: what comes in waits there until it is complete.
  const disk = await checkDirectory(place.dataDir)
  return place.objectStorage ? [...(await checkBucket(openFiles(place), place.objectStorage)), ...disk] : disk
}

/** Can files be written to the data directory? */
async function checkDirectory(dataDir: string): Promise<Finding[]> {
  const directory = join(dataDir, FILES_FOLDER)
  const probe = join(directory, `.doctor-${randomUUID()}`)
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const file = await open(probe, 'wx', 0o600)
    try {
      await file.writeFile('Parley can write here')
      await file.sync()
    } finally {
      await file.close()
      await rm(probe, { force: true })
    }
  } catch (error) {
    const todo = 'Give the account that Parley runs under the right to write there, or set PARLEY_DATA_DIR.'
    return [bad('writable', `nothing can be written to ${directory} (${faultWords(error)})`, todo)]
  }
  const { bavail, blocks, bsize } = await statfs(directory)
  return [ok('writable', `${directory} can be written to`), spaceFinding(bavail * bsize, blocks * bsize)]
}

/** @param free bytes that an ordinary account may still use */
export function spaceFinding(free: number, total: number): Finding {
  const share = total > 0 ? Math.floor((free / total) * 100) : 0
  const words = `${(free / GB).toFixed(1)} GB of ${(total / GB).toFixed(1)} GB are free (${share} %)`
  if (free >= LEAST_FREE.warn) return ok('space', words)
  const todo = 'Make room, or move PARLEY_DATA_DIR to a larger disk.'
  return free >= LEAST_FREE.bad ? warn('space', words, todo) : bad('space', words, todo)
}
