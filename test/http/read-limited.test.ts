import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ApiError } from '../../src/http/errors.ts'
import { readLimited } from '../../src/http/read-limited.ts'

let server: Server
let port: number
const outcomes: string[] = []
beforeAll(async () => {
  server = createServer(
    getRequestListener(async (request) => {
      const outcome = await readLimited(request, 1_000, { withinMs: 300 }).then(
        (body) => `${body?.length ?? 'too large'}`,
        (error: unknown) => (error instanceof ApiError ? `${error.status} ${error.code}` : String(error)),
      )
      outcomes.push(outcome)
      return new Response(outcome, { headers: { connection: 'close' } })
    }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

it.each([
  ['content-length: 500', 'a'],
  ['transfer-encoding: chunked', '1\r\na\r\n'],
])('a body that comes a byte at a time is given up (F18): %s', async (header, piece) => {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(`POST / HTTP/1.1\r\nhost: x\r\n${header}\r\n\r\n`)
  const dripping = setInterval(() => socket.writable && socket.write(piece), 50)
  const answer = await new Promise<string>((resolve) => {
    let read = ''
    socket.on('data', (chunk: Buffer) => {
      read += chunk.toString('latin1')
    })
    socket.once('close', () => resolve(read))
  })
  clearInterval(dripping)
  expect(answer).toContain('408 body_too_slow')
  expect(outcomes.at(-1)).toBe('408 body_too_slow')
})

it('a body that comes at once is read as before', async () => {
  const ask = async (body: string) => (await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body })).text()
  expect(await ask('x'.repeat(1_000))).toBe('1000')
  expect(await ask('x'.repeat(1_001))).toBe('too large')
})
