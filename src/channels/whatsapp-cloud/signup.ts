import type { ProviderFailure } from '../port.ts'
import { at, objectAt, objectsAt, textAt } from '../wire/fields.ts'
import { failureOfAnswer } from './errors.ts'
import { callGraph, graphPath } from './graph-client.ts'

/** The app that clients' accounts are connected through (Embedded Signup, reference §10.2). */
export interface SignupApp {
  appId: string
  appSecret: string
  graphUrl: string
}

export interface SignedUp {
  accessToken: string
  wabaId: string
  phoneNumberId: string
  /** the phone app uses the number, too */
  onPhoneApp: boolean
}

/**
 * Why a sign-up does not come to a channel:
 * `code` Meta does not take it, for it lives 30 seconds and once · `app` the token is another app's · `account` no business
 * account, or more than one, was shared · `number` the account has no such number, or more than one · `away` Meta cannot be asked
 */
export type SignupOutcome =
  | { ok: true; account: SignedUp }
  | { ok: false; why: 'code' | 'app' | 'account' | 'number' | 'away'; failure: ProviderFailure | null }

const no = (
  why: Exclude<SignupOutcome, { ok: true }>['why'],
  failure: ProviderFailure | null = null,
): SignupOutcome => ({
  ok: false,
  why,
  failure,
})

/**
 * Exchanges a sign-up's code and finds out by the new token which account and number it is about: what the browser says
 * of them only chooses among what the token may really use.
 * @param given.redirectUri where the dialogue sent the browser with the code; null: its script gave the code
 * @param isTaken whether a channel stands for a number already: then another one is meant
 */
export async function signUp(
  app: SignupApp,
  given: { code: string; wabaId: string | null; phoneNumberId: string | null; redirectUri: string | null },
  isTaken: (phoneNumberId: string) => Promise<boolean>,
  signal: AbortSignal,
): Promise<SignupOutcome> {
  const { appId, appSecret, graphUrl } = app
  // An app's own token is its id and its secret.
  const asApp = { graphUrl, accessToken: `${appId}|${appSecret}` }
  const query = {
    client_id: appId,
    client_secret: appSecret,
    code: given.code,
    ...(given.redirectUri !== null && { redirect_uri: given.redirectUri }),
  }
  const exchanged = await callGraph(asApp, { method: 'GET', path: 'oauth/access_token', query }, signal)
  if (exchanged.kind !== 'ok') {
    const failure = failureOfAnswer({ accessToken: given.code, appSecret }, exchanged)
    return no(exchanged.kind === 'refused' ? 'code' : 'away', failure)
  }
  const accessToken = textAt(exchanged.body, 'access_token')
  if (accessToken === null) return no('code')
  const secrets = { accessToken, appSecret }

  const told = await callGraph(
    asApp,
    { method: 'GET', path: 'debug_token', query: { input_token: accessToken } },
    signal,
  )
  if (told.kind !== 'ok') return no('away', failureOfAnswer(secrets, told))
  const granted = objectAt(told.body, 'data')
  if (at(granted, 'is_valid') !== true || textAt(granted, 'app_id') !== appId) return no('app')
  const shared = sharedAccounts(objectsAt(granted, 'granular_scopes'))
  const wabaId = given.wabaId ?? (shared.length === 1 ? (shared[0] ?? null) : null)
  if (wabaId === null || (shared.length > 0 && !shared.includes(wabaId))) return no('account')

  const fields = 'id,display_phone_number,verified_name,is_on_biz_app'
  const path = graphPath(wabaId, 'phone_numbers')
  const listed = await callGraph(
    { graphUrl, accessToken },
    { method: 'GET', path, query: { fields, limit: '100' } },
    signal,
  )
  if (listed.kind !== 'ok') {
    return no(listed.kind === 'refused' ? 'account' : 'away', failureOfAnswer(secrets, listed))
  }
  const numbers = objectsAt(listed.body, 'data').flatMap((number) => {
    const id = textAt(number, 'id')
    return id === null ? [] : [{ id, onPhoneApp: at(number, 'is_on_biz_app') === true }]
  })
  const number = await chosen(numbers, given.phoneNumberId, isTaken)
  return number
    ? { ok: true, account: { accessToken, wabaId, phoneNumberId: number.id, onPhoneApp: number.onPhoneApp } }
    : no('number')
}

/** A token names the accounts that were shared with it beside the scope that it has for them; none: for all. */
function sharedAccounts(scopes: readonly Record<string, unknown>[]): string[] {
  const ids = scopes
    .filter((scope) => textAt(scope, 'scope') === 'whatsapp_business_management')
    .flatMap((scope) => {
      const targets = at(scope, 'target_ids')
      return Array.isArray(targets) ? targets.map(String) : []
    })
  return [...new Set(ids)]
}

type Listed = { id: string; onPhoneApp: boolean }

/** A sign-up with the phone app says only whose account it is (reference §10.3): then the one that is new is meant. */
async function chosen(
  numbers: readonly Listed[],
  wanted: string | null,
  isTaken: (phoneNumberId: string) => Promise<boolean>,
): Promise<Listed | null> {
  if (wanted !== null) return numbers.find(({ id }) => id === wanted) ?? null
  if (numbers.length === 1) return numbers[0] ?? null
  const fresh: Listed[] = []
  for (const number of numbers) if (!(await isTaken(number.id))) fresh.push(number)
  return fresh.length === 1 ? (fresh[0] ?? null) : null
}
