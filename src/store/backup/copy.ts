import { once } from 'node:events'
import { Readable } from 'node:stream'
import pg from 'pg'

/** What PostgreSQL's COPY needs of a connection; the package's types leave it out. */
type CopyConnection = pg.Connection & {
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
  sendCopyFail(reason: string): void
}

/** A connection for COPY: its texts of times, bytes and numbers are the same on every server. Without timeouts. */
export async function connectForCopy(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    options: '-c timezone=UTC -c datestyle=ISO -c intervalstyle=postgres -c bytea_output=hex -c extra_float_digits=1',
  })
  // A connection that breaks between two statements is told by the next one.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/** The rows of `copy … to stdout` as bytes. No faster than they are read. */
export function copyOut(client: pg.Client, statement: string): Readable {
  return client.query(new CopyOut(statement))
}

class CopyOut extends Readable implements pg.Submittable {
  readonly #statement: string
  #connection: pg.Connection | null = null

  constructor(statement: string) {
    super()
    this.#statement = statement
  }

  submit(connection: pg.Connection): void {
    this.#connection = connection
    connection.query(this.#statement)
  }

  override _read(): void {
    this.#connection?.stream.resume()
  }

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    // The parser uses its memory again.
    if (!this.push(Buffer.from(chunk))) this.#connection?.stream.pause()
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#connection?.stream.resume()
    this.push(null)
  }

  handleError(error: Error): void {
    this.#connection?.stream.resume()
    this.destroy(error)
  }
}

/**
 * Feeds `copy … from stdin`.
 * @throws what PostgreSQL refuses, or what the source fails with
 */
export function copyIn(client: pg.Client, statement: string, source: AsyncIterable<Buffer>): Promise<void> {
  return new Promise((resolve, reject) => {
    let failed: unknown
    const feed = async (connection: CopyConnection) => {
      try {
        for await (const chunk of source) {
          connection.sendCopyFromChunk(chunk)
          if (connection.stream.writableNeedDrain) await once(connection.stream, 'drain')
        }
        connection.endCopyFrom()
      } catch (error) {
        failed = error
        connection.sendCopyFail('the source failed')
      }
    }
    client.query({
      submit: (connection: pg.Connection) => connection.query(statement),
      handleCopyInResponse: (connection: CopyConnection) => void feed(connection),
      handleCommandComplete: () => undefined,
      handleError: (error: Error) => reject(failed ?? error),
      handleReadyForQuery: () => (failed === undefined ? resolve() : reject(failed)),
    } as pg.Submittable)
  })
}
