import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { readNumber } from '../../src/dev/files.ts'
import { errorCode, processIsRunning } from '../../src/dev/process-table.ts'

/**
 * Several runs of the suite may share one set of services: the first starts them, the last stops them.
 * Each run is a file named after its process; a run that was killed does not count.
 */
export interface Lease {
  /** Whether no other run uses the services at the moment of taking the lease. */
  readonly alone: boolean
  /** Ends the lease; `last` runs when nobody else uses the services. */
  end(last: () => Promise<void>): Promise<void>
}

/** Takes a lease and, still alone at the door, runs `first` (which must also be right when the services run already). */
export async function takeLease<T>(directory: string, first: (alone: boolean) => Promise<T>): Promise<[T, Lease]> {
  const users = join(directory, 'users')
  await mkdir(users, { recursive: true })
  const own = join(users, String(process.pid))
  return atTheDoor(directory, async () => {
    const alone = (await othersIn(users)) === 0
    await writeFile(own, '')
    const result = await first(alone)
    const end = (last: () => Promise<void>) =>
      atTheDoor(directory, async () => {
        await rm(own, { force: true })
        if ((await othersIn(users)) === 0) await last()
      })
    return [result, { alone, end }]
  })
}

async function othersIn(users: string): Promise<number> {
  let living = 0
  for (const name of await readdir(users)) {
    const pid = Number(name)
    if (pid === process.pid) continue
    if (processIsRunning(pid)) living += 1
    else await rm(join(users, name), { force: true })
  }
  return living
}

/** A holder writes its number at once: a lock that stays empty is of one that was killed in between. */
const EMPTY_MS = 2_000

async function isAbandoned(lock: string): Promise<boolean> {
  const holder = await readNumber(lock)
  if (holder !== undefined) return !processIsRunning(holder)
  const made = await stat(lock).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  })
  return made !== null && Date.now() - made.mtimeMs > EMPTY_MS
}

/** One run at a time starts or stops services. The lock names its holder, so that a killed one does not keep it. */
async function atTheDoor<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const lock = join(directory, 'lock')
  for (;;) {
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
    }
    if (await isAbandoned(lock)) await rm(lock, { force: true })
    else await pause(50)
  }
  try {
    return await work()
  } finally {
    await rm(lock, { force: true })
  }
}
