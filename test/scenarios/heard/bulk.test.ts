import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BulkChannel } from '../../bulk/bulk-channel.ts'
import type { Command } from '../../domain/bulk/reference-model.ts'
import { type House, openHouse } from '../../kit/house.ts'
import { publishDocument } from '../../kit/scenarios.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
  await publishDocument(
    house,
    `
id: mailed
name: Somebody mailed them
trigger: { event: bulk.detected }
steps: [ { id: t, tag: 'mailed-{{ event.size }}' } ]
`,
  )
})
afterAll(() => house.close())

const CLIENTS = ['anna', 'boris', 'clara', 'dan']
const START = Date.parse('2026-03-10T10:00:00.000Z')
const sent = (does: 'echo' | 'send', id: string, conversation: string, second: number): Command => ({
  do: does,
  id,
  type: id.replace(/\d+$/, ''),
  conversation,
  at: START + second * 1000,
})
const reply = (conversation: string, second: number): Command => ({
  do: 'reply',
  id: `reply ${conversation} ${second}`,
  conversation,
  at: START + second * 1000,
})

/** How often each client's conversation was told, in their order; and the tags that the scenario gave them. */
async function told(commands: readonly Command[]): Promise<{ times: number[]; tags: string[] }> {
  const { rows: before } = await house.database.pool.query<{ last: Date }>('select now() as last')
  const channel = await BulkChannel.open(house, CLIENTS)
  for (const command of commands) {
    await channel.store(command)
    await channel.settle()
  }
  const { rows } = await house.database.pool.query<{ times: number; tags: string[] }>(
    `select (select count(*)::int from scenario_decisions d
        where d.conversation_id = c.id and d.event = 'bulk.detected') as times, coalesce(ct.tags, '{}') as tags
     from conversations c join identities i on i.conversation_id = c.id
     left join contacts ct on ct.id = c.contact_id
     where c.created_at >= $1 order by i.value`,
    [before[0]?.last],
  )
  return { times: rows.map(({ times }) => times), tags: rows.flatMap(({ tags }) => tags) }
}

describe.each(['echo', 'send'] as const)('a mailing by %s', (does) => {
  it('is told once in each conversation that it reached, shown before or held from the start', async () => {
    const mailing = CLIENTS.map((client, index) => sent(does, `sale${index}`, client, index))
    const { times, tags } = await told(mailing)
    expect(times).toEqual([1, 1, 1, 1])
    expect(tags).toEqual(['mailed-4', 'mailed-4', 'mailed-4', 'mailed-4'])
  })

  it('is told once where all of it went to one client, and of whatever follows', async () => {
    const { times } = await told([0, 1, 2, 3, 4, 5].map((n) => sent(does, `same${n}`, 'anna', n)))
    expect(times).toEqual([1, 0, 0, 0])
  })

  it('is no news of three', async () => {
    const { times } = await told([0, 1, 2].map((n) => sent(does, `few${n}`, CLIENTS[n] ?? '', n)))
    expect(times).toEqual([0, 0, 0, 0])
  })

  it('is told of each mailing', async () => {
    const first = CLIENTS.map((client, index) => sent(does, `one${index}`, client, index))
    const second = CLIENTS.map((client, index) => sent(does, `two${index}`, client, 400 + index))
    expect((await told([...first, ...second])).times).toEqual([2, 2, 2, 2])
  })

  it('is told where the client had replied before it was found', async () => {
    const mailing = CLIENTS.map((client, index) => sent(does, `quick${index}`, client, index))
    const { times } = await told([...mailing.slice(0, 1), reply('anna', 1), ...mailing.slice(1), reply('boris', 9)])
    expect(times).toEqual([1, 1, 1, 1])
  })
})

it('a campaign is not detected: it was known', async () => {
  const messages = CLIENTS.map((conversation, index) => ({ id: `spring${index}`, conversation }))
  const { times } = await told([{ do: 'campaign', id: 'spring', type: 'spring', at: START, messages } as Command])
  expect(times).toEqual([0, 0, 0, 0])
})
