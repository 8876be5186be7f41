import type { FileStore } from '../../store/file-store.ts'
import { sideBySide } from '../../store/side-by-side.ts'

export interface CopiedFiles {
  copied: number
  bytes: number
  /** were there already, as large */
  there: number
}

/** So many at once: an object storage is waited for. */
const AT_ONCE = 8

/**
 * Copies every file of one place to another where it is not there yet. Nothing is taken away, both may be in use, and
 * what is broken off goes on at the next call.
 * @throws Error where a file could not be read to its end
 */
export async function copyFiles(from: FileStore, to: FileStore): Promise<CopiedFiles> {
  const known = new Map<string, number>()
  for await (const { key, size } of to.list()) known.set(key, size)
  const done: CopiedFiles = { copied: 0, bytes: 0, there: 0 }
  await sideBySide(from.list(), AT_ONCE, async ({ key, size }) => {
    if (known.get(key) === size) {
      done.there += 1
      return
    }
    const opened = await from.open(key)
    if (!opened) return
    const stored = await to.put(key, opened.body, opened.size)
    if (stored.size !== opened.size) throw new Error(`The file ${key} broke off while it was read`)
    done.copied += 1
    done.bytes += stored.size
  })
  return done
}
