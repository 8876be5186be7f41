import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PassThrough, type Readable, Transform, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import type { Copied } from '../../store/backup/dump.ts'

/** Counts and hashes what passes. */
function meter(): { stream: Transform; result: () => Copied } {
  const hash = createHash('sha256')
  let bytes = 0
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    },
  })
  return { stream, result: () => ({ bytes, sha256: hash.digest('hex') }) }
}

/** What a stream comes to. */
export async function sum(source: Readable): Promise<Copied> {
  const { stream, result } = meter()
  await pipeline(source, stream, new Writable({ write: (_chunk, _encoding, done) => done() }))
  return result()
}

/** Writes a new file that its owner alone may read. @returns what the source came to, before compression */
export async function store(source: Readable, path: string, options: { compress: boolean }): Promise<Copied> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const { stream, result } = meter()
  const end = createWriteStream(path, { mode: 0o600, flags: 'wx', flush: true })
  await pipeline(source, stream, options.compress ? createGzip({ level: 1 }) : new PassThrough(), end)
  return result()
}

/** A file as it was before `store`. */
export function stored(path: string, options: { compressed: boolean }): Readable {
  const file = createReadStream(path)
  if (!options.compressed) return file
  const unpacked = createGunzip()
  file.on('error', (error) => unpacked.destroy(error))
  return file.pipe(unpacked)
}
