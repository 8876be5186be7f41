import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inTransaction } from '../../../src/store/index.ts'
import { liveHub } from '../../../src/store/live/hub.ts'
import { type LiveEvent, recordLive } from '../../../src/store/live-events.ts'
import { eventually } from '../../kit/eventually.ts'
import { type Desk, openDesk, type Worker } from './desk.ts'
import { type LiveStream, openLiveStream, type Viewer } from './live-stream.ts'

let desk: Desk
let anna: Worker
const streams: LiveStream[] = []
beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
})
afterAll(async () => {
  for (const stream of streams) await stream.close()
  await desk.close()
})

const open = async (who: Viewer, lastEventId?: string, reading = true): Promise<LiveStream> => {
  const stream = await openLiveStream(desk.app, who, { lastEventId, reading })
  streams.push(stream)
  return stream
}

const task = (taskId: string, channelId: string | null = desk.channel): LiveEvent => ({
  event: 'task',
  data: { taskId, channelId },
})
const commit = (...events: LiveEvent[]) => inTransaction(desk.database.db, (tx) => recordLive(tx, events))

describe('live updates', () => {
  it('say what changed, by ids, when somebody works', async () => {
    const stream = await open(anna)
    const at = await desk.openTask()
    const { json } = await anna.ask(`/api/tasks/${at.task}/comments`, { body: { text: 'Not for the stream' } })
    await eventually(async () =>
      expect(stream.of('comment')).toContainEqual(
        expect.objectContaining({
          taskId: at.task,
          conversationId: at.conversation,
          channelId: at.channel,
          commentId: json.id,
        }),
      ),
    )
    const { rows } = await desk.database.pool.query('select data::text from live_events')
    expect(JSON.stringify(rows)).not.toContain('Not for the stream')
  })

  it('resume after the last id that was seen, without gap or repetition', async () => {
    const first = await open(anna)
    await commit(task('r1'), task('r2'))
    await eventually(async () => expect(first.tasks()).toEqual(expect.arrayContaining(['r1', 'r2'])))
    const afterR1 = first.events.find(({ data }) => data?.taskId === 'r1')?.id ?? ''
    await first.close()
    await commit(task('r3'))
    const again = await open(anna, afterR1)
    await commit(task('r4'))
    await eventually(async () => expect(again.tasks().at(-1)).toBe('r4'))
    expect(again.tasks()).toEqual(['r2', 'r3', 'r4'])
  })

  it('resume from a stream on which nothing had happened yet', async () => {
    const first = await open(anna)
    const place = first.lastId ?? ''
    expect(first.events).toEqual([])
    await first.close()
    await commit(task('quiet'))
    const again = await open(anna, place)
    await eventually(async () => expect(again.tasks()).toEqual(['quiet']))
  })

  it('begin with what happened since the first thing on the screen was asked for', async () => {
    const asked = Date.now()
    await commit(task('before the stream'))
    const stream = await openLiveStream(desk.app, anna, { sinceMs: Date.now() - asked })
    streams.push(stream)
    await commit(task('on the stream'))
    await eventually(async () => expect(stream.tasks().at(-1)).toBe('on the stream'))
    const told = stream.tasks().filter((id) => String(id).endsWith('the stream'))
    expect(told).toEqual(['before the stream', 'on the stream'])
  })

  it.each(['soon', '-1', `${24 * 3_600_000}`])(
    'say resync where a page says that it is there since %s ms',
    async (sinceMs) => {
      const stream = await openLiveStream(desk.app, anna, { sinceMs })
      streams.push(stream)
      expect(stream.events.map(({ event }) => event)).toEqual(['resync'])
    },
  )

  it.each([
    ['is none of ours', '17'],
    ['is text', 'abc'],
    ['is older than what is kept', '1.1.1'],
    ['lies in the future', `${2n ** 63n}.1.${Math.floor(Date.now() / 1000)}`],
    ['does not fit', `99999999999999999999.1.${Math.floor(Date.now() / 1000)}`],
  ])('say resync where the last id %s', async (_, id) => {
    const stream = await open(anna, id)
    expect(stream.events[0]).toEqual({ event: 'resync', id: expect.any(String), data: {} })
    await commit(task(`after ${id}`))
    await eventually(async () => expect(stream.tasks()).toEqual([`after ${id}`]))
  })

  it('say resync to one who missed more than is sent again', async () => {
    const first = await open(anna)
    const place = first.lastId ?? ''
    await first.close()
    await commit(...Array.from({ length: 501 }, (_, i) => task(`m${i}`)))
    // A place is safe only once the commit is below the watermark.
    await eventually(async () => {
      const stream = await open(anna, place)
      await stream.close()
      expect(stream.events.map(({ event }) => event)).toEqual(['resync'])
    })
    const anew = await openLiveStream(desk.app, anna, { sinceMs: 60_000 })
    streams.push(anew)
    expect(anew.events.map(({ event }) => event)).toEqual(['resync'])
  })

  it('skip nothing when a transaction with lower ids commits after one with higher ids', async () => {
    const stream = await open(anna)
    const older = await desk.database.pool.connect()
    const younger = await desk.database.pool.connect()
    try {
      const insert = (on: typeof older, taskId: string) =>
        on.query(`insert into live_events (event, data) values ('task', $1)`, [
          JSON.stringify({ taskId, channelId: desk.channel }),
        ])
      await older.query('begin')
      await insert(older, 'older')
      await younger.query('begin')
      await insert(younger, 'younger')
      await commit(task('fast'))
      // A higher id than the younger transaction's row has, and yet it can be read before it.
      await insert(older, 'older again')
      await older.query('commit')
      await eventually(async () => expect(stream.tasks()).toEqual(['older', 'older again']))
      await younger.query('commit')
      await commit(task('newest'))
      await eventually(async () => expect(stream.tasks()).toHaveLength(5))
      expect(stream.tasks()).toEqual(['older', 'older again', 'younger', 'fast', 'newest'])
    } finally {
      older.release(true)
      younger.release(true)
    }
  })

  it('drop the backlog of one who does not read, and tell them', async () => {
    const slow = await open(anna, undefined, false)
    const quick = await open(anna)
    for (let batch = 0; batch < 4; batch++) {
      await commit(...Array.from({ length: 300 }, (_, i) => task(`o${batch * 300 + i}`)))
    }
    await eventually(async () => expect(quick.tasks().at(-1)).toBe('o1199'))
    expect(quick.tasks()).toHaveLength(1200)
    void slow.read()
    await commit(task('end'))
    await eventually(async () => expect(slow.tasks().at(-1)).toBe('end'))
    const kinds = slow.events.map(({ event }) => event)
    expect(kinds).toContain('resync')
    expect(slow.tasks().length).toBeLessThan(1200)
    const place = slow.events.find(({ event }) => event === 'resync')?.id
    expect(place).toMatch(/^\d+\.\d+\.\d+$/)
  })

  it('are for those who may see the channel', async () => {
    const elsewhere = await desk.addChannel()
    const token = await desk.addToken('operator', [elsewhere])
    const stream = await open({ token })
    await commit(task('hidden'), task('nowhere', null), task('visible', elsewhere))
    await eventually(async () => expect(stream.tasks()).toEqual(['visible']))
    const again = await open({ token }, '1.1.1')
    expect(again.events.map(({ event }) => event)).toEqual(['resync'])
  })

  it('end when the session ends, and when rights change', async () => {
    const boris = await desk.addWorker()
    const clara = await desk.addWorker()
    const token = await desk.addToken('operator')
    const [one, two, three, other] = [await open(boris), await open(clara), await open({ token }), await open(anna)]
    await desk.database.db.deleteFrom('sessions').where('user_id', '=', boris.id).execute()
    await desk.database.db
      .updateTable('users')
      .set({ channel_ids: [desk.channel] })
      .where('id', '=', clara.id)
      .execute()
    await desk.database.db.updateTable('api_tokens').set({ revoked_at: new Date() }).execute()
    await eventually(async () => expect([one, two, three].map(({ ended }) => ended)).toEqual([true, true, true]))
    await commit(task('to who stays'))
    await eventually(async () => expect(other.tasks()).toEqual(['to who stays']))
    expect([one, two, three].flatMap((stream) => stream.tasks())).toEqual([])
  })

  it('keep the session in use', async () => {
    const dora = await desk.addWorker()
    await open(dora)
    const longAgo = new Date(Date.now() - 3_600_000)
    await desk.database.db.updateTable('sessions').set({ seen_at: longAgo }).where('user_id', '=', dora.id).execute()
    await eventually(async () => {
      const { seen_at } = await desk.database.db
        .selectFrom('sessions')
        .select('seen_at')
        .where('user_id', '=', dora.id)
        .executeTakeFirstOrThrow()
      expect(seen_at.getTime()).toBeGreaterThan(longAgo.getTime())
    })
  })

  it('survive the loss of the listening connection', async () => {
    const stream = await open(anna)
    await eventually(async () => {
      const { rows } = await sql<{ ended: boolean }>`
        select pg_terminate_backend(pid) as ended from pg_stat_activity
        where datname = current_database() and query = 'listen parley_live'`.execute(desk.database.db)
      expect(rows.length).toBeGreaterThan(0)
    })
    await commit(task('after the loss'))
    await eventually(async () => expect(stream.tasks()).toEqual(['after the loss']))
    await eventually(async () => {
      const { rows } = await sql`select from pg_stat_activity
        where datname = current_database() and query = 'listen parley_live'`.execute(desk.database.db)
      expect(rows.length).toBe(1)
    })
  })

  it('end when the server stops', async () => {
    const stream = await open(anna)
    await liveHub(desk.database, () => undefined).close()
    await eventually(async () => expect(stream.ended).toBe(true))
  })
})
