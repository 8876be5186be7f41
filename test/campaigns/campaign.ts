import type { CampaignId, ClusterId, TemplateId } from '../../src/domain/ids.ts'
import { perSecond } from '../../src/domain/pacing.ts'
import type { TemplateParameters } from '../../src/domain/template/template.ts'
import { type CampaignOrder, type Chunk, claimChunk } from '../../src/store/campaigns/sending/claim-chunk.ts'
import { newId } from '../../src/store/new-id.ts'
import type { CampaignState } from '../../src/store/schema.ts'
import type { House } from '../kit/house.ts'

/** A template that the simulator knows, too. */
export const TEMPLATE = { name: 'welcome', language: 'en_US' }

/** Makes the template known and approved. */
export async function addTemplate(house: Pick<House, 'database' | 'channel'>, category = 'marketing'): Promise<void> {
  const components = [
    { type: 'BODY', text: 'Welcome, {{1}}! Here is what is new with us this week.' },
    { type: 'FOOTER', text: 'Reply STOP to opt out' },
  ]
  await house.database.db
    .insertInto('templates')
    .values({
      id: newId<TemplateId>(),
      channel_id: house.channel,
      ...TEMPLATE,
      category,
      status: 'approved',
      components: JSON.stringify(components),
    })
    .execute()
}

export interface CampaignOptions {
  phones: readonly string[]
  state?: CampaignState
  scheduleAt?: Date
  parameters?: TemplateParameters
}

/** A campaign as it stands once it was created. */
export async function addCampaign(
  { database, channel, owner }: Pick<House, 'database' | 'channel' | 'owner'>,
  { phones, state = 'running', scheduleAt, parameters = { body: ['Anna'] } }: CampaignOptions,
): Promise<CampaignId> {
  const { db } = database
  const id = newId<CampaignId>()
  const cluster = newId<ClusterId>()
  await db
    .insertInto('campaigns')
    .values({
      id,
      channel_id: channel,
      name: 'Spring',
      state,
      template: JSON.stringify({ ...TEMPLATE, parameters }),
      schedule_at: scheduleAt ?? null,
      cluster_id: cluster,
      created_by: owner,
      created_by_name: 'Olga Owner',
    })
    .execute()
  await db
    .insertInto('bulk_clusters')
    .values({ id: cluster, channel_id: channel, fingerprint: 'template:welcome:en_US', campaign_id: id })
    .execute()
  for (let start = 0; start < phones.length; start += 5_000) {
    await db
      .insertInto('campaign_recipients')
      .values(
        phones.slice(start, start + 5_000).map((phone, index) => ({
          campaign_id: id,
          ordinal: start + index + 1,
          phone,
          state: 'queued' as const,
        })),
      )
      .execute()
  }
  return id
}

/** So many numbers that nobody else has. */
export const numbers = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}${String(n).padStart(11 - prefix.length, '0')}`)

/** Claims without regard to the channel's pace. */
export const claim = (
  { database }: Pick<House, 'database'>,
  campaign: CampaignId,
  options: { worker?: string; count?: number } = {},
): Promise<Chunk> => claimChunk(database, { campaign, worker: 'w', count: 8, pace: perSecond(1_000_000), ...options })

/** @throws where something else was claimed */
export async function claimOrders(
  house: Pick<House, 'database'>,
  campaign: CampaignId,
  options: { worker?: string; count?: number } = {},
): Promise<CampaignOrder[]> {
  const chunk = await claim(house, campaign, options)
  if (chunk.got !== 'orders') throw new Error(`the claim got ${JSON.stringify(chunk)}`)
  return chunk.orders
}

export const deliveriesOf = ({ database }: Pick<House, 'database'>, campaign: CampaignId) =>
  database.db.selectFrom('deliveries').selectAll().where('campaign_id', '=', campaign).orderBy('id').execute()

export const recipientsOf = ({ database }: Pick<House, 'database'>, campaign: CampaignId) =>
  database.db
    .selectFrom('campaign_recipients')
    .selectAll()
    .where('campaign_id', '=', campaign)
    .orderBy('ordinal')
    .execute()

export const campaignRow = ({ database }: Pick<House, 'database'>, campaign: CampaignId) =>
  database.db.selectFrom('campaigns').selectAll().where('id', '=', campaign).executeTakeFirstOrThrow()
