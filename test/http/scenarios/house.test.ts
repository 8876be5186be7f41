import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChannelId, ScenarioId } from '../../../src/domain/ids.ts'
import { tellSchedules } from '../../../src/store/house/schedules.ts'
import { workHouse } from '../../../src/store/house/work-house.ts'
import { type Desk, openDesk } from '../work/desk.ts'
import { scenario } from './documents.ts'

let desk: Desk
let mine: ChannelId
let other: ChannelId
let author: string
beforeAll(async () => {
  desk = await openDesk()
  ;[mine, other] = [desk.channel, await desk.addChannel()]
  author = await desk.addToken('author')
})
afterAll(() => desk.close())

const DAILY = { event: 'schedule', cron: '0 9 * * *', timeZone: 'UTC' }
async function draft(id: string, parts: object): Promise<ScenarioId> {
  const made = await desk.owner('/api/scenarios', { body: { document: scenario(id, parts) } })
  expect(made.status).toBe(201)
  return made.json.id
}
async function published(id: string, parts: object): Promise<ScenarioId> {
  const made = await draft(id, parts)
  expect((await desk.owner(`/api/scenarios/${made}/publish`, { body: {} })).json.error).toBeUndefined()
  return made
}
/** What its workflows would do, until nothing is left. */
async function workAll(): Promise<void> {
  const events = await desk.database.db
    .selectFrom('house_events')
    .select('id')
    .whereRef('changed', '>', 'heard')
    .orderBy('id')
    .execute()
  for (const { id } of events) await workHouse(desk.database, { event: id })
}
const list = async (token: string, query = '') => (await desk.ask(`/api/house-events${query}`, { token })).json.items

describe('publishing a scenario without a client', () => {
  it('is refused where it calls or starts one that needs a client, but for each of a list', async () => {
    await published('with-client', {})
    await published('without-client', { trigger: DAILY, steps: [{ id: 'end', stop: true }] })
    const check = async (steps: object[]) => {
      const document = scenario('house-one', { trigger: DAILY, vars: { l: { type: 'list', default: [] } }, steps })
      const { json } = await desk.ask('/api/scenarios/check', { token: author, body: { document } })
      return json.findings.map(({ code, path }: { code: string; path: string }) => `${code} ${path}`)
    }
    expect(await check([{ id: 'a', call: { scenario: 'with-client' } }])).toEqual(['no_client steps[0].call.scenario'])
    expect(await check([{ id: 'a', start: { scenario: 'with-client' } }])).toEqual([
      'no_client steps[0].start.scenario',
    ])
    expect(await check([{ id: 'a', start: { scenario: 'with-client', each: 'vars.l' } }])).toEqual([])
    expect(await check([{ id: 'a', call: { scenario: 'without-client' } }])).toEqual([])
    expect(await check([{ id: 'a', cancel: { scenario: 'with-client' } }])).toEqual([])
    const nested = { id: 'r', repeat: { max: 2 }, steps: [{ id: 'in', start: { scenario: 'with-client' } }] }
    expect(await check([nested])).toEqual(['no_client steps[0].steps[0].start.scenario'])
  })
})

describe('events of the house', () => {
  it('are listed and explained to those who manage scenarios, of channels they may see', async () => {
    const id = await published('on-pause', {
      trigger: { event: 'channel.paused' },
      concurrency: 'parallel',
      steps: [{ id: 'w', wait: { timeout: '3d' } }],
    })
    for (const channel of [mine, other]) await desk.owner(`/api/channels/${channel}/pause`, { body: {} })
    await workAll()
    const limited = await desk.addToken('author', [mine])
    const events: { eventId: string; channelId: string }[] = await list(author, '?name=channel.paused')
    expect(events.map(({ channelId }) => channelId)).toEqual([other, mine])
    expect((await list(limited, '?name=channel.paused')).map((one: { channelId: string }) => one.channelId)).toEqual([
      mine,
    ])
    const why = (token: string, event: string) => desk.ask(`/api/explain?eventId=${event}`, { token })
    const [hidden, seen] = events.map(({ eventId }) => eventId)
    expect((await why(limited, hidden ?? '')).status).toBe(404)
    const operator = await desk.addToken('operator')
    expect((await why(operator, seen ?? '')).status).toBe(404)
    expect((await desk.ask('/api/house-events', { token: operator })).status).toBe(403)
    const explained = (await why(limited, seen ?? '')).json
    expect(explained.because.map(({ scenarioId }: { scenarioId: string }) => scenarioId)).toEqual([id])
    expect((await why(author, 'house/00000000-0000-0000-0000-000000000000')).status).toBe(404)
    expect((await why(author, 'house/7')).status).toBe(400)
    const runs = async (token: string) => (await desk.ask(`/api/runs?scenarioId=${id}`, { token })).json.items.length
    expect([await runs(author), await runs(limited), await runs(operator)]).toEqual([2, 1, 0])
  })

  it('come page by page, and say nothing of what a webhook brought', async () => {
    const id = await published('daily', { trigger: DAILY, steps: [{ id: 'end', stop: true }] })
    for (const day of ['01', '02', '03']) {
      await desk.database.db
        .updateTable('schedules')
        .set({ last_at: new Date(`2031-02-${day}T08:00:00Z`), next_at: new Date(`2031-02-${day}T09:00:00Z`) })
        .where('scenario_id', '=', id)
        .execute()
      await tellSchedules(desk.database.db, new Date(`2031-02-${day}T09:00:01Z`))
    }
    const items: { at: string; scenarioId: string; data: { late: boolean } }[] = []
    for (let cursor = ''; ; ) {
      const page = (await desk.ask(`/api/house-events?name=schedule&limit=2${cursor}`, { token: author })).json
      items.push(...page.items)
      if (page.next === null) break
      cursor = `&cursor=${page.next}`
    }
    const at = items.filter(({ scenarioId }) => scenarioId === id).map((one) => [one.at, one.data.late])
    expect(at).toEqual(['03', '02', '01'].map((day) => [`2031-02-${day}T09:00:00.000Z`, false]))
    await desk.database.db
      .insertInto('house_events')
      .values({
        id: '01900000-0000-7000-8000-000000000001' as never,
        name: 'webhook.received',
        data: JSON.stringify({ webhook: 'shop', body: { secret: 'x' } }),
        at: new Date(),
      })
      .execute()
    expect((await list(author, '?name=webhook.received'))[0].data).toEqual({ webhook: 'shop' })
  })
})
