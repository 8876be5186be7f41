import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRunningHouse, type RunningHouse } from '../kit/running-house.ts'
import { OUTCOMES } from './fixture-outcomes.ts'
import { fixtureNames, openStage, type Seen } from './fixture-stage.ts'

let house: RunningHouse
beforeAll(async () => {
  house = await openRunningHouse()
})
afterAll(() => house.close())

const NOTHING: Seen = {
  tasks: 0,
  feed: [],
  contact: null,
  window: null,
  deliveries: [],
  channel: ['connected', null],
  events: [],
  letters: [],
}

/** Entries of our own have the clock's time. */
const comparable = (seen: Seen): Seen => ({
  ...seen,
  feed: seen.feed.map((entry) => (/^(system|employee)/.test(entry.by) ? { ...entry, at: '' } : entry)),
})

describe('every webhook fixture, through the door to the screen', () => {
  it('is in the table', () => {
    expect(Object.keys(OUTCOMES).sort()).toEqual(fixtureNames.toSorted())
  })

  it.each(Object.entries(OUTCOMES))('%s', async (name, { after = [], answers, from, other, becomes }) => {
    const stage = await openStage(house, {
      ...(from === undefined ? {} : { state: from }),
      ...(other === undefined ? {} : { other }),
    })
    if (answers !== undefined) await stage.answered(answers)
    for (const earlier of after) await stage.play(earlier)
    await stage.play(name)
    const expected = comparable({ ...NOTHING, ...becomes })
    expect(comparable(await stage.see())).toEqual(expected)
    // Whatever comes again changes nothing (P2); what could not be read is kept again, for a person to see.
    await stage.play(name)
    const again = expected.letters.length > 0 ? [...expected.letters, ...expected.letters] : []
    expect(comparable(await stage.see())).toEqual({ ...expected, letters: again })
  })

  it('batch_multi_entry gives each message to its client, on its number, in order', async () => {
    const other = { number: '118203441290775', business: '204813376055917' }
    const stage = await openStage(house, { other })
    await stage.answered('wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI5NDgxQ0Q3MjM3MzBDQzg2MUYA')
    await stage.play('in_text')
    await stage.play('batch_multi_entry')
    const feeds = []
    const tasks = (await house.api<{ items: Task[] }>('GET', '/api/tasks?limit=200')).body.items
    const live = await house.database.db.selectFrom('channels').select('id').where('deleted_at', 'is', null).execute()
    for (const task of tasks.toSorted((a, b) => a.number - b.number)) {
      if (!live.some(({ id }) => id === task.channelId)) continue
      const { body } = await house.api<{ items: Comment[] }>('GET', `/api/tasks/${task.id}/comments`)
      feeds.push([
        task.channelId === stage.channel ? 'own number' : 'other number',
        task.requester.name,
        ...body.items.map(({ kind, text, delivery }) => delivery?.state ?? text ?? kind),
      ])
    }
    expect(feeds.toSorted()).toEqual([
      ['other number', 'Pablo Morales', 'to another WABA'],
      ['own number', 'Pablo Morales', 'earlier timestamp, later position'],
      [
        'own number',
        'Sheena Nelson',
        'Earlier',
        'delivered',
        'Does it come in another color?',
        'first',
        'second',
        'image',
      ],
    ])
  })
})

interface Task {
  id: string
  number: number
  channelId: string
  requester: { name: string }
}
interface Comment {
  kind: string
  text: string | null
  delivery: { state: string } | null
}
