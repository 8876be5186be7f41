import type { ChannelId, ContactId } from '../../domain/ids.ts'
import { phoneVariants } from '../../domain/phone-variants.ts'
import type { Run, Statement } from '../intake/run.ts'

/** What contacts with one number are known to want. */
export interface KnownPerson {
  /** the contact on this channel; null: known elsewhere only */
  contactId: ContactId | null
  optedOut: boolean
  consented: boolean
}

const PEOPLE: Statement = {
  name: 'campaign-known-people',
  text: `
    with recursive forms as (
      select * from unnest($1::text[], $2::text[]) as f (digits, form)
    ), people as (
      select f.digits, c.contact_id, i.channel_id = $3::uuid as here
      from forms f
      cross join (values ('wa_id', ''), ('phone', '+'), ('phone', '')) as k (kind, sign)
      join identities i on i.value = k.sign || f.form and i.kind = k.kind and i.retired_at is null
      join channels ch on ch.id = i.channel_id and ch.deleted_at is null
      join conversations c on c.id = i.conversation_id and c.contact_id is not null
      union
      select f.digits, ct.id, false from forms f join contacts ct on ct.phone = '+' || f.form
      union
      select p.digits, ct.merged_into, p.here
      from people p join contacts ct on ct.id = p.contact_id and ct.merged_into is not null
    )
    select p.digits,
      (min(ct.id::text) filter (where p.here and ct.merged_into is null))::uuid as "contactId",
      bool_or(ct.opted_out_at is not null) as "optedOut",
      bool_or(ct.consent_at is not null and ct.merged_into is null) as "consented"
    from people p join contacts ct on ct.id = p.contact_id
    group by p.digits`,
}

/**
 * The contacts behind numbers, under every form of each (src/domain/phone-variants.ts): by the names that they have on
 * any living channel, or by the number that stands with the contact. An opt-out counts wherever it was said, and of
 * merged contacts whoever said it. One statement, however many numbers.
 * @param numbers digits with country code
 * @returns by number; those that nobody is known by are not in it
 */
export async function knownPeople(
  run: Run,
  channel: ChannelId,
  numbers: readonly string[],
): Promise<Map<string, KnownPerson>> {
  const forms = [...new Set(numbers)].flatMap((digits) => phoneVariants(digits).map((form) => ({ digits, form })))
  if (forms.length === 0) return new Map()
  const rows = await run<KnownPerson & { digits: string }>(PEOPLE, [
    forms.map(({ digits }) => digits),
    forms.map(({ form }) => form),
    channel,
  ])
  return new Map(rows.map(({ digits, ...person }) => [digits, person]))
}
