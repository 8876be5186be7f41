import { z } from 'zod'

/** How the simulated world behaves when no fault says otherwise. Changed by `POST /simulator/settings`. */
export interface Settings {
  /** `auto`: every delivered message is read at once; `manual`: when the phone shows it. */
  readReceipts: 'manual' | 'auto'
  /** Pauses before the 2nd, 3rd … attempt of a webhook; the last one repeats for 7 days. */
  retryPausesMs: number[]
  /** How long the review of a template takes. */
  reviewMs: number
  /** How long after the answer the first status leaves. */
  statusDelayMs: number
  /** Throughput of one number, unless its account says otherwise (reference §8). */
  perSecond: number
  /** Pair rate: a burst, then one message in so many seconds. */
  pairBurst: number
  pairSeconds: number
}

export const DEFAULT_SETTINGS: Settings = {
  readReceipts: 'manual',
  retryPausesMs: [500, 1000, 2000, 5000, 10_000, 30_000, 60_000],
  reviewMs: 2000,
  statusDelayMs: 30,
  perSecond: 80,
  pairBurst: 45,
  pairSeconds: 6,
}

export const settingsPatch = z
  .strictObject({
    readReceipts: z.enum(['manual', 'auto']),
    retryPausesMs: z.array(z.number().int().min(1).max(3_600_000)).min(1).max(50),
    reviewMs: z.number().int().min(0).max(86_400_000),
    statusDelayMs: z.number().int().min(0).max(60_000),
    perSecond: z.number().positive().max(100_000),
    pairBurst: z.number().int().positive().max(1_000_000),
    pairSeconds: z.number().positive().max(86_400),
  })
  .partial()
