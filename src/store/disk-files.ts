import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { link, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { type FileStore, FileTooLarge } from './file-store.ts'

/** Ours only: no dot and no slash can come in, so a key names a file below the directory and nothing else. */
const KEY = /^[0-9a-z][0-9a-z-]{7,63}$/

/** What a file system says that has no hard links, or has no more for this file: then the bytes are copied. */
const CANNOT_LINK: ReadonlySet<string> = new Set(['EPERM', 'EMLINK', 'EXDEV', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])

/**
 * Files below one directory, two levels deep by the key's last characters (the first ones are a clock, and would
 * fill one folder after the other). A file is written aside, brought to the disk and then renamed: after a crash it is
 * there as a whole or not at all.
 */
export function diskFiles(directory: string): FileStore {
  const incoming = join(directory, 'incoming')

  function pathOf(key: string): string {
    if (!KEY.test(key)) throw new Error('a file key has the wrong form')
    return join(directory, key.slice(-2), key.slice(-4, -2), key)
  }

  const files: FileStore = {
    async put(key, body, maxBytes) {
      const path = pathOf(key)
      await mkdir(incoming, { recursive: true, mode: 0o700 })
      const temporary = join(incoming, randomUUID())
      const hash = createHash('sha256')
      let size = 0
      const file = await open(temporary, 'wx', 0o600)
      try {
        try {
          for await (const chunk of body) {
            size += chunk.byteLength
            if (size > maxBytes) throw new FileTooLarge(`the file has more than ${maxBytes} bytes`)
            hash.update(chunk)
            await writeWhole(file, chunk)
          }
          await file.sync()
        } finally {
          await file.close()
        }
        await mkdir(dirname(path), { recursive: true, mode: 0o700 })
        await rename(temporary, path)
        await syncDirectory(dirname(path))
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
      return { size, sha256: hash.digest('hex') }
    },

    async open(key) {
      const path = pathOf(key)
      const found = await absentIsNull(stat(path))
      if (!found) return null
      const stream = createReadStream(path)
      return { size: found.size, body: Readable.toWeb(stream) as ReadableStream<Uint8Array> }
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
  }
  return files
}

async function writeWhole(file: Awaited<ReturnType<typeof open>>, chunk: Uint8Array): Promise<void> {
  let written = 0
  while (written < chunk.byteLength) {
    written += (await file.write(chunk, written, chunk.byteLength - written)).bytesWritten
  }
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
