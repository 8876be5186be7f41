import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { byteBudget, NoRoom } from '../../src/http/byte-budget.ts'
import { ApiError } from '../../src/http/errors.ts'
import { dropBody, readLimited } from '../../src/http/read-limited.ts'
import { eventually } from '../kit/eventually.ts'

let server: Server
let port: number
const outcomes: string[] = []
beforeAll(async () => {
  server = createServer(
    getRequestListener(async (request) => {
      if (request.url.endsWith('/full')) {
        await dropBody(request)
        return new Response('no place')
      }
      if (request.url.endsWith('/no-room')) {
        const reading = readLimited(request, 1_000_000, { held: byteBudget(30_000).hold() })
        return new Response(await reading.then(String, (error) => (error instanceof NoRoom ? 'no room' : 'thrown')))
      }
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

it.each([
  ['/full', 'no place'],
  ['/no-room', 'no room'],
])(
  'a large body that there is no room for is read to its end, so that its slow sender hears it: %s',
  async (path, says) => {
    const socket = connect(port, '127.0.0.1')
    let broken: unknown = null
    socket.on('error', (error) => {
      broken = error
    })
    const pieces = 12
    const piece = Buffer.alloc(20_000)
    socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: ${pieces * piece.length}\r\n\r\n`)
    let answer = ''
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1')
    })
    let sent = 0
    const sending = setInterval(() => {
      if (sent++ < pieces) socket.write(piece)
      else clearInterval(sending)
    }, 100)
    await eventually(async () => expect(answer).toContain(says))
    socket.destroy()
    expect({ sent: sent >= pieces, broken }).toEqual({ sent: true, broken: null })
  },
)
