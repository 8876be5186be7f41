import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChannelId } from '../../../src/domain/ids.ts'
import { workEvents } from '../../../src/store/steps/work-events.ts'
import { receive } from '../../kit/house.ts'
import { type Desk, type OpenTask, openDesk, type Worker } from './desk.ts'

let desk: Desk
let anna: Worker
let boris: Worker
/** May see the second channel only. */
let shut: Worker
let second: ChannelId
/** by the names that the tables below use */
const tasks = new Map<string, OpenTask>()

const patch = (name: string, body: object) => anna.ask(`/api/tasks/${tasks.get(name)?.task}`, { method: 'PATCH', body })
const answer = (name: string) =>
  anna.ask(`/api/tasks/${tasks.get(name)?.task}/comments`, { body: { text: 'Yes', notify: { contact: true } } })

beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
  boris = await desk.addWorker()
  second = await desk.addChannel()
  shut = await desk.addWorker([second])
  const now = Date.now()
  const written = (name: string, minutesAgo: number, channel = desk.channel) =>
    desk
      .openTask({ channel, name: `Client ${name}`, lastInAt: new Date(now - minutesAgo * 60_000) })
      .then((at) => tasks.set(name, at))
  await written('mine', 10)
  await written('free', 30)
  await written('answered', 20)
  await written('done', 50)
  await written('aside', 40)
  await written('elsewhere', 60, second)
  await patch('mine', { assigneeIds: [anna.id], participantIds: [boris.id] })
  await patch('free', { assigneeIds: [] })
  await answer('answered')
  await patch('done', { status: 'done' })
  await anna.ask(`/api/tasks/${tasks.get('aside')?.task}/snooze`, { method: 'PUT', body: { until: null } })
  await anna.ask(`/api/tasks/${tasks.get('mine')?.task}/read`, { method: 'PUT', body: {} })
  await anna.ask(`/api/contacts/${tasks.get('free')?.contact}`, { method: 'PATCH', body: { tags: ['vip', 'b2b'] } })
})
afterAll(() => desk.close())

const nameOf = (id: string) => [...tasks].find(([, { task }]) => task === id)?.[0] ?? id
const list = async (who: Worker, query: string): Promise<string[]> => {
  const { status, json, text } = await who.ask(`/api/tasks?${query}`)
  if (status !== 200) throw new Error(text)
  return json.items.map((item: { id: string }) => nameOf(item.id))
}

describe('the filters of the list', () => {
  it.each<[string, string[]]>([
    ['status=active', ['answered', 'aside', 'elsewhere', 'free', 'mine']],
    ['status=inactive', ['done']],
    ['assigneeId=me', ['mine']],
    ['assigneeId=none', ['free']],
    ['participantId=me', []],
    ['awaiting=true', ['aside', 'elsewhere', 'free', 'mine']],
    ['awaiting=false', ['answered', 'aside', 'done', 'elsewhere', 'free', 'mine']],
    ['unread=true', ['answered', 'aside', 'done', 'elsewhere', 'free']],
    ['unread=true&status=active&snoozed=hide', ['answered', 'elsewhere', 'free']],
    ['snoozed=only', ['aside']],
    ['snoozed=hide&awaiting=true', ['elsewhere', 'free', 'mine']],
    ['snoozed=any&awaiting=true', ['aside', 'elsewhere', 'free', 'mine']],
    ['tag=vip', ['free']],
    ['tag=vi', []],
    ['q=Client%20answered', ['answered']],
    ['q=Client%20answered&unread=true&awaiting=true', []],
  ])('%s', async (query, expected) => {
    expect((await list(anna, query)).toSorted()).toEqual(expected)
  })

  it('are of whoever asks', async () => {
    expect(await list(boris, 'participantId=me')).toEqual(['mine'])
    expect(await list(boris, `assigneeId=${anna.id}`)).toEqual(['mine'])
    expect(await list(boris, `participantId=${boris.id}`)).toEqual(['mine'])
    expect(await list(boris, 'snoozed=only')).toEqual([])
    expect((await list(boris, 'unread=true&status=active')).toSorted()).toEqual(
      ['aside', 'elsewhere', 'free', 'mine'].concat('answered').toSorted(),
    )
    expect(await list(shut, '')).toEqual(['elsewhere'])
    expect(await list(shut, 'awaiting=true&sort=awaiting')).toEqual(['elsewhere'])
  })

  it('find nothing for a token in what only people have', async () => {
    for (const query of ['assigneeId=me', 'participantId=me', 'unread=true', 'snoozed=only']) {
      expect([query, (await desk.owner(`/api/tasks?${query}`)).json.items]).toEqual([query, []])
    }
    expect((await desk.owner('/api/tasks?snoozed=hide')).json.items).toHaveLength(6)
  })

  it.each(['assigneeId=you', 'participantId=none', 'snoozed=no', 'awaiting=yes', 'sort=oldest', 'tag=', 'mine=true'])(
    'refuse %s',
    async (query) => {
      expect((await anna.ask(`/api/tasks?${query}`)).status).toBe(400)
    },
  )

  it('show the tags of the client', async () => {
    const { json } = await anna.ask('/api/tasks?tag=b2b')
    expect(json.items[0].tags).toEqual(['vip', 'b2b'])
  })
})

describe('the order by waiting', () => {
  it('puts who has waited longest first, and behind them the others, the newest updated first', async () => {
    const waiting = ['elsewhere', 'aside', 'free', 'mine']
    expect(await list(anna, 'sort=awaiting')).toEqual([...waiting, 'done', 'answered'])
    expect(await list(anna, 'sort=awaiting&awaiting=true')).toEqual(waiting)
  })

  it.each(['sort=awaiting', 'sort=updated', 'sort=awaiting&awaiting=true'])(
    'pages through %s, each once',
    async (query) => {
      // The same moment for all: only the id tells them apart.
      await sql`update tasks set awaiting_since = date_trunc('day', now()) + interval '1 microsecond'
      where awaiting_since is not null`.execute(desk.database.db)
      const all = await list(anna, query)
      for (const limit of [1, 2, 3, 4, 5]) {
        const paged: string[] = []
        let cursor = ''
        do {
          const { json } = await anna.ask(`/api/tasks?${query}&limit=${limit}${cursor}`)
          paged.push(...json.items.map((item: { id: string }) => nameOf(item.id)))
          cursor = json.next ? `&cursor=${json.next}` : ''
        } while (cursor)
        expect([limit, paged]).toEqual([limit, all])
      }
    },
  )

  it('refuses the cursor of the other order', async () => {
    const next = async (sort: string) => (await anna.ask(`/api/tasks?sort=${sort}&limit=1`)).json.next
    for (const [given, asked] of [
      ['updated', 'awaiting'],
      ['awaiting', 'updated'],
    ]) {
      const { status, json } = await anna.ask(`/api/tasks?sort=${asked}&cursor=${await next(given ?? '')}`)
      expect([status, json.error.code]).toEqual([400, 'cursor_invalid'])
    }
  })
})

describe('the counts', () => {
  it('are over active tasks, what is put aside apart', async () => {
    const counts = (await anna.ask('/api/tasks/counts')).json
    const here = counts.byChannel.find(({ channelId }: { channelId: string }) => channelId === desk.channel)
    expect({ ...counts, byChannel: here }).toEqual({
      mine: 1,
      unassigned: 1,
      awaiting: 3,
      all: 4,
      snoozed: 1,
      unread: 3,
      byChannel: { channelId: desk.channel, active: 3, unread: 2 },
    })
    expect(counts.byChannel).toHaveLength(2)
  })

  it('are of what the caller may see', async () => {
    expect((await shut.ask('/api/tasks/counts')).json).toEqual({
      mine: 0,
      unassigned: 0,
      awaiting: 1,
      all: 1,
      snoozed: 0,
      unread: 1,
      byChannel: [{ channelId: second, active: 1, unread: 1 }],
    })
    expect((await desk.owner('/api/tasks/counts')).json).toMatchObject({ mine: 0, snoozed: 0, unread: 0, all: 5 })
  })
})

describe('a task that is put aside', () => {
  const aside = () => tasks.get('aside') as OpenTask
  const snooze = (until: string | null, who = anna) =>
    who.ask(`/api/tasks/${aside().task}/snooze`, { method: 'PUT', body: { until } })
  const wake = (who = anna) => who.ask(`/api/tasks/${aside().task}/snooze`, { method: 'DELETE' })

  it('is so for one person, until they take it up again', async () => {
    const until = new Date(Date.now() + 3_600_000).toISOString()
    const { json } = await snooze(until)
    expect(json).toMatchObject({ id: aside().task, snoozed: { until } })
    expect((await boris.ask(`/api/tasks/${aside().task}`)).json.snoozed).toBeNull()
    expect((await wake()).json.snoozed).toBeNull()
    expect((await wake()).status).toBe(200)
    expect(await list(anna, 'snoozed=only')).toEqual([])
  })

  it('is there again for everybody as soon as the client writes, and not with an echo of it', async () => {
    await snooze(null)
    await snooze(new Date(Date.now() + 3_600_000).toISOString(), boris)
    const { conversation } = aside()
    const upTo = await receive(desk.database, conversation, { text: 'Still there?' })
    const step = () => workEvents(desk.database, { conversationId: conversation, after: null, upTo })
    await step()
    for (const who of [anna, boris]) expect((await who.ask(`/api/tasks/${aside().task}`)).json.snoozed).toBeNull()
    // A repeated step, and a message that is delivered again, wake nobody who put it aside since.
    await snooze(null)
    await step()
    expect(await list(anna, 'snoozed=only')).toEqual(['aside'])
    await wake()
  })

  it('refuses a time that has passed, and one that is none', async () => {
    expect((await snooze(new Date(Date.now() - 1000).toISOString())).json.error.code).toBe('until_is_past')
    for (const until of ['tomorrow', '9999-01-01T00:00:00Z', 5])
      expect((await snooze(until as string)).status).toBe(400)
    expect(
      (await desk.owner(`/api/tasks/${aside().task}/snooze`, { method: 'PUT', body: { until: null } })).status,
    ).toBe(422)
  })
})
