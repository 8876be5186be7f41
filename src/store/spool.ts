import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { FileTooLarge, type StoredBytes } from './file-store.ts'

/** No upload and no fetch takes so long: what is older was left by a process that ended. */
const LEFT_BEHIND_MS = 24 * 3600_000

/** Where bytes wait until all of them have come. */
export interface Spool {
  /**
   * Writes a stream aside, and lends it to `keep` once it is complete.
   * @param durable on the disk, not only in its cache, before it is lent
   * @throws FileTooLarge once more than `maxBytes` have come
   */
  take(
    body: ReadableStream<Uint8Array>,
    options: { maxBytes: number; durable: boolean },
    keep: (path: string, bytes: StoredBytes) => Promise<void>,
  ): Promise<StoredBytes>
}

export function openSpool(directory: string): Spool {
  let swept: Promise<void> | null = null

  return {
    async take(body, { maxBytes, durable }, keep) {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      swept ??= forgetLeftBehind(directory)
      await swept
      const path = join(directory, randomUUID())
      try {
        const bytes = await write(path, body, maxBytes, durable)
        await keep(path, bytes)
        return bytes
      } finally {
        await rm(path, { force: true })
      }
    },
  }
}

async function write(
  path: string,
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
  durable: boolean,
): Promise<StoredBytes> {
  const hash = createHash('sha256')
  let size = 0
  const file = await open(path, 'wx', 0o600)
  try {
    for await (const chunk of body) {
      size += chunk.byteLength
      if (size > maxBytes) throw new FileTooLarge(`the file has more than ${maxBytes} bytes`)
      hash.update(chunk)
      await writeWhole(file, chunk)
    }
    if (durable) await file.sync()
  } finally {
    await file.close()
  }
  return { size, sha256: hash.digest('hex') }
}

async function writeWhole(file: FileHandle, chunk: Uint8Array): Promise<void> {
  let written = 0
  while (written < chunk.byteLength) {
    written += (await file.write(chunk, written, chunk.byteLength - written)).bytesWritten
  }
}

/** Once in a process, and never in the way: another process may be doing the same. */
async function forgetLeftBehind(directory: string): Promise<void> {
  const oldest = Date.now() - LEFT_BEHIND_MS
  for (const name of await readdir(directory).catch(() => [])) {
    const path = join(directory, name)
    const found = await stat(path).catch(() => null)
    if (found?.isFile() && found.mtimeMs < oldest) await rm(path, { force: true }).catch(() => undefined)
  }
}
