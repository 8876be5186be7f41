import { readdir, readlink } from 'node:fs/promises'
import { Agent, get, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { patientServer } from '../../src/http/patient-server.ts'
import { eventually } from '../kit/eventually.ts'
import { type Desk, openDesk, type Worker } from './work/desk.ts'

/** Slow clients (F18): heads that never end, downloads that nobody reads. Slow bodies: read-limited.test.ts; streams: work/live.test.ts. */
const PATIENCE = { headersMs: 400, requestMs: 5_000, silenceMs: 1_500, restMs: 300 }
const MB = 1024 * 1024
let desk: Desk
let anna: Worker
let server: Server
let port: number
const sockets: Socket[] = []
beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
  server = patientServer(getRequestListener(desk.app.fetch), PATIENCE)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await desk.close()
})

const open = (): Socket => {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  sockets.push(socket)
  return socket
}
const isServed = async () => expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200)

describe('a head that comes a byte at a time', () => {
  it('is given up, each of hundreds, and others are served meanwhile', async () => {
    const began = performance.now()
    const answers = Array.from({ length: 200 }, () => {
      const socket = open()
      socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ')
      const dripping = setInterval(() => socket.writable && socket.write('a'), 50)
      let answer = ''
      socket.on('data', (chunk: Buffer) => {
        answer += chunk.toString('latin1')
      })
      return new Promise<string>((resolve) =>
        socket.once('close', () => {
          clearInterval(dripping)
          resolve(answer)
        }),
      )
    })
    await isServed()
    for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(performance.now() - began).toBeGreaterThanOrEqual(PATIENCE.headersMs)
    await isServed()
  })
})

describe('a connection at rest', () => {
  it('is kept for longer than proxies keep theirs', async () => {
    const usual = patientServer((_, answer) => answer.end())
    await new Promise<void>((resolve) => usual.listen(0, '127.0.0.1', resolve))
    const agent = new Agent({ keepAlive: true })
    const ask = () =>
      new Promise<string>((resolve, reject) => {
        const asking = get({ agent, host: '127.0.0.1', port: (usual.address() as AddressInfo).port }, (answer) => {
          answer.resume().once('end', () => resolve(String(answer.headers['keep-alive'])))
        })
        asking.once('error', reject)
      })
    expect(Number(/timeout=(\d+)/.exec(await ask())?.[1])).toBeGreaterThan(120)
    agent.destroy()
    await new Promise((resolve) => usual.close(resolve))
  })

  it('is ended in the end', async () => {
    const socket = open()
    let answer = ''
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1')
    })
    socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n')
    await new Promise((resolve) => socket.once('close', resolve))
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  })
})

describe('a download that nobody reads', () => {
  it('takes no memory, holds up nobody, and lets go of its file after a while', async () => {
    const { json } = await desk.upload(anna, Buffer.alloc(40 * MB, 7), 'large.bin')
    const path = `/api/attachments/${json.id}/content`
    const before = process.memoryUsage().rss
    for (let n = 0; n < 12; n++) {
      const socket = open()
      socket.pause()
      socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncookie: ${anna.cookie}\r\n\r\n`)
    }
    await eventually(async () => expect(await openFiles(desk.filesDirectory)).toBe(12))
    const read = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { cookie: anna.cookie } })
    expect((await read.arrayBuffer()).byteLength).toBe(40 * MB)
    // Twelve times the file would be half a gigabyte; the reader above has it once, and perhaps its copy.
    expect(process.memoryUsage().rss - before).toBeLessThan(250 * MB)
    await eventually(async () => expect(await openFiles(desk.filesDirectory)).toBe(0))
    await eventually(async () => {
      const connections = await new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)))
      expect(connections).toBeLessThan(12)
    })
    await isServed()
  }, 60_000)
})

/** Files under a directory that this process has open. */
async function openFiles(directory: string): Promise<number> {
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  )
  return links.filter((link) => link.startsWith(directory)).length
}
