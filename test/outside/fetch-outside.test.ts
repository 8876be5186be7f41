import { createServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { fetchOutside, type OutsideRequest } from '../../src/outside/fetch-outside.ts'
import { json, type OutsideServer, openOutsideServer } from '../kit/outside-server.ts'

const servers: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})
const serve = async (answer: Parameters<typeof openOutsideServer>[0]): Promise<OutsideServer> => {
  const server = await openOutsideServer(answer)
  servers.push(server)
  return server
}
const call = (url: string, more: Partial<OutsideRequest> = {}) =>
  fetchOutside({
    url,
    method: 'GET',
    headers: {},
    timeoutMs: 5_000,
    allowPrivateAddress: true,
    maxBytes: 256 * 1024,
    ...more,
  })
const textOf = (answer: Awaited<ReturnType<typeof call>>) => (answer.ok ? new TextDecoder().decode(answer.body) : null)

describe('a call', () => {
  it('carries method, headers and body, and brings status, headers and body back', async () => {
    const server = await serve((_, response) => json(response, { ok: true }, 201, { 'x-kind': 'answer' }))
    const answer = await call(`${server.url}/things?x=1`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', 'x-own': 'yes' },
      body: '{"a":1}',
    })
    expect(answer).toMatchObject({ ok: true, status: 201, headers: { 'x-kind': 'answer' } })
    expect(textOf(answer)).toBe('{"ok":true}')
    expect(server.calls).toMatchObject([
      { method: 'PUT', url: '/things?x=1', body: '{"a":1}', headers: { 'x-own': 'yes', 'user-agent': 'parley' } },
    ])
  })

  it.each([301, 302, 303, 307, 308])('does not follow a %i', async (status) => {
    const elsewhere = await serve((_, response) => json(response, { secret: true }))
    const server = await serve((_, response) => void response.writeHead(status, { location: elsewhere.url }).end())
    expect(await call(server.url)).toMatchObject({ ok: true, status, headers: { location: elsewhere.url } })
    expect(elsewhere.calls).toHaveLength(0)
  })

  it('ends in time where nothing comes, and where the end does not', async () => {
    const silent = await serve(() => undefined)
    expect(await call(silent.url, { timeoutMs: 200 })).toMatchObject({ ok: false, code: 'timeout' })
    const slow = await serve((_, response) => void response.writeHead(200).write('{"half":'))
    expect(await call(slow.url, { timeoutMs: 200 })).toMatchObject({ ok: false, code: 'timeout' })
    const never = () => new Promise<string[]>(() => undefined)
    expect(await call('https://slow.example/', { timeoutMs: 200, lookup: never })).toMatchObject({ code: 'timeout' })
  })

  it('can be stopped', async () => {
    const stop = new AbortController()
    const server = await serve(() => stop.abort())
    expect(await call(server.url, { signal: stop.signal })).toMatchObject({ ok: false, code: 'stopped' })
    expect(await call(server.url, { signal: AbortSignal.abort() })).toMatchObject({ ok: false, code: 'stopped' })
  })

  it('says where the connection broke, or was none', async () => {
    const resets = await serve((_, response) => void response.destroy())
    expect(await call(resets.url)).toMatchObject({ ok: false, code: 'network', message: 'The call failed: ECONNRESET' })
    const halves = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"half":', () => response.destroy())
    })
    expect(await call(halves.url)).toMatchObject({ ok: false, code: 'network' })
    await resets.close()
    servers.splice(servers.indexOf(resets), 1)
    expect(await call(resets.url)).toMatchObject({ ok: false, code: 'network' })
    const unknown = async () => {
      throw Object.assign(new Error('no such host'), { code: 'ENOTFOUND' })
    }
    expect(await call('https://nobody.example/', { lookup: unknown })).toMatchObject({
      code: 'network',
      message: 'The call failed: ENOTFOUND',
    })
  })

  it('does not take what is no HTTP, or switches to something else', async () => {
    const raw = createServer((socket) => socket.resume().end('SSH-2.0-OpenSSH\r\n'))
    await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve))
    servers.push({ close: () => new Promise((resolve) => raw.close(() => resolve())) })
    const { port } = raw.address() as { port: number }
    expect(await call(`http://127.0.0.1:${port}`)).toMatchObject({ ok: false, code: 'network' })
    const switches = await serve((_, response) => {
      response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n')
    })
    expect(await call(switches.url)).toMatchObject({ ok: false, code: 'network' })
  })

  it('reads no more than it may, packed or not', async () => {
    const long = await serve((_, response) => void response.end(Buffer.alloc(300 * 1024, 'x')))
    expect(await call(long.url)).toMatchObject({ ok: false, code: 'response_too_large' })
    const bomb = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50 * 1024 * 1024)))
    })
    expect(await call(bomb.url)).toMatchObject({ ok: false, code: 'response_too_large' })
    const endless = await serve((_, response) => {
      response.writeHead(200)
      const more = () => {
        while (response.write(Buffer.alloc(64 * 1024)));
        response.once('drain', more)
      }
      more()
    })
    expect(await call(endless.url)).toMatchObject({ ok: false, code: 'response_too_large' })
    const headers = await serve((_, response) => void response.writeHead(200, { 'x-long': 'x'.repeat(40_000) }).end())
    expect(await call(headers.url)).toMatchObject({ ok: false, code: 'network' })
  })

  it('unpacks what a server packed all the same', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a":1}'))
    })
    expect(textOf(await call(server.url))).toBe('{"a":1}')
    expect(server.calls[0]?.headers['accept-encoding']).toBe('identity')
    const broken = await serve((_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('no'))
    expect(await call(broken.url)).toMatchObject({ ok: false, code: 'network' })
    const unknown = await serve((_, response) => void response.writeHead(200, { 'content-encoding': 'zz' }).end('no'))
    expect(await call(unknown.url)).toMatchObject({ ok: false, code: 'network' })
  })

  it.each([
    ['a line break in a header', { headers: { 'x-a': 'b\r\nx-evil: 1' } }],
    ['a line break in the name of one', { headers: { 'x-a\r\nx-evil': 'b' } }],
    ['another host', { headers: { Host: 'internal' } }],
    ['another length', { headers: { 'Content-Length': '1' } }],
    ['another framing', { headers: { 'transfer-encoding': 'chunked' } }],
    ['a made-up method', { method: 'GET / HTTP/1.1\r\nx: ' }],
  ])('is not made with %s', async (_, wrong) => {
    const server = await serve((_call, response) => json(response, {}))
    expect(await call(server.url, wrong)).toMatchObject({ ok: false, code: 'bad_request' })
    expect(server.calls).toHaveLength(0)
  })
})

describe('a call leads only where it may', () => {
  const publicOnly = { allowPrivateAddress: false }

  it.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[fc00::1]/',
    'https://[fe80::1]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://10.1.2.3/',
    'https://192.168.0.1:8443/',
    'https://0.0.0.0/',
    'https://localhost/',
  ])('%s is refused', async (url) => {
    expect(await call(url, publicOnly)).toMatchObject({ ok: false, code: 'address_refused' })
  })

  it.each(['https://169.254.169.254/', 'http://100.100.100.200/', 'http://0.0.0.0/', 'https://[fd00:ec2::254]/'])(
    '%s is refused, also where private addresses are allowed',
    async (url) => {
      expect(await call(url)).toMatchObject({ ok: false, code: 'address_refused' })
    },
  )

  it('http leads to private addresses alone', async () => {
    expect(await call('http://8.8.8.8/', publicOnly)).toMatchObject({ ok: false, code: 'bad_request' })
    expect(await call('http://8.8.8.8/')).toMatchObject({ ok: false, code: 'address_refused' })
    expect(await call('http://a.example/', { lookup: async () => ['10.0.0.1', '8.8.8.8'] })).toMatchObject({
      code: 'address_refused',
    })
  })

  it('a name is refused if any of its addresses is, and if it has none', async () => {
    const answers = (addresses: string[]) =>
      call('https://a.example/', { ...publicOnly, lookup: async () => addresses })
    expect(await answers(['8.8.8.8', '127.0.0.1'])).toMatchObject({ code: 'address_refused' })
    expect(await answers(['2606:4700::1111', '::ffff:10.0.0.1'])).toMatchObject({ code: 'address_refused' })
    expect(await answers(['169.254.169.254'])).toMatchObject({ code: 'address_refused' })
    expect(await answers([])).toMatchObject({ code: 'address_refused' })
  })

  it('goes to the address that was checked, whatever DNS says later', async () => {
    const server = await serve((_, response) => json(response, { here: true }))
    let asked = 0
    const rebinding = async () => {
      asked++
      return asked === 1 ? ['127.0.0.1'] : ['169.254.169.254']
    }
    const answer = await call(`http://rebinding.example:${server.port}/`, { lookup: rebinding })
    expect(answer).toMatchObject({ ok: true, status: 200 })
    expect(asked).toBe(1)
    expect(server.calls[0]?.headers.host).toBe(`rebinding.example:${server.port}`)
    // The other way round: what was checked is refused, and nobody asks again.
    expect(await call(`http://rebinding.example:${server.port}/`, { lookup: rebinding })).toMatchObject({
      code: 'address_refused',
    })
    expect(asked).toBe(2)
    expect(server.calls).toHaveLength(1)
  })

  it('tries the next of several checked addresses', async () => {
    const server = await serve((_, response) => json(response, {}))
    const answer = await call(`http://two.example:${server.port}/`, { lookup: async () => ['::1', '127.0.0.1'] })
    expect(answer).toMatchObject({ ok: true, status: 200 })
  })

  it('asks a server for the name, not for the address', async () => {
    const hellos: string[] = []
    const raw = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', (hello) => {
        hellos.push(hello.toString('latin1'))
        socket.destroy()
      })
    })
    await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve))
    servers.push({ close: () => new Promise((resolve) => raw.close(() => resolve())) })
    const { port } = raw.address() as { port: number }
    const answer = await call(`https://named.example:${port}/`, { lookup: async () => ['127.0.0.1'] })
    expect(answer).toMatchObject({ ok: false, code: 'network' })
    expect(hellos).toEqual([expect.stringContaining('named.example')])
  })

  it('says nothing of what was sent', async () => {
    const secret = 'secret-that-was-planted'
    const failing = [
      await call('http://127.0.0.1:1/', { headers: { authorization: secret }, body: secret, method: 'POST' }),
      await call('https://127.0.0.1/', { ...publicOnly, headers: { authorization: secret } }),
      await call(`https://${secret}.example/`, { lookup: async () => Promise.reject(new Error(secret)) }),
      await call('https://127.0.0.1/', { headers: { authorization: `${secret}\n` } }),
    ]
    expect(failing.map(({ ok }) => ok)).toEqual([false, false, false, false])
    expect(JSON.stringify(failing)).not.toContain(secret)
  })
})
