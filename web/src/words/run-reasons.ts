import type { Locale } from './packs.ts'
import { roomWords } from './room-words.ts'
import { en } from './run-reasons.en.ts'
import { ru } from './run-reasons.ru.ts'

export const runReasons = roomWords<Record<string, string>>({ en, ru })

/** Why a run ended, is held, or did not do a step: in our words, else in those of the record. */
export function reasonText(reasons: Record<string, string>, { code, message }: Reason): string {
  const known = Object.hasOwn(reasons, code) ? reasons[code] : undefined
  if (known !== undefined) return known
  const status = /^http_(\d{3})$/.exec(code)?.[1]
  if (status !== undefined && reasons.invalid_response) return `${reasons.invalid_response} (HTTP ${status})`
  // An error of the delivery's provider, which stands at the message itself.
  return (isOfDelivery(code) ? reasons.not_sent : undefined) ?? (message || code)
}

/**
 * What the record says beside our words: all of it to those who read English, to others what it names (“…”), such as
 * the group or the field that is meant. Empty: nothing more.
 */
export function reasonDetail(locale: Locale, text: string, { message }: Reason): string {
  if (message === text) return ''
  if (locale === 'en') return message
  return [...message.matchAll(/“([^”]+)”/g)].map(([, name]) => `«${name}»`).join(', ')
}

interface Reason {
  code: string
  message: string
}

const isOfDelivery = (code: string): boolean => /^\d+$/.test(code)
