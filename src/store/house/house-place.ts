import type { ChannelId, HouseEventId } from '../../domain/ids.ts'
import { type ChannelFacts, channelFields } from '../../domain/scenario/engine/facts.ts'
import type { Surroundings } from '../../domain/scenario/interpreter/stimulus.ts'
import type { Tx } from '../database.ts'
import type { LiveEvent } from '../live-events.ts'
import type { ScenarioCatalogue } from '../scenarios/catalogue.ts'
import { type HouseTime, loadHouseTime } from '../settings/account.ts'

/** What the runs of the house need while a step works something off; the house is held. */
export class HousePlace {
  readonly tx: Tx
  readonly catalogue: ScenarioCatalogue
  /** what is published, as this transaction sees it */
  readonly catalogueVersion: number
  /** the event whose step it is */
  readonly event: HouseEventId
  readonly live: LiveEvent[] = []
  /** Events whose runs this step has changed: their workflows have to hear of it. */
  readonly touched = new Set<HouseEventId>()
  #time: HouseTime | null = null
  readonly #channels = new Map<string, ChannelFacts | null>()
  readonly #channelOf = new Map<HouseEventId, ChannelId | null>()

  /** @param of.about the channel that the event is about */
  constructor(of: Pick<HousePlace, 'tx' | 'catalogue' | 'catalogueVersion' | 'event'> & { about: ChannelId | null }) {
    this.tx = of.tx
    this.catalogue = of.catalogue
    this.catalogueVersion = of.catalogueVersion
    this.event = of.event
    this.#channelOf.set(of.event, of.about)
  }

  /** The channel that an event is about; null: none. */
  async channelOf(event: HouseEventId): Promise<ChannelId | null> {
    const known = this.#channelOf.get(event)
    if (known !== undefined) return known
    const row = await this.tx.selectFrom('house_events').select('channel_id').where('id', '=', event).executeTakeFirst()
    this.#channelOf.set(event, row?.channel_id ?? null)
    return row?.channel_id ?? null
  }

  /** There is no client: all that conditions see is the channel, where the event is about one. */
  async surroundings(channel: string | null): Promise<Surroundings> {
    this.#time ??= await loadHouseTime(this.tx)
    const facts = channel === null ? null : await this.#channel(channel)
    const seen = { contact: {}, task: {}, conversation: {}, channel: facts ? channelFields(facts) : {} }
    return { ...seen, current: seen, ...this.#time }
  }

  async #channel(id: string): Promise<ChannelFacts | null> {
    const known = this.#channels.get(id)
    if (known !== undefined) return known
    const row = await this.tx
      .selectFrom('channels')
      .select(['id', 'name', 'provider', 'messenger as kind'])
      .where('id', '=', id as ChannelId)
      .executeTakeFirst()
    this.#channels.set(id, row ?? null)
    return row ?? null
  }
}
