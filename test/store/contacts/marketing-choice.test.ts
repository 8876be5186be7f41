import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ContactId, MergeId } from '../../../src/domain/ids.ts'
import { type MarketingChoice, stricterChoice } from '../../../src/domain/marketing-choice.ts'
import type { Actor } from '../../../src/store/actor.ts'
import { changeContact } from '../../../src/store/contacts/change-contact.ts'
import { mergeContacts, unmergeContacts } from '../../../src/store/contacts/merge-contacts.ts'
import { inTransaction, type Tx } from '../../../src/store/index.ts'
import { newId } from '../../../src/store/new-id.ts'
import type { Refusable } from '../../../src/store/refusal.ts'
import { type House, openHouse } from '../../kit/house.ts'

let house: House
let actor: Actor
beforeAll(async () => {
  house = await openHouse()
  actor = { userId: house.owner, name: 'Olga', channelIds: null, key: `user:${house.owner}` }
})
afterAll(() => house.close())

async function done<T>(work: (tx: Tx) => Promise<Refusable<T>>): Promise<T> {
  const result = await inTransaction(house.database.db, work)
  if (result.refused) throw new Error(result.refused.code)
  return result.value
}
const merge = async (into: ContactId, from: ContactId) =>
  (await done((tx) => mergeContacts(tx, actor, into, from))).merge
const unmerge = (id: MergeId) => done((tx) => unmergeContacts(tx, actor, id))
const decide = (id: ContactId, change: { optedOut?: boolean; consent?: boolean }) =>
  done((tx) => changeContact(tx, actor, id, change))

async function newContact(choice: Partial<MarketingChoice> = {}): Promise<ContactId> {
  const id = newId<ContactId>()
  await house.database.db
    .insertInto('contacts')
    .values({ id, name: 'Client', opted_out_at: choice.optedOutAt ?? null, consent_at: choice.consentAt ?? null })
    .execute()
  return id
}
async function choice(id: ContactId): Promise<MarketingChoice> {
  const row = await house.database.db
    .selectFrom('contacts')
    .select(['opted_out_at', 'consent_at'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return { optedOutAt: row.opted_out_at, consentAt: row.consent_at }
}
/** `out` and `consent`, as people see them. */
const wants = async (id: ContactId) => {
  const { optedOutAt, consentAt } = await choice(id)
  return { out: optedOutAt !== null, consent: consentAt !== null }
}

const EARLIER = new Date('2020-01-01T00:00:00Z')
const time = fc.option(fc.integer({ min: 1, max: 50 }).map((day) => new Date(EARLIER.getTime() + day * 86_400_000)))
const anyChoice: fc.Arbitrary<MarketingChoice> = fc.record({ optedOutAt: time, consentAt: time })
const people = fc.array(anyChoice, { minLength: 4, maxLength: 4 })
const deed = fc.record({ merges: fc.boolean(), one: fc.nat(50), other: fc.nat(50) })

/** Contacts, who stands for whom, and what each wanted by themselves. */
class Forest {
  readonly ids: ContactId[] = []
  readonly own = new Map<ContactId, MarketingChoice>()
  readonly into = new Map<ContactId, { contact: ContactId; merge: MergeId }>()

  static async of(choices: readonly MarketingChoice[]): Promise<Forest> {
    const forest = new Forest()
    for (const one of choices) {
      const id = await newContact(one)
      forest.ids.push(id)
      forest.own.set(id, one)
    }
    return forest
  }

  survivor(id: ContactId): ContactId {
    const next = this.into.get(id)
    return next ? this.survivor(next.contact) : id
  }

  members(survivor: ContactId): ContactId[] {
    return this.ids.filter((id) => this.survivor(id) === survivor)
  }

  /** What the members want, all of them together. */
  joined(members: readonly ContactId[]): MarketingChoice {
    return members.map((id) => this.own.get(id) as MarketingChoice).reduce(stricterChoice)
  }

  async work({ merges, one, other }: { merges: boolean; one: number; other: number }): Promise<void> {
    const roots = this.ids.filter((id) => !this.into.has(id))
    const [into, from] = [roots[one % roots.length], roots[other % roots.length]]
    if (!merges) return this.takeBack(one)
    if (!into || !from || into === from) return
    this.into.set(from, { contact: into, merge: await merge(into, from) })
  }

  async takeBack(which: number): Promise<void> {
    const standing = [...this.into]
    const found = standing[which % standing.length]
    if (!found) return
    this.into.delete(found[0])
    await unmerge(found[1].merge)
  }
}

describe('what clients want of marketing, through merges and their undoing', () => {
  it('is what the strictest of the merged contacts wants, in any order of deeds; in the end each has their own', async () => {
    await fc.assert(
      fc.asyncProperty(people, fc.array(deed, { maxLength: 10 }), async (choices, deeds) => {
        const forest = await Forest.of(choices)
        for (const one of deeds) {
          await forest.work(one)
          for (const id of forest.ids.filter((each) => !forest.into.has(each))) {
            expect(await choice(id)).toEqual(forest.joined(forest.members(id)))
          }
        }
        while (forest.into.size > 0) await forest.takeBack(deeds.length)
        for (const id of forest.ids) expect(await choice(id)).toEqual(forest.own.get(id))
      }),
      { numRuns: 40 },
    )
  }, 120_000)

  it('of two that were merged into a third, the first to go takes its own along and leaves what came by the other', async () => {
    const first = await newContact({ optedOutAt: EARLIER })
    const second = await newContact({ consentAt: EARLIER })
    const third = await newContact({ consentAt: EARLIER })
    const [one, other] = [await merge(third, first), await merge(third, second)]
    expect(await wants(third)).toEqual({ out: true, consent: false })
    await unmerge(one)
    expect([await wants(first), await wants(third)]).toEqual([
      { out: true, consent: false },
      { out: false, consent: true },
    ])
    const again = await merge(third, first)
    await unmerge(other)
    expect(await wants(third)).toEqual({ out: true, consent: false })
    await unmerge(again)
    expect([await wants(second), await wants(third)]).toEqual([
      { out: false, consent: true },
      { out: false, consent: true },
    ])
  })

  it('what one leaves behind in the middle of a chain is gone at its end too', async () => {
    const refused = await newContact({ optedOutAt: EARLIER })
    const unknown = await newContact()
    const agreed = await newContact({ consentAt: EARLIER })
    const [one, other] = [await merge(unknown, refused), await merge(agreed, unknown)]
    expect(await wants(agreed)).toEqual({ out: true, consent: false })
    await unmerge(one)
    expect(await wants(agreed)).toEqual({ out: false, consent: false })
    await unmerge(other)
    expect([await wants(unknown), await wants(agreed)]).toEqual([
      { out: false, consent: false },
      { out: false, consent: true },
    ])
  })

  it('a decision in between stays where it was made, and who leaves takes along what it forbids, not what it permits', async () => {
    const change = fc.record({ optedOut: fc.boolean(), consent: fc.boolean() }, { requiredKeys: [] })
    const several = fc.array(deed, { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(people, several, fc.nat(3), change, several, async (choices, before, who, decision, orders) => {
        fc.pre(Object.keys(decision).length > 0)
        const forest = await Forest.of(choices)
        for (const one of before) await forest.work({ ...one, merges: true })
        const decided = forest.survivor(forest.ids[who] as ContactId)
        const together = forest.members(decided)
        await decide(decided, decision)
        const [stands, all] = [await choice(decided), forest.joined(together)]
        for (const { one } of orders) await forest.takeBack(one)
        while (forest.into.size > 0) await forest.takeBack(0)

        expect(await choice(decided)).toEqual(stands)
        for (const id of forest.ids.filter((each) => each !== decided)) {
          const own = forest.own.get(id) as MarketingChoice
          const now = await choice(id)
          if (!together.includes(id)) expect(now).toEqual(own)
          else {
            if (own.optedOutAt || stands.optedOutAt) expect(now.optedOutAt).not.toBeNull()
            if (!own.consentAt || !stands.consentAt) expect(now.consentAt).toBeNull()
            if (!all.optedOutAt && !stands.optedOutAt) expect(now.optedOutAt).toBeNull()
            if (all.consentAt && stands.consentAt) expect(now.consentAt).not.toBeNull()
          }
        }
      }),
      { numRuns: 40 },
    )
  }, 120_000)

  it('a consent that was taken back while they were one is not given back by parting them', async () => {
    const [agreed, unknown] = [await newContact({ consentAt: EARLIER }), await newContact()]
    const id = await merge(agreed, unknown)
    expect(await wants(agreed)).toEqual({ out: false, consent: false })
    // Nothing to be seen of it in the row: the merge had left no consent anyhow.
    await decide(agreed, { consent: false })
    await unmerge(id)
    expect(await wants(agreed)).toEqual({ out: false, consent: false })
  })

  it('a refusal that the messenger reported while they were one stays with both', async () => {
    const [one, other] = [await newContact({ consentAt: EARLIER }), await newContact({ consentAt: EARLIER })]
    const id = await merge(one, other)
    await house.database.db.updateTable('contacts').set({ opted_out_at: new Date() }).where('id', '=', one).execute()
    await unmerge(id)
    expect([await wants(one), await wants(other)]).toEqual([
      { out: true, consent: true },
      { out: true, consent: true },
    ])
  })

  it('a permission that was given while they were one is not given to who had refused before', async () => {
    const [one, refused] = [await newContact(), await newContact({ optedOutAt: EARLIER })]
    const id = await merge(one, refused)
    expect((await wants(one)).out).toBe(true)
    await decide(one, { optedOut: false, consent: true })
    await unmerge(id)
    expect([await wants(one), await wants(refused)]).toEqual([
      { out: false, consent: true },
      { out: true, consent: false },
    ])
  })

  it('merges of which nothing was written down leave what forbids more', async () => {
    const [one, refused] = [await newContact(), await newContact({ optedOutAt: EARLIER })]
    const id = await merge(one, refused)
    await house.database.db.updateTable('contact_merges').set({ choice_before: null }).where('id', '=', id).execute()
    await unmerge(id)
    expect([(await wants(one)).out, (await wants(refused)).out]).toEqual([true, true])
  })
})
