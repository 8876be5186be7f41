import { type Selectable, sql } from 'kysely'
import type { ContactId } from '../../domain/ids.ts'
import { type MarketingChoice, sameChoice, stricterChoice } from '../../domain/marketing-choice.ts'
import type { Tx } from '../database.ts'
import type { ContactMergesTable, StoredChoice } from '../schema.ts'

type Merge = Pick<Selectable<ContactMergesTable>, 'id' | 'into_id' | 'from_id' | 'choice_before'>
const MERGE = ['id', 'into_id', 'from_id', 'choice_before'] as const

/** What a contact wants of marketing, and when somebody last decided it. */
interface Chosen extends MarketingChoice {
  changedAt: Date | null
}

/** A merge of the chain: what the merged contact gave it before, and gives it now; null: nothing any more. */
interface Link {
  merge: Merge
  gave: MarketingChoice
  gives: MarketingChoice | null
}

/** Of a contact whose row the transaction holds. */
export async function choiceOf(tx: Tx, id: ContactId): Promise<Chosen> {
  const row = await tx
    .selectFrom('contacts')
    .select(['opted_out_at', 'consent_at', 'marketing_changed_at'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return { optedOutAt: row.opted_out_at, consentAt: row.consent_at, changedAt: row.marketing_changed_at }
}

export async function setChoice(tx: Tx, id: ContactId, choice: MarketingChoice): Promise<void> {
  await tx
    .updateTable('contacts')
    .set({ opted_out_at: choice.optedOutAt, consent_at: choice.consentAt })
    .where('id', '=', id)
    .execute()
}

export const storedChoice = ({ optedOutAt, consentAt }: MarketingChoice): string =>
  JSON.stringify({ optedOutAt, consentAt } satisfies Record<keyof StoredChoice, Date | null>)

/**
 * Parts the choices of two contacts whose merge is being taken back. `leaving` goes, `merge.into_id` and whoever it was
 * merged into in its turn stay.
 *
 * Where nobody decided anything since, the one that stays wants again what it wanted before, together with what came by
 * its other merges. Where somebody did, the decision was about the person that both were: it stays with the one that
 * stays, and the one that leaves takes along what it forbids, never what it permits.
 *
 * The caller holds the rows of all these contacts, and the merge still stands.
 */
export async function partChoices(tx: Tx, merge: Merge): Promise<void> {
  const own = await choiceOf(tx, merge.from_id)
  let leaving = own
  let link: Link | null = { merge, gave: own, gives: null }
  while (link) {
    const holder: ContactId = link.merge.into_id
    const held = await choiceOf(tx, holder)
    const later = await laterMerges(tx, link.merge)
    const before = readChoice(link.merge.choice_before)
    const decided = before === null || !(await stillAsMerged(tx, link.merge, held, [before, link.gave], later))
    let now: MarketingChoice = held
    if (decided) {
      if (before !== null) leaving = { ...stricterChoice(leaving, held), changedAt: newer(leaving, held) }
    } else {
      now = link.gives ? stricterChoice(before, link.gives) : before
      for (const { id, from_id } of later) {
        await tx
          .updateTable('contact_merges')
          .set({ choice_before: storedChoice(now) })
          .where('id', '=', id)
          .execute()
        now = stricterChoice(now, await choiceOf(tx, from_id))
      }
      await setChoice(tx, holder, now)
    }
    const next: Merge | undefined = await standing(tx).where('from_id', '=', holder).executeTakeFirst()
    link = next ? { merge: next, gave: held, gives: now } : null
  }
  if (leaving === own) return
  await setChoice(tx, merge.from_id, leaving)
  await tx
    .updateTable('contacts')
    .set({ marketing_changed_at: leaving.changedAt })
    .where('id', '=', merge.from_id)
    .execute()
}

/** Does the contact want what this merge and the later ones have made of it, and has nobody said a word since? */
async function stillAsMerged(
  tx: Tx,
  merge: Merge,
  held: Chosen,
  made: [MarketingChoice, MarketingChoice],
  later: readonly Merge[],
): Promise<boolean> {
  if (await decidedSince(tx, merge)) return false
  let left = stricterChoice(...made)
  for (const { from_id } of later) left = stricterChoice(left, await choiceOf(tx, from_id))
  return sameChoice(held, left)
}

/** Asked of the database: a Date would lose the microseconds. */
async function decidedSince(tx: Tx, merge: Merge): Promise<boolean> {
  const row = await tx
    .selectFrom('contacts as c')
    .innerJoin('contact_merges as m', 'm.into_id', 'c.id')
    .select('c.id')
    .where('m.id', '=', merge.id)
    .whereRef('c.marketing_changed_at', '>', 'm.merged_at')
    .executeTakeFirst()
  return row !== undefined
}

const standing = (tx: Tx) => tx.selectFrom('contact_merges').select(MERGE).where('undone_at', 'is', null)

/** Merges into the same contact since then, in their order. */
const laterMerges = (tx: Tx, merge: Merge): Promise<Merge[]> =>
  standing(tx)
    .where('into_id', '=', merge.into_id)
    .where('id', '<>', merge.id)
    .where('merged_at', '>=', sql<Date>`(select merged_at from contact_merges where id = ${merge.id})`)
    .orderBy('merged_at')
    .execute()

const newer = (one: Chosen, other: Chosen): Date | null =>
  one.changedAt && other.changedAt
    ? new Date(Math.max(one.changedAt.getTime(), other.changedAt.getTime()))
    : (one.changedAt ?? other.changedAt)

const readChoice = (stored: StoredChoice | null): MarketingChoice | null =>
  stored && {
    optedOutAt: stored.optedOutAt === null ? null : new Date(stored.optedOutAt),
    consentAt: stored.consentAt === null ? null : new Date(stored.consentAt),
  }
