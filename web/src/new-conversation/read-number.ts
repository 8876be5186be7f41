import { type ParsedPhone, type PhoneRefusal, parsePhone } from '../../../src/domain/phone-variants.ts'

export type NumberRead = { ok: true; phone: ParsedPhone } | { ok: false; reason: PhoneRefusal }

/**
 * What was typed as a number to write to. A number without its country code is one of the country in which the channel
 * itself is.
 * @param channelPhone the channel's own number
 */
export function readNumber(typed: string, channelPhone: string | null): NumberRead {
  const home = channelPhone === null ? null : parsePhone(channelPhone)
  return parsePhone(typed, (home?.ok && home.phone.country) || undefined)
}
