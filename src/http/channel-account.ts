import type { ChannelAdapter, Diagnosis } from '../channels/port.ts'
import { adapterFor } from '../channels/registry.ts'
import { providerErrorRule } from '../domain/provider-errors.ts'
import type { AccountFacts } from '../store/index.ts'
import { ApiError } from './errors.ts'

/** The provider is asked while a person waits for the answer. */
const PATIENCE_MS = 10_000

/** The provider's keys as they were given. */
export type AccountConfig = Record<string, unknown>

export interface CheckedAccount {
  /** false: the provider could not be asked */
  checked: boolean
  displayPhone: string | null
  coexistence: boolean
  facts: AccountFacts
}

/**
 * Asks the provider whether this is a business account that we may use (M5).
 * @throws ApiError 422 `not_a_business_account` or `access_token_rejected`
 */
export async function checkAccount(provider: string, config: AccountConfig): Promise<CheckedAccount> {
  const outcome = await adapterOf(provider).check(config, AbortSignal.timeout(PATIENCE_MS))
  if (outcome.ok === null) return { checked: false, displayPhone: null, coexistence: false, facts: {} }
  if (outcome.ok) {
    const { displayPhone, coexistence, name, quality } = outcome.account
    const facts = { name, quality: quality?.toLowerCase() ?? null, checkedAt: new Date().toISOString() }
    return { checked: true, displayPhone, coexistence, facts }
  }
  const details = { providerCode: outcome.failure.code }
  if (outcome.reason === 'token_rejected') {
    throw new ApiError(
      422,
      'access_token_rejected',
      `The provider refuses the access token. ${words(outcome.failure.code)}`,
      details,
    )
  }
  throw new ApiError(
    422,
    'not_a_business_account',
    adapterOf(provider).messenger === 'whatsapp' ? NO_BUSINESS_NUMBER : NO_BUSINESS_ACCOUNT,
    details,
  )
}

const NO_BUSINESS_NUMBER =
  'This is no number of a WhatsApp Business account. Only such numbers can be connected; a personal number, or one that is used in the ordinary WhatsApp app, cannot. Check the phone number id, and that the access token may see it.'
const NO_BUSINESS_ACCOUNT =
  'The provider knows no business account by this. A personal account cannot be connected. Check the id, and that the token may see the account.'

/**
 * Tells the provider where events go.
 * @returns null, or in words why it did not work: then a person sets the address at the provider
 */
export async function directEvents(
  provider: string,
  config: AccountConfig,
  webhookUrl: string,
): Promise<string | null> {
  const outcome = await adapterOf(provider).subscribe(config, webhookUrl, AbortSignal.timeout(PATIENCE_MS))
  if (outcome.ok) return null
  return `The provider could not be told where to send events (${words(outcome.failure.code)}). Set the webhook address at the provider by hand.`
}

/** Each thing that the connection needs, with what was found. Changes nothing at the provider. */
export async function diagnose(provider: string, config: AccountConfig, webhookUrl: string | null): Promise<Diagnosis> {
  const adapter = adapterOf(provider)
  const signal = AbortSignal.timeout(PATIENCE_MS)
  if (adapter.diagnose) return adapter.diagnose(config, webhookUrl, signal)
  const outcome = await adapter.check(config, signal)
  const account = outcome.ok
    ? { ...outcome.account, messagingLimit: null, throughput: null, tokenExpiresAt: null }
    : null
  const words = outcome.ok ? ACCOUNT_GOOD : providerErrorRule(outcome.failure.code).words
  const state = outcome.ok === null ? 'unknown' : outcome.ok ? 'good' : 'bad'
  const detail = outcome.ok ? null : outcome.failure.detail
  return { steps: [{ step: 'account', state, name: ACCOUNT_NAME, words, detail }], account }
}

const ACCOUNT_NAME = { en: 'Account', ru: 'Аккаунт' }
const ACCOUNT_GOOD = { en: 'The provider confirms the account.', ru: 'Провайдер подтверждает аккаунт.' }

/** @throws ApiError 422 `unknown_provider` */
export function adapterOf(provider: string): ChannelAdapter {
  const adapter = adapterFor(provider)
  if (!adapter) throw new ApiError(422, 'unknown_provider', `This installation has no adapter for ${provider}`)
  return adapter
}

const words = (code: string): string => providerErrorRule(code).words.en
