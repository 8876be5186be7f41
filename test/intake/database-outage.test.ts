import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/dev/embedded-postgres.ts'
import type { ChannelId } from '../../src/domain/ids.ts'
import { migrate } from '../../src/store/migrate.ts'
import {
  addChannel,
  bodyOf,
  count,
  sequenceGaps,
  startWebhookServer,
  textFrom,
  type WebhookServer,
} from './webhook-server.ts'

let dataDir: string
let postgres: EmbeddedPostgres
let server: WebhookServer
let channel: ChannelId

const start = () => startEmbeddedPostgres({ dataDir, onProgress: () => undefined })

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-outage-'))
  postgres = await start()
  await migrate(postgres.url)
  server = await startWebhookServer(postgres.url)
  channel = await addChannel(server.database)
})
afterAll(async () => {
  await server.close()
  await postgres.stop()
  await rm(dataDir, { recursive: true, force: true })
})

const bodies = (prefix: string, many: number) =>
  Array.from({ length: many }, (_, index) =>
    bodyOf({ messages: [textFrom(`1650555${index % 7}`, { id: `wamid.${prefix}${index}` })] }),
  )
const postAll = async (all: string[]) =>
  (await Promise.all(all.map((body) => server.post(channel, body)))).map((a) => a.status)

it('a database that stops, and one that is killed under load, cost no acknowledged webhook (P1, F4)', async () => {
  const before = bodies('before', 20)
  expect(new Set(await postAll(before))).toEqual(new Set([200]))

  await postgres.stop()
  const refused = await server.post(channel, bodies('down', 1)[0] ?? '')
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
  expect(await refused.json()).toMatchObject({ error: { code: 'unavailable' } })

  postgres = await start()
  await vi.waitFor(async () => expect(await postAll(bodies('down', 1))).toEqual([200]), { timeout: 15_000 })

  // Killed while webhooks come in: each answer is either kept or says that it was not.
  const storm = bodies('storm', 300)
  const answers = storm.map((body) => server.post(channel, body))
  await Promise.race(answers)
  process.kill(postgres.pid, 'SIGKILL')
  const codes = (await Promise.all(answers)).map((answer) => answer.status)
  expect([...new Set(codes)].every((code) => code === 200 || code === 503)).toBe(true)

  postgres = await start()
  const stored = async () => {
    const { rows } = await server.database.pool.query<{ dedupe_key: string }>(
      'select dedupe_key from conversation_events',
    )
    return new Set(rows.map((row) => row.dedupe_key))
  }
  const kept = await vi.waitFor(stored, { timeout: 15_000 })
  for (const [index, code] of codes.entries()) {
    if (code === 200) expect(kept).toContain(`message:wamid.storm${index}`)
  }

  // The provider sends everything again; afterwards each is there once.
  await vi.waitFor(async () => expect(new Set(await postAll(storm))).toEqual(new Set([200])), { timeout: 15_000 })
  expect(await count(server.database, 'conversation_events')).toBe(20 + 1 + 300)
  expect(await sequenceGaps(server.database)).toEqual([])
})
