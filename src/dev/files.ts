import { chmod, readFile, rename, writeFile } from 'node:fs/promises'
import { errorCode } from './process-table.ts'

/** The text of a file, undefined when there is none. */
export async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Writes a small file so that a crash leaves either the old text or the new one, never a half. */
export async function writeWhole(path: string, text: string, mode = 0o644): Promise<void> {
  const draft = `${path}.${process.pid}.new`
  await writeFile(draft, text, { mode })
  // The mode above passes through the umask.
  await chmod(draft, mode)
  await rename(draft, path)
}

/** A whole number remembered in a file, undefined when there is none or it is no number. */
export async function readNumber(path: string): Promise<number | undefined> {
  const value = Number.parseInt((await readIfPresent(path)) ?? '', 10)
  return Number.isSafeInteger(value) ? value : undefined
}
