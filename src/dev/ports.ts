import { createServer } from 'node:net'

/** Whether this process could listen on `host:port` right now. */
export function portIsFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/**
 * Below the range that outgoing connections take their ports from: a client that keeps asking for a server that is
 * away could otherwise end up on its very port (it connects to itself), and the server could not come back to it.
 */
const LOWEST = 20_000
const HIGHEST = 32_000

/** A port on 127.0.0.1 that nobody listens on at this moment, and that can be kept over restarts. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST))
    if (await portIsFree(port)) return port
  }
  throw new Error(`no free port was found from ${LOWEST} to ${HIGHEST}`)
}

/** The port of last time where it is still free, else another one. */
export async function keepOrFindPort(previous: number | undefined): Promise<number> {
  if (previous !== undefined && (await portIsFree(previous))) return previous
  return findFreePort()
}

/** The first free port from `first` upwards, within a hundred; undefined when all are taken. */
export async function nextFreePort(first: number, host: string): Promise<number | undefined> {
  for (let port = first; port < first + 100 && port < 65_536; port++) {
    if (await portIsFree(port, host)) return port
  }
  return undefined
}
