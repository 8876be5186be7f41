import type { SignupOffer } from '../api.ts'

/** What has to be known again when Meta's dialogue sends the browser back. */
export interface BegunSignup {
  /** nobody else can know it: a code that comes without it was not asked for here */
  state: string
  name: string
  onPhoneApp: boolean
}

const PLACE = 'parley.signup'

/** Keeps what was begun in this tab. @returns where the dialogue is */
export function beginSignup(offer: SignupOffer, name: string, onPhoneApp: boolean): string {
  const state = crypto.getRandomValues(new Uint32Array(4)).join('-')
  sessionStorage.setItem(PLACE, JSON.stringify({ state, name, onPhoneApp } satisfies BegunSignup))
  return dialogAddress(offer, state, onPhoneApp)
}

/** What the dialogue is asked (reference §10.2): the same as with its script, which this page's policy does not allow. */
export function dialogAddress(offer: SignupOffer, state: string, onPhoneApp: boolean): string {
  const address = new URL(offer.dialogUrl ?? '')
  const asked = {
    client_id: offer.appId ?? '',
    config_id: offer.configId ?? '',
    redirect_uri: offer.redirectUri ?? '',
    response_type: 'code',
    override_default_response_type: 'true',
    state,
    extras: JSON.stringify({
      setup: {},
      featureType: onPhoneApp ? 'whatsapp_business_app_onboarding' : '',
      sessionInfoVersion: '3',
    }),
  }
  for (const [key, value] of Object.entries(asked)) address.searchParams.set(key, value)
  return address.href
}

/** What was begun in this tab; null: nothing, or something else. */
export function begunSignup(state: string | null): BegunSignup | null {
  const begun = JSON.parse(sessionStorage.getItem(PLACE) ?? 'null') as BegunSignup | null
  return state !== null && begun?.state === state ? begun : null
}

export const forgetSignup = (): void => sessionStorage.removeItem(PLACE)
