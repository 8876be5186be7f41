/**
 * A request's body as bytes, never more than `limit` of them in memory: a declared length is checked before reading,
 * a chunked body is counted while it comes.
 * @returns null where it is larger
 */
export async function readLimited(request: Request, limit: number): Promise<Uint8Array | null> {
  const declared = request.headers.get('content-length')
  if (declared !== null) {
    // Node's parser lets through exactly as many bytes as were declared.
    if (!(Number(declared) <= limit)) return null
    return new Uint8Array(await request.arrayBuffer())
  }
  if (request.body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body) {
    size += chunk.byteLength
    if (size > limit) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
