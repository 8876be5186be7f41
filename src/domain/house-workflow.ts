import type { HouseEventId, OutsideCallId } from './ids.ts'

/** Names and shapes that the server, the worker and the workflow of a house event share. Ids and numbers only (P8). */
export const HOUSE_WORKFLOW = 'house'

/** The one signal of a house event: something came for its runs. The workflow's step reads it from the database. */
export const HOUSE_NEWS = 'news'

/** The argument that the workflow starts with, and everything that outlives continue-as-new. */
export interface HouseCarry {
  v: 1
  event: HouseEventId
}

export const houseCarry = (event: HouseEventId): HouseCarry => ({ v: 1, event })

/** The step that a house event asks of the database: a local activity, one transaction. */
export interface HouseSteps {
  workHouse(request: HouseRequest): Promise<HouseResult>
}

export interface HouseRequest {
  event: HouseEventId
  /** the workflow's time, where a deadline has come: waits that end until then are over */
  dueBy?: number
}

/** What is left to do of a house event; complete each time, so that a lost answer is lost with nothing. */
export interface HouseResult {
  /** There is more to work off: ask again at once. */
  more: boolean
  /** When the first wait or life of its runs ends, in milliseconds since 1970; null: none is open. */
  wakeAt: number | null
  /** Calls to endpoints that have not ended. */
  calls: OutsideCallId[]
  /** Nothing is left: all its runs have ended. */
  done: boolean
}
