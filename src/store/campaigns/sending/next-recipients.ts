import type { Excluded } from '../../../domain/campaign/exclusion.ts'
import type { CampaignId, ContactId, ConversationId } from '../../../domain/ids.ts'
import type { TemplateParameters } from '../../../domain/template/template.ts'
import type { Run, Statement } from '../../intake/run.ts'
import { NameRace, reachNumbers } from '../../names/reach-numbers.ts'
import { currentNumbers } from './current-numbers.ts'
import type { SendingCampaign } from './sending-campaign.ts'
import { type Unwanted, unwantedOf } from './still-wanted.ts'

/** Somebody on the list whose turn it is, and over which conversation they are reached. */
export interface Recipient {
  ordinal: number
  /** as it stands on the list */
  phone: string
  name: string | null
  parameters: TemplateParameters | null
  conversation: ConversationId
  /** what a person should know of it beside the list; null: nothing */
  detail: string | null
}

/** Somebody on the list who gets nothing after all. */
export interface ExcludedNow extends Excluded {
  ordinal: number
}

type Listed = Omit<Recipient, 'conversation' | 'detail'> & {
  /** the contact whose number it was when the list was made; null: nobody's on this channel */
  contactId: ContactId | null
}

/** `to`: the number that is theirs now, digits with country code. */
type Reachable = Listed & { to: string }

/** Those that another slice is at are passed over. */
const NEXT: Statement = {
  name: 'campaign-next-recipients',
  text: `
    select ordinal, phone, name, parameters, contact_id as "contactId" from campaign_recipients
    where campaign_id = $1 and state = 'queued' order by ordinal limit $2 for update skip locked`,
}

const OPTED_OUT: Statement = {
  name: 'campaign-opted-out',
  text: `
    select c.id from conversations c join contacts k on k.id = c.contact_id
    where c.id = any($1::uuid[]) and k.opted_out_at is not null`,
}

const SERVED: Statement = {
  name: 'campaign-served',
  text: 'select conversation_id as id from deliveries where campaign_id = $1 and conversation_id = any($2::uuid[])',
}

/** The next so many of the list, whose rows this transaction then holds. */
export const nextListed = (run: Run, campaign: CampaignId, count: number): Promise<Listed[]> =>
  run<Listed>(NEXT, [campaign, count])

/**
 * Finds or opens their conversations and holds them, and leaves out who must get nothing. Weeks may have passed since the
 * list was made: they may have opted out, taken their consent back or given up their number, and two of its numbers may
 * have turned out to be one client.
 * @throws NameRace when somebody's number changed hands in the same moment
 */
export async function reachListed(
  run: Run,
  campaign: SendingCampaign,
  listed: readonly Listed[],
): Promise<{ recipients: Recipient[]; excluded: ExcludedNow[] }> {
  const { reachable, excluded } = await withCurrentNumbers(run, campaign, listed)
  const unwanted = await unwantedOf(run, campaign, new Map(reachable.map(({ ordinal, to }) => [ordinal, [to]])))
  for (const [ordinal, why] of unwanted) excluded.push(unwantedBy(ordinal, why))
  const wanted = reachable.filter(({ ordinal }) => !unwanted.has(ordinal))
  const reached = await reachNumbers(
    run,
    campaign.channelId,
    wanted.map(({ to }) => to),
    campaign.now,
  )
  const known = [...reached.values()].filter(({ opened }) => !opened).map(({ conversation }) => conversation)
  // Once more, as their conversations are held now.
  const [optedOut, served] = await Promise.all([
    campaign.template.category === 'marketing' ? optedOutOf(run, known) : new Set<ConversationId>(),
    servedOf(run, campaign.id, known),
  ])
  const recipients: Recipient[] = []
  for (const { to, contactId, ...recipient } of wanted) {
    const { conversation, opened } = reached.get(to) ?? {}
    if (conversation === undefined) throw new Error('a number was not reached')
    if (contactId !== null && opened) throw new NameRace('a contact gave up their number in the same moment')
    if (optedOut.has(conversation)) excluded.push(unwantedBy(recipient.ordinal, 'opted_out'))
    else if (served.has(conversation)) excluded.push(again(recipient.ordinal))
    else recipients.push({ ...recipient, conversation, detail: to === recipient.phone ? null : movedTo(to) })
    served.add(conversation)
  }
  return { recipients, excluded }
}

/** A contact is written to wherever they are today; a number that nobody was known by stays what it is. */
async function withCurrentNumbers(
  run: Run,
  { channelId }: SendingCampaign,
  listed: readonly Listed[],
): Promise<{ reachable: Reachable[]; excluded: ExcludedNow[] }> {
  const currentNumber = await currentNumbers(run, channelId, listed)
  const reachable: Reachable[] = []
  const excluded: ExcludedNow[] = []
  for (const one of listed) {
    const to = one.contactId === null ? one.phone : currentNumber(one.contactId, one.phone)
    if (to === null) excluded.push(givenUp(one.ordinal))
    else reachable.push({ ...one, to })
  }
  return { reachable, excluded }
}

/** Which of the conversations are with clients who want no marketing. */
export async function optedOutOf(run: Run, conversations: readonly ConversationId[]): Promise<Set<ConversationId>> {
  if (conversations.length === 0) return new Set()
  return new Set((await run<{ id: ConversationId }>(OPTED_OUT, [conversations])).map(({ id }) => id))
}

async function servedOf(
  run: Run,
  campaign: CampaignId,
  conversations: readonly ConversationId[],
): Promise<Set<ConversationId>> {
  if (conversations.length === 0) return new Set()
  return new Set((await run<{ id: ConversationId }>(SERVED, [campaign, conversations])).map(({ id }) => id))
}

const unwantedBy = (ordinal: number, why: Unwanted): ExcludedNow => ({
  ordinal,
  exclusion: why,
  reasons: [{ why: why === 'opted_out' ? 'stopped_since' : 'no_consent_since' }],
})

const givenUp = (ordinal: number): ExcludedNow => ({
  ordinal,
  exclusion: 'bad_number',
  reasons: [{ why: 'number_given_up' }],
})

const movedTo = (digits: string): string =>
  `The contact changed their number after the list was made: sent to +${digits}`

const again = (ordinal: number): ExcludedNow => ({
  ordinal,
  exclusion: 'duplicate',
  reasons: [{ why: 'served' }],
})

const EXCLUDE: Statement = {
  name: 'campaign-exclude',
  text: `
    update campaign_recipients r set state = 'excluded', exclusion = x.exclusion, reasons = x.reasons
    from jsonb_to_recordset($2::jsonb) as x (ordinal int, exclusion text, reasons jsonb)
    where r.campaign_id = $1 and r.ordinal = x.ordinal`,
}

export async function exclude(run: Run, campaign: CampaignId, excluded: readonly ExcludedNow[]): Promise<void> {
  if (excluded.length > 0) await run(EXCLUDE, [campaign, JSON.stringify(excluded)])
}

const ADDRESSES: Statement = {
  name: 'campaign-addresses',
  text: `
    select conversation_id as conversation, kind, value from identities
    where conversation_id = any($1::uuid[]) and retired_at is null order by created_at desc`,
}

/** The names under which the clients of conversations are reached, the newest first. */
export const addressesOf = (run: Run, conversations: readonly ConversationId[]): Promise<Address[]> =>
  run<Address>(ADDRESSES, [conversations])

export interface Address {
  conversation: ConversationId
  kind: 'wa_id' | 'bsuid' | 'parent_bsuid' | 'phone' | 'igsid' | 'chat_id'
  value: string
}
