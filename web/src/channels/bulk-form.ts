import type { BulkOptions } from './api.ts'

/** The bulk rule as its form holds it: as it is typed. */
export interface BulkDraft {
  threshold: string
  minutes: string
  /** null: one calendar month */
  days: string | null
  by: 'content' | 'kind'
}

export const USUAL_BULK: BulkDraft = { threshold: '3', minutes: '5', days: null, by: 'content' }

export const bulkDraft = ({ threshold, windowSeconds, holdDays, by }: BulkOptions): BulkDraft => ({
  threshold: String(threshold ?? USUAL_BULK.threshold),
  minutes: windowSeconds === undefined ? USUAL_BULK.minutes : String(Number((windowSeconds / 60).toFixed(4))),
  days: holdDays === undefined ? null : String(holdDays),
  by: by ?? 'content',
})

const wholeWithin = (text: string, least: number, most: number): number | null => {
  const number = Number(text.trim().replace(',', '.'))
  return text.trim() !== '' && Number.isInteger(number) && number >= least && number <= most ? number : null
}

/** What the API takes, and which entries it would not. Minutes may have a part: 2.5 is two and a half. */
export function readBulk({ threshold, minutes, days, by }: BulkDraft) {
  const count = wholeWithin(threshold, 1, 1_000)
  const seconds = Math.round(Number(minutes.trim().replace(',', '.')) * 60)
  const window = minutes.trim() !== '' && seconds >= 1 && seconds <= 86_400 ? seconds : null
  const hold = days === null ? null : wholeWithin(days, 1, 366)
  const wrong = { threshold: count === null, minutes: window === null, days: days !== null && hold === null }
  const options: BulkOptions | null =
    count === null || window === null || wrong.days
      ? null
      : { threshold: count, windowSeconds: window, by, ...(hold === null ? {} : { holdDays: hold }) }
  return { options, wrong }
}
