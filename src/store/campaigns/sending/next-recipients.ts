import type { CampaignId, ConversationId } from '../../../domain/ids.ts'
import type { TemplateParameters } from '../../../domain/template/template.ts'
import type { Run, Statement } from '../../intake/run.ts'
import { reachNumbers } from '../../names/reach-numbers.ts'
import type { Exclusion } from '../../schema.ts'
import type { SendingCampaign } from './sending-campaign.ts'

/** Somebody on the list whose turn it is, and over which conversation they are reached. */
export interface Recipient {
  ordinal: number
  phone: string
  name: string | null
  parameters: TemplateParameters | null
  conversation: ConversationId
}

/** Somebody on the list who gets nothing after all. */
export interface Excluded {
  ordinal: number
  exclusion: Exclusion
  detail: string
}

type Listed = Omit<Recipient, 'conversation'> & { optedOut: boolean }

/** Those that another slice is at are passed over. */
const NEXT: Statement = {
  name: 'campaign-next-recipients',
  text: `
    select r.ordinal, r.phone, r.name, r.parameters,
      case when m.id is null then k.opted_out_at else m.opted_out_at end is not null as "optedOut"
    from campaign_recipients r
    left join contacts k on k.id = r.contact_id
    left join contacts m on m.id = k.merged_into
    where r.campaign_id = $1 and r.state = 'queued' order by r.ordinal limit $2 for update of r skip locked`,
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
 * Finds or opens their conversations and holds them, and leaves out who must get nothing: since the list was made they
 * may have opted out, and two of its numbers may have turned out to be one client.
 */
export async function reachListed(
  run: Run,
  campaign: SendingCampaign,
  listed: readonly Listed[],
): Promise<{ recipients: Recipient[]; excluded: Excluded[] }> {
  const isMarketing = campaign.template.category === 'marketing'
  const excluded: Excluded[] = []
  const wanted = listed.filter(({ ordinal, optedOut }) => {
    if (isMarketing && optedOut) excluded.push(optOut(ordinal))
    return !(isMarketing && optedOut)
  })
  const reached = await reachNumbers(
    run,
    campaign.channelId,
    wanted.map(({ phone }) => phone),
    campaign.now,
  )
  const known = [...reached.values()].filter(({ opened }) => !opened).map(({ conversation }) => conversation)
  const [optedOut, served] = await Promise.all([
    isMarketing ? optedOutOf(run, known) : new Set<ConversationId>(),
    servedOf(run, campaign.id, known),
  ])
  const recipients: Recipient[] = []
  for (const { optedOut: _, ...recipient } of wanted) {
    const conversation = reached.get(recipient.phone)?.conversation
    if (conversation === undefined) throw new Error('a number was not reached')
    if (optedOut.has(conversation)) excluded.push(optOut(recipient.ordinal))
    else if (served.has(conversation)) excluded.push(again(recipient.ordinal))
    else recipients.push({ ...recipient, conversation })
    served.add(conversation)
  }
  return { recipients, excluded }
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

const optOut = (ordinal: number): Excluded => ({
  ordinal,
  exclusion: 'opted_out',
  detail: 'Stopped marketing messages after the list was made',
})

const again = (ordinal: number): Excluded => ({
  ordinal,
  exclusion: 'duplicate',
  detail: 'Another number of a client who has this campaign already',
})

const EXCLUDE: Statement = {
  name: 'campaign-exclude',
  text: `
    update campaign_recipients r set state = 'excluded', exclusion = x.exclusion, detail = x.detail
    from jsonb_to_recordset($2::jsonb) as x (ordinal int, exclusion text, detail text)
    where r.campaign_id = $1 and r.ordinal = x.ordinal`,
}

export async function exclude(run: Run, campaign: CampaignId, excluded: readonly Excluded[]): Promise<void> {
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
  kind: 'wa_id' | 'bsuid' | 'parent_bsuid' | 'phone' | 'igsid'
  value: string
}
