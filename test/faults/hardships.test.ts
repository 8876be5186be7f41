import { execFile } from 'node:child_process'
import { get } from 'node:http'
import { connect, type Socket } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findFreePort } from '../../src/dev/ports.ts'
import { eventually } from '../kit/eventually.ts'
import { openProcessHouse, type ProcessHouse } from '../kit/process-house.ts'
import { publicUrlOf, startParley } from './parley-process.ts'

/** Processes whose surroundings are not as they should be. */
let house: ProcessHouse
let address: { publicUrl: string; port: number }
beforeAll(async () => {
  house = await openProcessHouse()
  address = await publicUrlOf(house)
}, 120_000)
afterAll(() => house.close(), 30_000)

/** Over a connection of its own. @throws where there is no answer within two seconds */
const statusOf = (url: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    const request = get(url, { agent: false, timeout: 2_000 }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    request.once('timeout', () => request.destroy(new Error('no answer')))
    request.once('error', reject)
  })
const answers = (url: string) => eventually(async () => expect(await statusOf(`${url}/healthz`)).toBe(200), 60_000)

describe('clocks that are wrong by five minutes (F17)', () => {
  it.each([
    { server: 5, worker: -5 },
    { server: -5, worker: 5 },
  ])(
    'server $server, worker $worker: order, window and ticks are unharmed',
    async (off) => {
      const server = startParley(house, 'server', { ...address, clockOff: off.server })
      const worker = startParley(house, 'worker', { ...address, clockOff: off.worker })
      await answers(address.publicUrl)
      const from = off.server > 0 ? '16507770001' : '16507770002'
      const write = (text: string) => house.simulator('POST', '/phone/messages', { from, name: 'C', text })
      const feed = async () =>
        (
          await house.database.db
            .selectFrom('comments as m')
            .innerJoin('identities as i', 'i.conversation_id', 'm.conversation_id')
            .select(['m.text', 'm.task_id'])
            .where('i.value', '=', from)
            .orderBy('m.position')
            .execute()
        ).map(({ text, task_id }) => ({ text, task: task_id }))
      const order: string[] = []
      const say = async (text: string) => {
        order.push(text)
        await write(text)
        await eventually(async () => expect((await feed()).map((entry) => entry.text)).toEqual(order), 60_000)
      }
      await say('first')
      const task = (await feed())[0]?.task
      for (const text of ['one', 'two']) {
        const answer = await fetch(`${address.publicUrl}/api/tasks/${task}/comments`, {
          method: 'POST',
          headers: { authorization: `Bearer ${house.token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ text, notify: { contact: true } }),
        })
        expect(answer.status).toBe(201)
        order.push(text)
        await say(`after ${text}`)
      }
      await eventually(async () => {
        const { items } = await house.simulator<{ items: { direction: string; text: string }[] }>(
          'GET',
          `/phone/messages?from=${from}`,
        )
        expect(items.filter(({ direction }) => direction === 'to_client').map(({ text }) => text)).toEqual([
          'one',
          'two',
        ])
        const rows = await house.database.db
          .selectFrom('deliveries as d')
          .innerJoin('identities as i', 'i.conversation_id', 'd.conversation_id')
          .select('d.state')
          .where('i.value', '=', from)
          .execute()
        expect(rows.map(({ state }) => state)).toEqual(['delivered', 'delivered'])
      }, 60_000)
      await Promise.all([server.stop(), worker.stop()])
    },
    180_000,
  )
})

describe.skipIf(process.platform !== 'linux')('a server with 256 file descriptors (F23)', () => {
  it('lives through more connections than it can hold, and serves again once they are gone', async () => {
    const port = await findFreePort()
    const publicUrl = `http://127.0.0.1:${port}`
    const server = startParley(house, 'server', { port, publicUrl })
    await answers(publicUrl)
    // While it starts, Node opens more than that at once to read its modules.
    await promisify(execFile)('prlimit', ['--pid', String(server.pid), '--nofile=256:256'])
    const sockets: Socket[] = []
    for (let n = 0; n < 400; n++) {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => undefined)
      sockets.push(socket)
    }
    // Those it took are kept waiting for a request; nobody else gets in, and it goes on living.
    await expect(statusOf(`${publicUrl}/healthz`)).rejects.toThrow()
    expect(server.ended()).toBe(false)
    for (const socket of sockets) socket.destroy()
    await answers(publicUrl)
    const me = await fetch(`${publicUrl}/api/channels`, { headers: { authorization: `Bearer ${house.token}` } })
    expect(me.status).toBe(200)
    await server.stop()
  }, 120_000)
})
