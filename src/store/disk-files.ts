import { createReadStream } from 'node:fs'
import { access, constants, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { demandFileKey, FILE_KEY, type FilePart, type FileStore, FilesUnavailable } from './file-store.ts'
import { openSpool } from './spool.ts'

/** What a file system says that has no hard links, or has no more for this file: then the bytes are copied. */
const CANNOT_LINK: ReadonlySet<string> = new Set(['EPERM', 'EMLINK', 'EXDEV', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])

/** Where files lie below the data directory. */
export const FILES_FOLDER = 'files'
/** Where they lie below that until they are complete. */
export const INCOMING_FOLDER = 'incoming'

/** A file's place below the directory. The key's last characters: the first ones are a clock, and would fill one folder after the other. */
export const placeOf = (key: string): string => `${key.slice(-2)}/${key.slice(-4, -2)}/${key}`

/**
 * Files below one directory, two levels deep. A file is written aside, brought to the disk and then renamed: after a
 * crash it is there as a whole or not at all.
 */
export function diskFiles(directory: string): FileStore {
  const spool = openSpool(join(directory, INCOMING_FOLDER))

  function pathOf(key: string): string {
    demandFileKey(key)
    return join(directory, placeOf(key))
  }

  const files: FileStore = {
    async put(key, body, maxBytes) {
      const path = pathOf(key)
      return spool.take(body, { maxBytes, durable: true }, async (temporary) => {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 })
        await rename(temporary, path)
        await syncDirectory(dirname(path))
      })
    },

    async open(key, part) {
      const path = pathOf(key)
      const found = await absentIsNull(stat(path))
      if (!found) return null
      return { size: found.size, body: Readable.toWeb(read(path, part)) as ReadableStream<Uint8Array> }
    },

    async head(key, bytes) {
      const file = await absentIsNull(open(pathOf(key), 'r'))
      if (!file) return null
      try {
        const { bytesRead, buffer } = await file.read(Buffer.alloc(bytes), 0, bytes, 0)
        return buffer.subarray(0, bytesRead)
      } finally {
        await file.close()
      }
    },

    async copy(from, to) {
      const [source, target] = [pathOf(from), pathOf(to)]
      await mkdir(dirname(target), { recursive: true, mode: 0o700 })
      try {
        // Bytes are never changed in place (`put` renames over them), so two names may share them.
        await link(source, target)
        await syncDirectory(dirname(target))
        return true
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return false
        if (!CANNOT_LINK.has(errorCode(error))) throw error
      }
      const opened = await files.open(from)
      if (!opened) return false
      await files.put(to, opened.body, opened.size)
      return true
    },

    async remove(key) {
      await rm(pathOf(key), { force: true })
    },

    async *list() {
      for (const outer of await foldersIn(directory)) {
        for (const inner of await foldersIn(join(directory, outer))) {
          for (const key of (await absentIsNull(readdir(join(directory, outer, inner)))) ?? []) {
            if (!FILE_KEY.test(key) || placeOf(key) !== `${outer}/${inner}/${key}`) continue
            const found = await absentIsNull(stat(join(directory, outer, inner, key)))
            if (found?.isFile()) yield { key, size: found.size }
          }
        }
      }
    },

    async reach() {
      try {
        await mkdir(directory, { recursive: true, mode: 0o700 })
        await access(directory, constants.R_OK | constants.W_OK | constants.X_OK)
      } catch (cause) {
        throw new FilesUnavailable(errorCode(cause), 'the directory for files cannot be written to', { cause })
      }
    },
  }
  return files
}

const read = (path: string, part: FilePart | undefined) =>
  createReadStream(path, part && { start: part.start, end: part.start + part.length - 1 })

const TWO_CHARACTERS = /^[0-9a-z-]{2}$/

async function foldersIn(directory: string): Promise<string[]> {
  const entries = (await absentIsNull(readdir(directory, { withFileTypes: true }))) ?? []
  return entries.filter((entry) => entry.isDirectory() && TWO_CHARACTERS.test(entry.name)).map(({ name }) => name)
}

/** A rename is safe from a power cut only once the folder itself is on the disk. */
async function syncDirectory(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function absentIsNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}

const errorCode = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')
