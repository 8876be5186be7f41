import type { ChannelAdapter } from '../channels/port.ts'
import { adapterFor } from '../channels/registry.ts'
import type { WhatsAppCloudConfig } from '../channels/whatsapp-cloud/config.ts'
import { providerErrorRule } from '../domain/provider-errors.ts'
import { ApiError } from './errors.ts'

/** The provider is asked while a person waits for the answer. */
const PATIENCE_MS = 10_000

export interface CheckedAccount {
  /** false: the provider could not be asked */
  checked: boolean
  displayPhone: string | null
  coexistence: boolean
}

/**
 * Asks the provider whether this is a business account that we may use (M5).
 * @throws ApiError 422 `not_a_business_account` or `access_token_rejected`
 */
export async function checkAccount(provider: string, config: WhatsAppCloudConfig): Promise<CheckedAccount> {
  const outcome = await adapterOf(provider).check(config, AbortSignal.timeout(PATIENCE_MS))
  if (outcome.ok === null) return { checked: false, displayPhone: null, coexistence: false }
  if (outcome.ok) {
    const { displayPhone, coexistence } = outcome.account
    return { checked: true, displayPhone, coexistence }
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
    'This is no number of a WhatsApp Business account. Only such numbers can be connected; a personal number, or one that is used in the ordinary WhatsApp app, cannot. Check the phone number id, and that the access token may see it.',
    details,
  )
}

/**
 * Tells the provider where events go.
 * @returns null, or in words why it did not work: then a person sets the address at the provider
 */
export async function directEvents(
  provider: string,
  config: WhatsAppCloudConfig,
  webhookUrl: string,
  verifyToken: string,
): Promise<string | null> {
  const outcome = await adapterOf(provider).subscribe(config, webhookUrl, verifyToken, AbortSignal.timeout(PATIENCE_MS))
  if (outcome.ok) return null
  return `The provider could not be told where to send events (${words(outcome.failure.code)}). Set the webhook address at the provider by hand.`
}

function adapterOf(provider: string): ChannelAdapter<WhatsAppCloudConfig> {
  const adapter = adapterFor(provider)
  if (!adapter) throw new ApiError(422, 'unknown_provider', `This installation has no adapter for ${provider}`)
  return adapter
}

const words = (code: string): string => providerErrorRule(code).words.en
