import { createReadStream } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { demandFileKey, FILE_KEY, type FilePart, type FileStore, FilesUnavailable } from './file-store.ts'
import { errorCodeIn, listingIn } from './s3-answers.ts'
import {
  asUnavailable,
  type S3Answer,
  type S3Body,
  type S3Patience,
  type S3Settings,
  s3Client,
  USUAL_PATIENCE,
} from './s3-client.ts'
import { openSpool } from './spool.ts'

/** A thousand objects with long names come to less than half a megabyte. */
const LONGEST_LISTING = 4 * 1024 * 1024

/**
 * Files as objects of a bucket, so that several machines need no directory in common (decision 56). What comes in waits
 * on this machine's disk until its checksum is known: then it is one signed request that can be repeated, which the
 * storage keeps whole or not at all.
 * @param directory where they wait; nothing stays there
 */
export function s3Files(settings: S3Settings, directory: string, patience: S3Patience = USUAL_PATIENCE): FileStore {
  const client = s3Client(settings, patience)
  const spool = openSpool(directory)

  function nameOf(key: string): string {
    demandFileKey(key)
    return `${settings.prefix}${key}`
  }

  async function get(key: string, range: string | null, etag: string | null): Promise<S3Answer> {
    const headers = { ...(range !== null && { range }), ...(etag !== null && { 'if-match': etag }) }
    return client.call({ method: 'GET', name: nameOf(key), headers, expected: ['NoSuchKey', 'InvalidRange'] })
  }

  /** Of a file that has no such part; not every storage says it in its refusal. */
  async function sizeOf(key: string, headers: IncomingHttpHeaders): Promise<number> {
    const told = /^bytes \*\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1]
    if (told !== undefined) return Number(told)
    const opened = await files.open(key)
    await opened?.body.cancel()
    return opened?.size ?? 0
  }

  /** The bytes of an answer; where it breaks off, the rest is asked for. */
  async function* whole(key: string, got: Got, reading: Reading): AsyncGenerator<Uint8Array> {
    const { end, etag } = got
    let { start } = got
    for (let broken = 0; ; ) {
      try {
        for await (const piece of reading.body.pieces()) {
          start += piece.byteLength
          broken = 0
          yield piece
        }
        if (start === end) return
        if (start > end) throw new FilesUnavailable('TOO_LONG', 'the object storage sent more than it said')
        throw new Error('the answer ended early')
      } catch (error) {
        if (error instanceof FilesUnavailable || !reading.isWanted) throw error
        if (++broken >= patience.tries) throw asUnavailable(error)
        await pause(patience.pauseMs)
        const rest = await get(key, rangeOf(start, end), etag)
        if (!rest.ok) throw new FilesUnavailable(rest.code, 'the file was removed while it was read')
        if (placeIn(rest)?.start !== start) {
          rest.body.abandon()
          throw new FilesUnavailable('NO_RANGES', 'the object storage does not give parts of files')
        }
        reading.body = rest.body
      }
    }
  }

  const files: FileStore = {
    async put(key, body, maxBytes) {
      const name = nameOf(key)
      return spool.take(body, { maxBytes, durable: false }, async (path, { size, sha256 }) => {
        const open = () => createReadStream(path)
        const headers = { 'content-type': 'application/octet-stream' }
        await settled(await client.call({ method: 'PUT', name, headers, body: { size, sha256, open } }))
      })
    },

    async open(key, part) {
      const answer = await get(key, part ? rangeOf(part.start, part.start + part.length) : null, null)
      if (!answer.ok) {
        if (answer.code === 'NoSuchKey') return null
        return { size: await sizeOf(key, answer.headers), body: streamOf(async function* () {}) }
      }
      const got = place(answer, part)
      const reading: Reading = { body: got.body, isWanted: true }
      const abandon = () => {
        reading.isWanted = false
        reading.body.abandon()
      }
      return { size: got.size, body: streamOf(() => whole(key, got, reading), abandon) }
    },

    async head(key, bytes) {
      const opened = await files.open(key, { start: 0, length: bytes })
      if (!opened) return null
      return new Uint8Array(await new Response(opened.body).arrayBuffer())
    },

    async copy(from, to) {
      const source = `/${settings.bucket}/${nameOf(from)}`
      const answer = await client.call({
        method: 'PUT',
        name: nameOf(to),
        headers: { 'x-amz-copy-source': source },
        expected: ['NoSuchKey'],
      })
      if (!answer.ok) return false
      await settled(answer)
      return true
    },

    async remove(key) {
      await settled(await client.call({ method: 'DELETE', name: nameOf(key), expected: ['NoSuchKey'] }))
    },

    async *list() {
      for (let next: string | null = ''; next !== null; ) {
        const listing = await page(next, 1_000)
        for (const { name, size } of listing.objects) {
          const key = name.slice(settings.prefix.length)
          if (name.startsWith(settings.prefix) && FILE_KEY.test(key)) yield { key, size }
        }
        next = listing.next
      }
    },

    async reach() {
      await page('', 1)
    },
  }

  async function page(token: string, atMost: number) {
    const query = {
      'list-type': '2',
      'max-keys': String(atMost),
      prefix: settings.prefix,
      ...(token !== '' && { 'continuation-token': token }),
    }
    const answer = await client.call({ method: 'GET', query })
    if (!answer.ok) throw new FilesUnavailable(answer.code, 'the object storage does not list its files')
    try {
      return listingIn(await answer.body.text(LONGEST_LISTING))
    } catch (error) {
      throw asUnavailable(error)
    }
  }
  return files
}

/** An answer with bytes, and where they stand in the file; `end` is behind the last. */
interface Got {
  body: S3Body
  etag: string | null
  start: number
  end: number
  size: number
}

/** What is read just now of a file; another answer once one has broken off. */
interface Reading {
  body: S3Body
  isWanted: boolean
}

type Answered = Extract<S3Answer, { ok: true }>

const rangeOf = (start: number, end: number): string => `bytes=${start}-${end - 1}`

/** Of a part: `bytes 0-4/9`. */
function placeIn({ status, headers }: Answered): { start: number; end: number; size: number } | null {
  const [, start, last, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers['content-range'] ?? '') ?? []
  if (status !== 206 || start === undefined) return null
  return { start: Number(start), end: Number(last) + 1, size: Number(size) }
}

function place(answer: Answered, part: FilePart | undefined): Got {
  const { status, headers, body } = answer
  const etag = headers.etag ?? null
  if (part) {
    const at = placeIn(answer)
    if (at?.start === part.start) return { body, etag, ...at }
    body.abandon()
    throw new FilesUnavailable('NO_RANGES', 'the object storage does not give parts of files')
  }
  const size = Number(headers['content-length'])
  if (status === 200 && Number.isSafeInteger(size)) return { body, etag, start: 0, end: size, size }
  body.abandon()
  throw new FilesUnavailable('NO_LENGTH', 'the object storage does not say how large a file is')
}

/** Reads an answer to its end, so that its connection can be used again. Copying answers 200 before it may fail. */
async function settled(answer: S3Answer): Promise<void> {
  if (!answer.ok) return
  let code: string | null
  try {
    code = errorCodeIn(await answer.body.text())
  } catch (error) {
    throw asUnavailable(error)
  }
  if (code !== null) throw new FilesUnavailable(code, `the object storage refuses: ${code}`)
}

/** A stream that asks for a piece when its reader wants one. */
function streamOf(read: () => AsyncGenerator<Uint8Array>, abandon?: () => void): ReadableStream<Uint8Array> {
  const source = read()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await source.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        abandon?.()
        await source.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}
