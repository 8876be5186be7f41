/** So much of a body that is too large is still read and dropped behind the answer. */
const MOST_DROPPED = 16 * 1024 * 1024

/**
 * A request's body as bytes, never more than `limit` of them in memory: a declared length is checked before reading,
 * a chunked body is counted while it comes.
 * @returns null where it is larger
 */
export async function readLimited(request: Request, limit: number): Promise<Uint8Array | null> {
  const declared = request.headers.get('content-length')
  // Node's parser lets through exactly as many bytes as were declared.
  if (declared !== null && Number(declared) <= limit) return new Uint8Array(await request.arrayBuffer())
  if (request.body === null) return new Uint8Array()
  const reader = request.body.getReader()
  if (declared !== null) {
    void drop(reader)
    return null
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks)
    size += value.byteLength
    if (size > limit) {
      void drop(reader)
      return null
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
