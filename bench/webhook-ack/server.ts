import { createHmac, timingSafeEqual } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import { Hono } from 'hono'
import pino from 'pino'
import { webhookRoutes } from '../../src/http/webhooks.ts'
import { openDatabase } from '../../src/store/index.ts'
import { secretBox } from '../../src/store/secret-box.ts'
import { APP_SECRET, SECRET_KEY } from './setting.ts'

/**
 * The server process: the real webhook route, and beside it the least that any such route must do — read the raw bytes,
 * verify the HMAC, insert one row, answer after the commit. Both use the same pool. No Temporal: only acknowledgement.
 */
export async function runServer(databaseUrl: string): Promise<void> {
  const database = openDatabase(databaseUrl, { maxConnections: 12 })
  const app = new Hono()
  app.post('/floor', async (c) => {
    const body = Buffer.from(await c.req.arrayBuffer())
    const given = Buffer.from((c.req.header('x-hub-signature-256') ?? '').slice('sha256='.length), 'hex')
    const expected = createHmac('sha256', APP_SECRET).update(body).digest()
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return c.json({}, 401)
    await database.pool.query({ name: 'floor', text: 'insert into floor_bodies (body) values ($1)', values: [body] })
    return c.json({})
  })
  app.route(
    '/',
    webhookRoutes({
      database,
      secrets: secretBox([SECRET_KEY]),
      log: pino({ level: 'warn' }, pino.destination(2)),
      config: { publicUrl: 'http://127.0.0.1' },
      eventsStored: () => undefined,
    }),
  )
  const server = await new Promise<ServerType>((resolve) => {
    const listening = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(listening))
  })
  process.on('message', (message) => {
    if (message === 'cpu') {
      const { user, system } = process.cpuUsage()
      process.send?.({ cpu: user + system, memory: process.memoryUsage.rss() })
    } else if (message === 'stop') {
      server.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
      void database.close().then(() => process.disconnect())
    }
  })
  process.send?.({ port: (server.address() as AddressInfo).port })
}
