import { connect, createServer, type Socket } from 'node:net'

/**
 * A gate before PostgreSQL that knows when a transaction was committed. It can strike in the one moment that no test can
 * hit by waiting: the commit is done, and whoever asked for it does not know yet.
 */
export interface CommitProxy {
  port: number
  /**
   * Calls `strike` when PostgreSQL has confirmed the n-th commit from now on, before the confirmation is passed on.
   * One for each text may be due at the same time; a new one takes the place of its predecessor, and of one that counts
   * all transactions.
   * @param of counts only transactions in which this text was sent
   */
  onCommit(n: number, strike: () => void, of?: string): void
  stop(): Promise<void>
}

export async function startCommitProxy(targetPort: () => number): Promise<CommitProxy> {
  const due = new Map<string | null, { left: number; strike: () => void }>()
  const sockets = new Set<Socket>()

  const server = createServer((client) => {
    const database = connect(targetPort(), '127.0.0.1')
    for (const socket of [client, database]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      socket.on('error', () => {
        client.destroy()
        database.destroy()
      })
    }
    const sent = new Set<string>()
    client.on('data', (chunk: Buffer) => {
      for (const of of due.keys()) if (of !== null && chunk.includes(of)) sent.add(of)
      database.write(chunk)
    })
    database.on('close', () => client.destroy())
    client.on('close', () => database.destroy())
    let rest: Buffer = Buffer.alloc(0)
    let plain = false
    database.on('data', (chunk: Buffer) => {
      const read = readMessages(Buffer.concat([rest, chunk]), plain)
      rest = read.rest
      plain = true
      if (read.commits > 0) {
        let struck = false
        for (const [of, one] of due) {
          if (of !== null && !sent.has(of)) continue
          one.left -= read.commits
          if (one.left > 0) continue
          due.delete(of)
          one.strike()
          struck = true
        }
        if (struck) {
          sent.clear()
          return
        }
      }
      // What was asked outside of a transaction, or in one that ended, is nothing of the next one's.
      if (read.idle) sent.clear()
      client.write(chunk)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    onCommit(n, strike, of) {
      due.delete(null)
      due.set(of ?? null, { left: n, strike })
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/**
 * PostgreSQL's wire format: a type byte and a length; 'C' is CommandComplete with its tag, 'Z' ReadyForQuery with 'I'
 * where no transaction is open.
 */
function readMessages(bytes: Buffer, plain: boolean): { commits: number; idle: boolean; rest: Buffer } {
  let commits = 0
  let idle = false
  let at = 0
  // The answer to a request for TLS is a single byte; our connections ask for none.
  if (!plain && bytes[0] === 0x4e && bytes.length === 1) return { commits, idle, rest: Buffer.alloc(0) }
  while (at + 5 <= bytes.length) {
    const end = at + 1 + bytes.readUInt32BE(at + 1)
    if (end > bytes.length) break
    if (bytes[at] === 0x43 && bytes.toString('latin1', at + 5, end - 1) === 'COMMIT') commits++
    if (bytes[at] === 0x5a) idle = bytes[at + 5] === 0x49
    at = end
  }
  return { commits, idle, rest: bytes.subarray(at) }
}
