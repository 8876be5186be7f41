import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ScenarioId } from '../../../src/domain/ids.ts'
import { readDocument } from '../../../src/domain/scenario/document/read-document.ts'
import { type Database, inTransaction, openDatabase } from '../../../src/store/index.ts'
import { catalogueVersion, scenarioCatalogue } from '../../../src/store/scenarios/catalogue.ts'
import { createScenario, saveDraft } from '../../../src/store/scenarios/drafts.ts'
import { enableScenario, publishScenario } from '../../../src/store/scenarios/publish.ts'
import { type FreshDatabase, freshDatabase } from '../../services/database.ts'

const ACTOR = { userId: null, name: 'Test', channelIds: null, key: 'environment' }

let fresh: FreshDatabase
/** The same installation as two processes see it. */
let here: Database
let there: Database
/** Nothing answers there. */
let away: Database
beforeEach(async () => {
  fresh = await freshDatabase()
  here = openDatabase(fresh.url)
  there = openDatabase(fresh.url, { maxConnections: 3 })
  away = openDatabase('postgres://127.0.0.1:1/nothing')
})
afterEach(async () => {
  await Promise.all([here, there, away].map((database) => database.close()))
  await fresh.drop()
})

const document = (key: string, parts: object = {}) => ({
  id: key,
  name: key,
  trigger: { event: 'message.received' },
  steps: [{ id: 'mark', tag: 'seen' }],
  ...parts,
})

async function publish(key: string, parts: object = {}, id?: ScenarioId): Promise<ScenarioId> {
  return inTransaction(here.db, async (tx) => {
    const kept = id
      ? await saveDraft(tx, id, document(key, parts), null, ACTOR)
      : await createScenario(tx, document(key, parts), ACTOR)
    if (kept.refused) throw new Error(kept.refused.message)
    const order = { inFlight: 'pin', version: null, expect: null } as const
    const done = await publishScenario(tx, scenarioCatalogue(here), kept.value.id, order, ACTOR)
    if (done.refused) throw new Error(done.refused.message)
    return kept.value.id
  })
}

/** What a step of the other process sees, in a transaction of its own. */
const seen = (event: 'message.received' | 'task.created' = 'message.received') =>
  inTransaction(there.db, async (tx) => {
    const found = await scenarioCatalogue(there).forEvent(tx, await catalogueVersion(tx), event)
    return found.map(({ key, version }) => `${key} ${version}`)
  })

describe('the catalogue', () => {
  it('is there before anything was published', async () => {
    expect(await seen()).toEqual([])
  })

  it('shows another process what was published, the highest priority first', async () => {
    const low = await publish('low')
    await publish('high', { priority: 10 })
    await publish('task', { trigger: { event: 'task.created' } })
    await publish('press', { trigger: { button: { label: 'Press' } } })
    expect(await seen()).toEqual(['high 1', 'low 1'])
    expect(await seen('task.created')).toEqual(['task 1'])
    await publish('low', { priority: 20 }, low)
    expect(await seen()).toEqual(['low 2', 'high 1'])
    await inTransaction(here.db, (tx) => enableScenario(tx, scenarioCatalogue(here), low, false, ACTOR))
    expect(await seen()).toEqual(['high 1'])
    const buttons = await inTransaction(there.db, async (tx) =>
      scenarioCatalogue(there).buttons(tx, await catalogueVersion(tx)),
    )
    expect(buttons.map(({ key }) => key)).toEqual(['press'])
  })

  it('reads nothing while nothing changes, and only what is new afterwards', async () => {
    for (const key of ['a', 'b', 'c']) await publish(key)
    const catalogue = scenarioCatalogue(there)
    const before = await catalogue.forEvent(there.db, await catalogueVersion(there.db), 'message.received')
    await publish('d')
    const after = await catalogue.forEvent(there.db, await catalogueVersion(there.db), 'message.received')
    expect(after.map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd'])
    for (const [index, entry] of before.entries()) expect(after[index]?.document).toBe(entry.document)
    const version = await catalogueVersion(there.db)
    expect(await catalogue.forEvent(away.db, version, 'message.received')).toBe(after)
  })

  it('gives every step that waits what one of them reads, though they hold all connections', async () => {
    for (const key of ['a', 'b']) await publish(key)
    const all = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(() => seen()))
    expect(all).toEqual(Array(8).fill(['a 1', 'b 1']))
  })

  it('goes on after a reading that failed', async () => {
    await publish('a')
    const catalogue = scenarioCatalogue(there)
    const version = await catalogueVersion(there.db)
    const asked = await Promise.allSettled([
      catalogue.forEvent(away.db, version, 'message.received'),
      catalogue.forEvent(there.db, version, 'message.received'),
    ])
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect(await seen()).toEqual(['a 1'])
  })

  it('keeps old versions for the runs that stand in them', async () => {
    const id = await publish('a')
    await publish('a', { name: 'Second' }, id)
    const catalogue = scenarioCatalogue(there)
    const names = await Promise.all([1, 2].map(async (n) => (await catalogue.byVersion(there.db, id, n)).name))
    expect(names).toEqual(['a', 'Second'])
    const first = await catalogue.byVersion(there.db, id, 1)
    expect(await catalogue.byVersion(there.db, id, 1)).toBe(first)
    const read = readDocument(document('a'))
    expect(first).toEqual(read.ok && read.document)
    await expect(catalogue.byVersion(there.db, id, 3)).rejects.toThrow('has no version 3')
  })
})
