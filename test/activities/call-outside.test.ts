import { MockActivityEnvironment } from '@temporalio/testing'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outsideActivities, type WorkerDeps } from '../../activities/index.ts'
import type { ConversationId, OutsideCallId, ScenarioId } from '../../src/domain/ids.ts'
import { channelCache } from '../../src/store/channels/channel-cache.ts'
import { diskFiles } from '../../src/store/disk-files.ts'
import { addConversation, type House, openHouse, secrets } from '../kit/house.ts'
import { addEndpoint, addOutsideCall } from '../kit/outside-calls.ts'
import { json, openOutsideServer } from '../kit/outside-server.ts'
import { publishDocument } from '../kit/scenarios.ts'

let house: House
let scenario: ScenarioId
let conversation: ConversationId
const logged: string[] = []
beforeAll(async () => {
  house = await openHouse()
  scenario = await publishDocument(
    house,
    'id: caller\nname: Caller\ntrigger: { event: message.received }\nsteps: [ { id: a, tag: x } ]',
  )
  conversation = await addConversation(house)
})
afterAll(() => house.close())

const depsWith = (stopping: AbortSignal): WorkerDeps => ({
  database: house.database,
  channels: channelCache(house.database, secrets),
  secrets,
  files: diskFiles('unused'),
  publicUrl: 'http://127.0.0.1:9',
  log: pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) }),
  worker: 'test',
  notifyLive: () => undefined,
  stopping,
})

async function addCall(name: string, url: string, retries: number): Promise<OutsideCallId> {
  const endpoint = await addEndpoint(house, { name, url, allowPrivateAddress: true })
  return addOutsideCall(house, { scenario, conversation, endpoint }, { method: 'GET', timeoutMs: 30_000, retries })
}
const rowOf = (id: OutsideCallId) =>
  house.database.db.selectFrom('outside_calls').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const callIt = (id: OutsideCallId, stopping: AbortSignal) =>
  new MockActivityEnvironment().run(outsideActivities(depsWith(stopping)).callOutside, id)

describe('a worker that ends during a call', () => {
  it('lets it come to its end, if that is soon', async () => {
    const stop = new AbortController()
    const server = await openOutsideServer((_, response) => {
      stop.abort()
      json(response, { fine: true })
    })
    const id = await addCall('soon', server.url, 0)
    expect(await callIt(id, stop.signal)).toEqual({ now: 'settled', stored: (await rowOf(id)).seq })
    expect(await rowOf(id)).toMatchObject({ state: 'ended', attempts: 1, last_code: null })
    await server.close()
  })

  it('gives it back, as an attempt that failed without a fault of the endpoint', async () => {
    const stop = new AbortController()
    const server = await openOutsideServer(() => stop.abort())
    const again = await addCall('late', server.url, 1)
    expect(await callIt(again, stop.signal)).toMatchObject({ now: 'again' })
    expect(await rowOf(again)).toMatchObject({ state: 'waiting', attempts: 1, last_code: 'interrupted' })

    const once = await addCall('once', server.url, 0)
    expect(await callIt(once, stop.signal)).toMatchObject({ now: 'settled' })
    expect(await rowOf(once)).toMatchObject({ state: 'ended', last_code: 'interrupted' })
    const circuits = await house.database.db.selectFrom('endpoints').select('circuit').execute()
    expect(circuits.map(({ circuit }) => circuit.failures)).toEqual([0, 0, 0])
    await server.close()
  })

  it('logs that it failed, by ids and codes', () => {
    expect(logged.join('')).toContain('interrupted')
    expect(logged.join('')).not.toMatch(/planted|127\.0\.0\.1/)
  })
})
