import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { createSimulator } from './index.ts'

/**
 * The simulator as a process of its own, for tests that kill it:
 * `main --port 0 --data-dir <dir>`; accounts come by `POST /simulator/accounts`.
 * Prints `{"url":"http://127.0.0.1:<port>"}` when it listens.
 */
const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, 'data-dir': { type: 'string', default: '.data/simulator' } },
})
const simulator = createSimulator({
  dataDir: values['data-dir'],
  accounts: async () => [],
  log: (message, fields) => process.stderr.write(`${JSON.stringify({ message, ...fields })}\n`),
})
const app = new Hono().route('/simulator', simulator.app)
const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(values.port) }, (info: AddressInfo) => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${info.port}` })}\n`)
})

async function stop(): Promise<void> {
  await simulator.stop()
  server.close()
  if ('closeAllConnections' in server) server.closeAllConnections()
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
