import { CODE_RULES, type CodeRule } from './provider-error-table.ts'
import { WORDS_EN } from './provider-error-words.en.ts'
import { WORDS_RU } from './provider-error-words.ru.ts'

/** What to do about a failure (reference §9: R, W, F, A, X); each is explained at `FailureClass` in the provider port. */
export type FailureClass = 'retry' | 'wait' | 'fix' | 'channel_down' | 'final'
/** Whose limit was hit: the whole account's, or that of one recipient. */
export type LimitScope = 'channel' | 'pair'

export interface ErrorWords {
  en: string
  ru: string
}

export interface ProviderErrorRule extends CodeRule {
  /** For a person: what it means, and what to do now. */
  words: ErrorWords
}

/**
 * What a provider's error code means: its class, its limit, and words for a person (reference §9).
 * @param code Meta's code as text, or one of ours such as `network`
 * @param httpStatus of the answer that carried it; null for a code that came in a webhook, after the fact.
 *   It decides only for codes that §9 does not name: 429 wait, other 4xx fix, 5xx retry, webhook final.
 */
export function providerErrorRule(code: string, httpStatus: number | null = null): ProviderErrorRule {
  if (isKnown(code)) return { ...CODE_RULES[code], words: { en: WORDS_EN[code], ru: WORDS_RU[code] } }
  const number = Number(code)
  if (Number.isInteger(number) && number >= 200 && number <= 299) return unknownRule('channel_down', code)
  if (httpStatus === null) return unknownRule('final', code)
  if (httpStatus === 429) return { ...unknownRule('wait', code), limit: 'channel' }
  return unknownRule(httpStatus >= 500 ? 'retry' : 'fix', code)
}

const isKnown = (code: string): code is `${keyof typeof CODE_RULES}` => Object.hasOwn(CODE_RULES, code)

function unknownRule(failureClass: FailureClass, code: string): ProviderErrorRule {
  const { en, ru } = UNKNOWN_WORDS[failureClass]
  return { class: failureClass, limit: null, words: { en: `${en} (code ${code})`, ru: `${ru} (код ${code})` } }
}

const UNKNOWN_WORDS: Record<FailureClass, ErrorWords> = {
  retry: {
    en: 'The provider could not do it just now. It is tried again.',
    ru: 'Провайдер сейчас не смог этого сделать. Попытка повторится.',
  },
  wait: {
    en: 'The provider asks us to wait. It is tried again later.',
    ru: 'Провайдер просит подождать. Попытка повторится позже.',
  },
  fix: {
    en: 'The provider refuses the message as it is. Read the details and change it.',
    ru: 'Провайдер не принимает сообщение в таком виде. Прочитайте подробности и исправьте.',
  },
  channel_down: {
    en: 'The access token lacks a permission for this account. Check it at Meta.',
    ru: 'Токену не хватает прав на этот аккаунт. Проверьте его в Meta.',
  },
  final: {
    en: 'The provider did not deliver the message. Do not just repeat it; read the details.',
    ru: 'Провайдер не доставил сообщение. Не повторяйте просто так, прочитайте подробности.',
  },
}
