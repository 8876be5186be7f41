import { type HeldBytes, NoRoom } from './byte-budget.ts'
import { ApiError } from './errors.ts'

/** So much of a body that nobody wants is still read, and dropped. */
const MOST_DROPPED = 16 * 1024 * 1024

/** A body that says it is no larger is read in one piece, past the streams of the web's API. */
const SMALL = 16 * 1024

/** Time for a body to come, in milliseconds: 3 MB in it is a tenth of a megabyte a second. */
const BODY_MS = 30_000

/**
 * A request's body as bytes, never more than `limit` of them in memory: a declared length is checked before reading,
 * a chunked body is counted while it comes.
 * @param options.withinMs for the whole body: whoever sends a byte a second must not hold what came for minutes (F18)
 * @param options.held counts its bytes among those of others; whoever gave it releases it
 * @returns null where it is larger
 * @throws ApiError `body_too_slow`; NoRoom where there is none for it beside the others
 */
export async function readLimited(
  request: Request,
  limit: number,
  { withinMs = BODY_MS, held }: { withinMs?: number; held?: HeldBytes } = {},
): Promise<Uint8Array | null> {
  const declared = request.headers.get('content-length')
  // Node's parser lets through exactly as many bytes as were declared.
  const isSmall = declared !== null && Number(declared) <= limit
  if (isSmall && Number(declared) <= SMALL) return inTime(readWhole(request, held), withinMs)
  if (request.body === null) return new Uint8Array()
  const reader = request.body.getReader()
  if (declared !== null && !isSmall) {
    void drop(reader)
    return null
  }
  return inTime(readAll(reader, limit, held), withinMs)
}

/**
 * Reads a body that there is no room for, and keeps nothing of it: its sender hears the answer only if the connection
 * still stands when it has written everything, and the server ends it half a second after an answer (@hono/node-server).
 * A small body came with its head.
 */
export async function dropBody(request: Request): Promise<void> {
  const declared = request.headers.get('content-length')
  if (declared !== null && Number(declared) <= SMALL) return
  if (request.body === null) return
  try {
    await inTime(drop(request.body.getReader()), BODY_MS)
  } catch {
    // Too slow: its answer need not wait any longer.
  }
}

/** @throws ApiError `body_too_slow` */
async function inTime<T>(reading: Promise<T>, withinMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooSlow = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new ApiError(408, 'body_too_slow', `The body did not come within ${withinMs / 1000} s`))
    }, withinMs)
  })
  try {
    return await Promise.race([reading, tooSlow])
  } finally {
    clearTimeout(timer)
  }
}

/** What is small is counted once it is there: while it comes, its sender has no more of our memory than its connection. */
async function readWhole(request: Request, held?: HeldBytes): Promise<Uint8Array> {
  const body = new Uint8Array(await request.arrayBuffer())
  if (held && !held.add(body.byteLength)) throw new NoRoom('too many bodies come at once')
  return body
}

async function readAll(reader: BodyReader, limit: number, held?: HeldBytes): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done || !value) return Buffer.concat(chunks)
    size += value.byteLength
    if (size > limit) {
      void drop(reader)
      return null
    }
    if (held && !held.add(value.byteLength)) {
      chunks.length = 0
      held.release()
      await drop(reader)
      throw new NoRoom('too many bodies come at once')
    }
    chunks.push(value)
  }
}

type BodyReader = { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }> }

/**
 * A sender that is still writing would not see the answer if the connection broke: what comes is read for a while.
 * Never throws.
 */
async function drop(reader: BodyReader): Promise<void> {
  let dropped = 0
  try {
    while (dropped <= MOST_DROPPED) {
      const { done, value } = await reader.read()
      if (done) return
      dropped += value?.byteLength ?? 0
    }
  } catch {
    // The sender has gone, which is as good as having finished.
  }
}
