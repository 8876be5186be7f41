import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConversationId } from '../../../../src/domain/ids.ts'
import { openDatabase } from '../../../../src/store/index.ts'
import { countQueries } from '../../../http/work/desk.ts'
import { DAY, HOUR, MINUTE, openQuietHouse, type QuietHouse, SECOND, sweep, urlOf } from './quiet-house.ts'

let house: QuietHouse
beforeEach(async () => {
  house = await openQuietHouse()
})
afterEach(() => house.close())

/** Any moment will do: everything is counted from it. */
const NOW = Date.parse('2026-03-02T12:00:00Z')
const at = (milliseconds: number) => new Date(NOW + milliseconds)
const sorted = (ids: readonly ConversationId[]) => [...ids].sort()

describe('silence', () => {
  it('is told once, to the millisecond, and never of what was quiet before', async () => {
    const long = await house.conversation({ lastMessageAt: at(-365 * DAY) })
    const before = await house.conversation({ lastMessageAt: at(-2 * HOUR) })
    const later = await house.conversation({ lastMessageAt: at(-2 * HOUR + 1) })
    const never = await house.conversation()
    await house.publish('idle', '{ event: conversation.idle, for: 2h }')

    expect(await house.sweep(at(0))).toEqual([])
    expect(await house.sweep(at(1))).toEqual([later])
    expect(await house.sweep(at(1))).toEqual([])
    expect(await house.sweep(at(DAY))).toEqual([])
    for (const id of [long, before, never]) expect(await house.reached(id)).toEqual([])
    const since = at(-2 * HOUR + 1).toISOString()
    expect(await house.reached(later)).toEqual([
      { kind: 'time.reached', name: 'conversation.idle', keys: { for: '2h' }, fact: since, at: since, task: null },
    ])
  })

  it('is told again after the next message', async () => {
    await house.publish('idle', '{ event: conversation.idle, for: 2h }')
    await house.sweep(at(0))
    const id = await house.conversation({ lastMessageAt: at(HOUR) })
    expect(await house.sweep(at(3 * HOUR))).toEqual([id])
    await house.database.db
      .updateTable('conversations')
      .set({ last_message_at: at(4 * HOUR) })
      .execute()
    expect(await house.sweep(at(5 * HOUR))).toEqual([])
    expect(await house.sweep(at(6 * HOUR))).toEqual([id])
    expect(await house.reached(id)).toHaveLength(2)
  })

  it('is told for each duration, and once for all scenarios that ask for the same', async () => {
    await house.publish('idle', '{ event: conversation.idle, for: 2h }')
    await house.publish('same', '{ event: conversation.idle, for: 2h }')
    await house.publish('short', '{ event: conversation.idle, for: 5m }')
    await house.sweep(at(0))
    const id = await house.conversation({ lastMessageAt: at(1) })
    await house.sweep(at(DAY))
    expect((await house.reached(id)).map(({ keys }) => keys.for).toSorted()).toEqual(['2h', '5m'])
  })

  it('of a message that was committed late is told all the same', async () => {
    await house.publish('idle', '{ event: conversation.idle, for: 10s }')
    await house.sweep(at(0))
    await house.sweep(at(20 * SECOND))
    const late = await house.conversation({ lastMessageAt: at(5 * SECOND) })
    expect(await house.sweep(at(30 * SECOND))).toEqual([late])
    expect(await house.sweep(at(32 * SECOND))).toEqual([])
  })

  it('has nobody to be told to where the client was never met, or the channel is gone', async () => {
    await house.publish('idle', '{ event: conversation.idle, for: 2h }')
    await house.sweep(at(0))
    await house.conversation({ lastMessageAt: at(1), known: false })
    expect(await house.sweep(at(DAY))).toEqual([])
    await house.conversation({ lastMessageAt: at(DAY) })
    await house.database.db
      .updateTable('channels')
      .set({ deleted_at: at(DAY) })
      .execute()
    expect(await house.sweep(at(3 * DAY))).toEqual([])
  })

  it('in open hours follows the calendar as it is at the moment', async () => {
    const day = [{ from: '09:00', to: '17:00' }]
    const calendar = (week: object[]) => ({ time_zone: 'UTC', week: JSON.stringify(week) })
    const { db } = house.database
    const id = '00000000-0000-7000-8000-000000000001' as never
    const weekdays = [day, day, day, day, day, [], []]
    await db
      .insertInto('calendars')
      .values({ id, name: 'Sales', ...calendar(weekdays) })
      .execute()
    await house.publish('idle', '{ event: conversation.idle, for: 2bh, calendar: sales }')
    const monday = (time: string) => new Date(`2026-03-02T${time}:00Z`)
    const tuesday = (time: string) => new Date(`2026-03-03T${time}:00Z`)
    expect(await house.sweep(monday('15:00'))).toEqual([])
    const afternoon = await house.conversation({ lastMessageAt: monday('16:00') })
    const night = await house.conversation({ lastMessageAt: monday('23:00') })

    expect(await house.sweep(tuesday('09:59'))).toEqual([])
    expect(await house.sweep(tuesday('10:00'))).toEqual([afternoon])
    // The office opens at noon from now on: what was nearly over is not, and nothing is told a second time.
    const noon = [{ from: '12:00', to: '17:00' }]
    await db
      .updateTable('calendars')
      .set(calendar([day, noon, day, day, day, [], []]))
      .execute()
    expect(await house.sweep(tuesday('11:30'))).toEqual([])
    expect(await house.sweep(tuesday('13:59'))).toEqual([])
    expect(await house.sweep(tuesday('14:00'))).toEqual([night])

    // Without a calendar nobody knows; once it is there again, what came due meanwhile is told.
    const evening = await house.conversation({ lastMessageAt: tuesday('14:30') })
    await db.deleteFrom('calendars').execute()
    expect(await house.sweep(tuesday('17:00'))).toEqual([])
    await db
      .insertInto('calendars')
      .values({ id, name: 'sales', ...calendar(weekdays) })
      .execute()
    expect(await house.sweep(tuesday('18:00'))).toEqual([evening])
  })
})

describe('the reply window', () => {
  it('about to close is told ahead, at once where less is left, and never once it has closed', async () => {
    const closed = await house.conversation({ lastInAt: at(-24 * HOUR) })
    const soon = await house.conversation({ lastInAt: at(-23 * HOUR) })
    const ahead = await house.conversation({ lastInAt: at(-20 * HOUR) })
    await house.publish('closing', '{ event: window.closing, before: 2h }')
    expect(await house.sweep(at(0))).toEqual([soon])
    expect(await house.sweep(at(2 * HOUR - 1))).toEqual([])
    expect(await house.sweep(at(2 * HOUR))).toEqual([ahead])
    expect(await house.reached(closed)).toEqual([])
    expect(await house.reached(soon)).toMatchObject([
      { keys: { before: '2h' }, fact: at(-23 * HOUR).toISOString(), at: at(HOUR).toISOString() },
    ])

    const missed = await house.conversation({ lastInAt: at(3 * HOUR) })
    expect(await house.sweep(at(28 * HOUR))).toEqual([])
    expect(await house.reached(missed)).toEqual([])
  })

  it('of a message that came hours late is told at once, too', async () => {
    await house.publish('closing', '{ event: window.closing, before: 2h }')
    await house.sweep(at(0))
    await house.sweep(at(3 * HOUR))
    const late = await house.conversation({ lastMessageAt: at(3 * HOUR), lastInAt: at(-20 * HOUR) })
    const tooLate = await house.conversation({ lastMessageAt: at(3 * HOUR), lastInAt: at(-21 * HOUR) })
    expect(await house.sweep(at(3 * HOUR + 2 * SECOND))).toEqual([late])
    expect(await house.sweep(at(3 * HOUR + 4 * SECOND))).toEqual([])
    expect(await house.reached(tooLate)).toEqual([])
  })

  it('that closed is told, whenever somebody looks', async () => {
    await house.conversation({ lastInAt: at(-24 * HOUR) })
    const open = await house.conversation({ lastInAt: at(-24 * HOUR + 1) })
    await house.publish('closed', '{ event: window.closed }')
    expect(await house.sweep(at(0))).toEqual([])
    expect(await house.sweep(at(3 * DAY))).toEqual([open])
    expect(await house.reached(open)).toMatchObject([{ keys: {}, at: at(1).toISOString() }])
  })

  it('is told only where the provider has one', async () => {
    await house.publish('closed', '{ event: window.closed }')
    await house.sweep(at(0), { windowHoursOf: () => null })
    await house.conversation({ lastInAt: at(1) })
    expect(await house.sweep(at(3 * DAY), { windowHoursOf: () => null })).toEqual([])
  })
})

describe('a due date', () => {
  const due = async (ahead: number, active = true) => {
    const conversation = await house.conversation()
    return { conversation, task: await house.task(conversation, at(ahead), active) }
  }
  const change = async ({ task }: { task: string }, values: object, when: Date) =>
    house.database.db
      .updateTable('tasks')
      .set({ ...values, updated_at: when })
      .where('id', '=', task as never)
      .execute()

  it('is told when it comes, for active tasks alone', async () => {
    const yesterday = await due(-DAY)
    const today = await due(HOUR)
    const done = await due(HOUR, false)
    await house.publish('due', '{ event: task.due }')
    await house.publish('overdue', '{ event: task.overdue }')
    await house.publish('late', '{ event: task.overdue, after: 2h }')
    expect(await house.sweep(at(0))).toEqual([])
    expect(await house.sweep(at(HOUR - 1))).toEqual([])
    await house.sweep(at(HOUR))
    expect((await house.reached(today.conversation)).map(({ name, keys }) => [name, keys]).toSorted()).toEqual([
      ['task.due', {}],
      ['task.overdue', {}],
    ])
    expect(await house.sweep(at(3 * HOUR))).toEqual([today.conversation])
    const told = await house.reached(today.conversation)
    expect(told[2]).toMatchObject({ keys: { after: '2h' }, task: today.task, at: at(HOUR).toISOString() })
    for (const { conversation } of [yesterday, done]) expect(await house.reached(conversation)).toEqual([])
  })

  it('ahead of itself is told at once where less time is left, also after it was moved there', async () => {
    const soon = await due(3 * HOUR)
    const later = await due(3 * DAY)
    const over = await due(-1)
    await house.publish('soon', '{ event: task.due, before: 1d }')
    expect(await house.sweep(at(0))).toEqual([soon.conversation])
    await house.sweep(at(HOUR))
    await change(later, { due_at: at(2 * HOUR) }, at(HOUR))
    await change(over, { due_at: at(HOUR - 1) }, at(HOUR))
    expect(await house.sweep(at(HOUR + 2 * SECOND))).toEqual([later.conversation])
    expect(await house.sweep(at(HOUR + 4 * SECOND))).toEqual([])
    // Back and forth: each date is told once.
    await change(later, { due_at: at(3 * DAY) }, at(HOUR + 5 * SECOND))
    expect(await house.sweep(at(HOUR + 6 * SECOND))).toEqual([])
    await change(later, { due_at: at(2 * HOUR) }, at(HOUR + 7 * SECOND))
    expect(await house.sweep(at(HOUR + 8 * SECOND))).toEqual([])
    expect(await house.reached(over.conversation)).toEqual([])
  })

  it('counts again for a task that is taken up again', async () => {
    const reopened = await due(5 * HOUR, false)
    await house.publish('soon', '{ event: task.due, before: 1d }')
    await house.sweep(at(0))
    await house.sweep(at(HOUR))
    await change(reopened, { active: true, status: 'new' }, at(HOUR))
    expect(await house.sweep(at(HOUR + SECOND))).toEqual([reopened.conversation])
  })

  it('is told of two tasks of one conversation', async () => {
    const conversation = await house.conversation()
    const tasks = [await house.task(conversation, at(HOUR)), await house.task(conversation, at(HOUR))]
    await house.publish('due', '{ event: task.due }')
    await house.sweep(at(0))
    await house.sweep(at(HOUR))
    expect((await house.reached(conversation)).map(({ task }) => task).toSorted()).toEqual(tasks.toSorted())
  })
})

describe('the progress', () => {
  const quiet = (count: number, from: number, step: number) =>
    Promise.all(Array.from({ length: count }, (_, n) => house.conversation({ lastMessageAt: at(from + n * step) })))

  it.each([
    ['facts one after the other', MINUTE],
    ['facts of the same millisecond', 0],
  ])('survives three days of downtime and a crash after each batch: %s', async (_, step) => {
    await house.publish('idle', '{ event: conversation.idle, for: 2h }')
    await house.sweep(at(0))
    const all = await quiet(11, HOUR, step)
    const told: ConversationId[] = []
    for (let crash = 0; crash < 20; crash++) {
      told.push(...(await house.sweep(at(3 * DAY), { batch: 2, told: () => false })))
    }
    expect(sorted(told)).toEqual(sorted(all))
    for (const id of all) expect(await house.reached(id)).toHaveLength(1)
  })

  it('is not moved by a transaction that fails', async () => {
    await house.publish('idle', '{ event: conversation.idle, for: 2h }')
    await house.sweep(at(0))
    const [id] = await quiet(1, HOUR, 0)
    const { pool } = house.database
    await pool.query(`alter table conversation_events add constraint broken check (kind <> 'time.reached') not valid`)
    await expect(house.sweep(at(DAY))).rejects.toThrow()
    await pool.query('alter table conversation_events drop constraint broken')
    expect(await house.sweep(at(DAY))).toEqual([id])
  })

  it('is shared by several servers', async () => {
    await house.publish('idle', '{ event: conversation.idle, for: 2h }')
    await house.publish('short', '{ event: conversation.idle, for: 1h }')
    await house.sweep(at(0))
    const all = await quiet(30, HOUR, SECOND)
    const url = await urlOf(house.database)
    const servers = [1, 2, 3].map(() => openDatabase(url, { maxConnections: 2 }))
    try {
      const rounds = servers.flatMap((database) => [
        sweep(database, at(DAY), { batch: 3 }),
        sweep(database, at(DAY), { batch: 4 }),
      ])
      await Promise.all(rounds)
      await house.sweep(at(DAY))
      for (const id of all) {
        expect((await house.reached(id)).map(({ keys }) => keys.for).toSorted()).toEqual(['1h', '2h'])
      }
    } finally {
      await Promise.all(servers.map((database) => database.close()))
    }
  })

  it('begins where a scenario is published, and ends with it', async () => {
    const keys = async () => {
      const rows = await house.database.db.selectFrom('timed_triggers').select('key').orderBy('key').execute()
      return rows.map(({ key }) => key)
    }
    await house.publish('idle', '{ event: conversation.idle, for: 2h }')
    await house.sweep(at(0))
    const [first, second, third] = await quiet(3, 0, 2 * HOUR)
    await house.publish('idle', '{ event: conversation.idle, for: 1h }')
    // The first became quiet for an hour before the new version was there.
    expect(await house.sweep(at(HOUR))).toEqual([])
    expect(await keys()).toEqual(['conversation.idle for=1h'])
    expect(await house.sweep(at(3 * HOUR))).toEqual([second])

    await house.withdraw('idle')
    expect(await house.sweep(at(6 * HOUR))).toEqual([])
    expect(await keys()).toEqual([])
    await house.publish('idle', '{ event: conversation.idle, for: 1h }')
    expect(await house.sweep(at(7 * HOUR))).toEqual([])
    for (const id of [first, third]) expect(await house.reached(id as ConversationId)).toEqual([])
  })

  it('costs one statement where nobody asks for a time', async () => {
    await house.publish('other', '{ event: message.received }')
    await house.sweep(at(0))
    expect(await countQueries(house, () => house.sweep(at(1)))).toBe(1)
  })
})
