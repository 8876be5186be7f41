import type { AttachmentId, DeliveryId, OutsideCallId } from './ids.ts'

/**
 * What working off one event asks the conversation's workflow to do. Ids only: message texts stay out of
 * Temporal's history (P8). Stored with the event, and returned again when the step is repeated.
 */
export interface StepOutcome {
  /** Deliveries to send, in this order. */
  sends: DeliveryId[]
  /** Client files to fetch from the provider. */
  fetches: AttachmentId[]
  /** Calls to endpoints. Absent: none. */
  calls?: OutsideCallId[]
}

export const NOTHING_TO_DO: StepOutcome = { sends: [], fetches: [] }
