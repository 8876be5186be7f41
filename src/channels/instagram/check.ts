import type { CheckOutcome, ProviderFailure } from '../port.ts'
import { refusesToken } from '../whatsapp-cloud/check.ts'
import { callGraph, type GraphAnswer, graphPath } from '../whatsapp-cloud/graph-client.ts'
import { idAt, objectAt, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { graphOf, type InstagramAccount, senderNode } from './config.ts'
import { failureOfInstagram, ownFailure } from './errors.ts'

const OWN_FIELDS = 'user_id,username,name,account_type'
const PAGE_FIELDS = 'name,instagram_business_account{id,username,name}'

/** What the provider calls the kinds of account that can be used, in lower case. */
const PROFESSIONAL = new Set(['business', 'media_creator', 'creator'])

/** Asks who the token is of: the account itself, or the page that it is linked to. */
export const askAccount = (account: InstagramAccount, signal: AbortSignal): Promise<GraphAnswer> =>
  callGraph(
    graphOf(account),
    {
      method: 'GET',
      path: graphPath(account.login === 'instagram' ? 'me' : senderNode(account)),
      query: { fields: account.login === 'instagram' ? OWN_FIELDS : PAGE_FIELDS },
    },
    signal,
  )

export type FoundAccount = { ok: true; name: string | null; username: string | null } | { ok: false; code: string }

/**
 * Is it the account that was named, and one of a business or creator (M5)? A personal account has no id in Meta's
 * business tools, and no page is linked to it.
 */
export function readAccount(account: InstagramAccount, answer: JsonObject): FoundAccount {
  const own = account.login === 'instagram'
  const found = own ? answer : objectAt(answer, 'instagram_business_account')
  const id = own ? (idAt(found, 'user_id') ?? idAt(found, 'id')) : idAt(found, 'id')
  const kind = textAt(found, 'account_type')?.toLowerCase() ?? null
  if (found === null || (kind !== null && !PROFESSIONAL.has(kind))) return { ok: false, code: 'ig_personal_account' }
  if (id !== account.accountId) return { ok: false, code: 'ig_other_account' }
  return { ok: true, name: textAt(found, 'name'), username: textAt(found, 'username') }
}

/** Asks Meta about the account: only a business or creator account can be connected (M5). */
export async function checkAccount(account: InstagramAccount, signal: AbortSignal): Promise<CheckOutcome> {
  const answer = await askAccount(account, signal)
  if (answer.kind !== 'ok') {
    const failure = failureOfInstagram(account, answer)
    if (answer.kind !== 'refused') return { ok: null, failure }
    if (refusesToken(failure.code)) return { ok: false, reason: 'token_rejected', failure }
    return failure.code === '100' || failure.code === '33'
      ? { ok: false, reason: 'not_a_business_account', failure }
      : { ok: null, failure }
  }
  const found = readAccount(account, answer.body)
  if (!found.ok) {
    const failure: ProviderFailure = ownFailure(account, found.code, DETAIL[found.code] ?? found.code)
    return { ok: false, reason: 'not_a_business_account', failure }
  }
  const name = found.username === null ? found.name : `@${found.username}`
  return { ok: true, account: { displayPhone: null, name, quality: null, coexistence: false } }
}

const DETAIL: Record<string, string> = {
  ig_personal_account: 'the token is of no business or creator account',
  ig_other_account: 'the token is of another account than the one that was named',
}
