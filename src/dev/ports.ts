import { createServer } from 'node:net'

/** Whether this process could listen on `host:port` right now. */
export function portIsFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/** A port on 127.0.0.1 that nobody listens on at this moment. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ port: 0, host: '127.0.0.1' }, () => {
      const address = server.address()
      if (address === null || typeof address === 'string') return reject(new Error('no TCP address for a free port'))
      server.close(() => resolve(address.port))
    })
  })
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
