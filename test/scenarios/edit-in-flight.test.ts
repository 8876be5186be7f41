import { afterAll, beforeAll, expect, it } from 'vitest'
import { capabilitiesOf } from '../../src/channels/registry.ts'
import type { ConversationId, ScenarioId } from '../../src/domain/ids.ts'
import type { Actor } from '../../src/store/actor.ts'
import { inTransaction } from '../../src/store/database.ts'
import { scenarioCatalogue } from '../../src/store/scenarios/catalogue.ts'
import { createScenario, saveDraft } from '../../src/store/scenarios/drafts.ts'
import { type PublishOrder, publishScenario } from '../../src/store/scenarios/publish.ts'
import { workEvents } from '../../src/store/steps/work-events.ts'
import { sizeOf } from '../faults/sizes.ts'
import { addConversation, type House, openHouse, receive } from '../kit/house.ts'

const CONVERSATIONS = sizeOf(1_000, 240)
/** Steps that are under way at the same time, as in several workers. */
const SIDE_BY_SIDE = 8

let house: House
let actor: Actor
beforeAll(async () => {
  house = await openHouse()
  actor = { userId: house.owner, name: 'Olga Owner', channelIds: null, key: `user:${house.owner}` }
})
afterAll(() => house.close())

/** Asks twice, then notes both answers and the version that asked. */
const documentOf = (words: string) => `
id: survey
name: Two questions
trigger: { event: message.received, when: { field: event.text, is: survey } }
vars: { colour: { type: string, default: '' } }
steps:
  - { id: first, wait: { for: [message.received], timeout: 30d } }
  - { id: keep, set: { colour: '{{ event.text }}' } }
  - { id: second, wait: { for: [message.received], timeout: 30d } }
  - { id: note, comment: { text: '${words}: {{ vars.colour }}, {{ event.text }}' } }
`

async function inGroups<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items]
  await Promise.all(
    Array.from({ length: SIDE_BY_SIDE }, async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
    }),
  )
}

async function say(conversation: ConversationId, text: string): Promise<void> {
  const seq = await receive(house.database, conversation, { text })
  await workEvents(house.database, { conversationId: conversation, after: null, upTo: seq }, capabilitiesOf)
}

async function publish(id: ScenarioId, order: Partial<PublishOrder> = {}): Promise<ConversationId[]> {
  const catalogue = scenarioCatalogue(house.database)
  const published = await inTransaction(house.database.db, (tx) =>
    publishScenario(tx, catalogue, id, { inFlight: 'pin', version: null, expect: null, ...order }, actor),
  )
  if (published.refused) throw new Error(published.refused.message)
  return published.value.runs.conversations
}

const notes = async (): Promise<Map<ConversationId, string[]>> => {
  const rows = await house.database.db
    .selectFrom('comments')
    .select(['conversation_id', 'text'])
    .where('author_kind', '=', 'scenario')
    .orderBy('position')
    .execute()
  const byConversation = new Map<ConversationId, string[]>()
  for (const { conversation_id: id, text } of rows)
    byConversation.set(id, [...(byConversation.get(id) ?? []), text ?? ''])
  return byConversation
}

const drain = async (conversations: readonly ConversationId[]) =>
  inGroups(conversations, async (conversationId) => {
    const { last_seq } = await house.database.db
      .selectFrom('conversations')
      .select('last_seq')
      .where('id', '=', conversationId)
      .executeTakeFirstOrThrow()
    await workEvents(house.database, { conversationId, after: null, upTo: last_seq }, capabilitiesOf)
  })

it(`${CONVERSATIONS} conversations go on with the version they began with while it is edited five times under them (P10)`, async () => {
  const created = await inTransaction(house.database.db, (tx) => createScenario(tx, documentOf('v1'), actor))
  if (created.refused) throw new Error(created.refused.message)
  const { id } = created.value
  await publish(id)
  const conversations: ConversationId[] = []
  for (let n = 0; n < CONVERSATIONS; n++) {
    conversations.push(await addConversation(house, [{ kind: 'wa_id', value: `1660${String(n).padStart(7, '0')}` }]))
  }
  await inGroups(conversations, (one) => say(one, 'survey'))

  // Half of the first answers come while the new versions are published, side by side with the steps.
  const edits = (async () => {
    for (let version = 2; version <= 6; version++) {
      const saved = await inTransaction(house.database.db, (tx) =>
        saveDraft(tx, id, documentOf(`v${version}`), null, actor),
      )
      if (saved.refused) throw new Error(saved.refused.message)
      await publish(id)
    }
  })()
  await Promise.all([edits, inGroups(conversations, (one) => say(one, 'red'))])
  await inGroups(conversations.slice(0, CONVERSATIONS / 2), (one) => say(one, 'round'))

  const half = await notes()
  expect(half.size).toBe(CONVERSATIONS / 2)
  expect(new Set([...half.values()].flat())).toEqual(new Set(['v1: red, round']))

  // Who begins now begins with the newest; the author then has the other half moved to it.
  const fresh = await addConversation(house, [{ kind: 'wa_id', value: '16619999999' }])
  for (const text of ['survey', 'blue', 'square']) await say(fresh, text)
  expect((await notes()).get(fresh)).toEqual(['v6: blue, square'])

  const saved = await inTransaction(house.database.db, (tx) => saveDraft(tx, id, documentOf('v7'), null, actor))
  if (saved.refused) throw new Error(saved.refused.message)
  await drain(await publish(id, { inFlight: 'migrate' }))
  const others = conversations.slice(CONVERSATIONS / 2)
  await inGroups(others, (one) => say(one, 'oval'))
  const all = await notes()
  expect(new Set(others.flatMap((one) => all.get(one) ?? []))).toEqual(new Set(['v7: red, oval']))
  expect([...all.values()].every((texts) => texts.length === 1)).toBe(true)

  const states = await house.database.db
    .selectFrom('runs')
    .select(['state', ({ fn }) => fn.countAll<number>().as('n')])
    .groupBy('state')
    .execute()
  expect(states).toEqual([{ state: 'finished', n: CONVERSATIONS + 1 }])
}, 240_000)
