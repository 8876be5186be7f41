import type { HouseEventId } from '../domain/ids.ts'
import { takeHouseWebhooks } from '../store/house/house-webhooks.ts'
import { tellSchedules } from '../store/house/schedules.ts'
import { claimUnheardEvents } from '../store/house/unheard-events.ts'
import type { Database } from '../store/index.ts'

/** House events whose workflow is told in one round. */
const EVENTS = 50

/**
 * What every server looks after in the house: schedules whose time has come, webhooks without a client, and events whose
 * workflow has not heard of what came for them, or is gone.
 * @returns house events to signal
 */
export async function sweepHouse({ db }: Database): Promise<HouseEventId[]> {
  await tellSchedules(db)
  await takeHouseWebhooks(db)
  return claimUnheardEvents(db, EVENTS)
}
