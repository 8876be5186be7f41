import type { ChannelId, ContactId } from '../../../domain/ids.ts'
import { phoneVariants } from '../../../domain/phone-variants.ts'
import type { Run, Statement } from '../../intake/run.ts'

/** Merged contacts stand for one another: a merge leaves its conversations with the survivor. */
const NUMBERS: Statement = {
  name: 'campaign-current-numbers',
  text: `
    with recursive same as (
      select id as contact, id from unnest($1::uuid[]) as c (id)
      union
      select s.contact, k.merged_into from same s join contacts k on k.id = s.id and k.merged_into is not null
    )
    select s.contact, ltrim(i.value, '+') as digits
    from same s
    join conversations c on c.contact_id = s.id
    join identities i on i.conversation_id = c.id and i.channel_id = $2 and i.kind in ('wa_id', 'phone')
      and i.retired_at is null
    order by s.contact, i.created_at desc, i.id desc`,
}

/**
 * The number under which each contact that was chosen is reached today, digits with country code: the one on the list
 * while it is theirs, else their newest on the channel, because the old one may be a stranger's by now
 * (docs/decisions/0015-given-up-numbers.md). Whoever has none left is not in it.
 * @returns by the contact's id and the number on the list
 */
export async function currentNumbers(
  run: Run,
  channel: ChannelId,
  listed: readonly { contactId: ContactId | null; phone: string }[],
): Promise<(contact: ContactId, phone: string) => string | null> {
  const contacts = [...new Set(listed.flatMap(({ contactId }) => contactId ?? []))]
  const rows =
    contacts.length > 0 ? await run<{ contact: ContactId; digits: string }>(NUMBERS, [contacts, channel]) : []
  return (contact, phone) => {
    const theirs = rows.filter((row) => row.contact === contact).map(({ digits }) => digits)
    const forms = phoneVariants(phone)
    return theirs.some((digits) => forms.includes(digits)) ? phone : (theirs[0] ?? null)
  }
}
