import type { TokenOutcome } from '../port.ts'
import { callGraph } from '../whatsapp-cloud/graph-client.ts'
import { numberAt, textAt } from '../wire/fields.ts'
import { graphOf, type InstagramAccount } from './config.ts'
import { failureOfInstagram, ownFailure } from './errors.ts'

/**
 * Another token of 60 days for one that is at least a day old and has not ended (reference §11). The old one goes on
 * working. null: a token of a Facebook login does not end.
 */
export async function refreshToken(account: InstagramAccount, signal: AbortSignal): Promise<TokenOutcome | null> {
  if (account.login !== 'instagram') return null
  const graph = graphOf(account)
  const query = { grant_type: 'ig_refresh_token', access_token: account.accessToken }
  const request = { method: 'GET' as const, path: 'refresh_access_token', query, unversioned: true }
  const answer = await callGraph(graph, request, signal)
  if (answer.kind !== 'ok') return { ok: false, failure: failureOfInstagram(account, answer) }
  const accessToken = textAt(answer.body, 'access_token')
  const seconds = numberAt(answer.body, 'expires_in')
  if (accessToken === null || !/^[\x21-\x7e]{1,2000}$/.test(accessToken) || seconds === null || seconds <= 0) {
    return { ok: false, failure: ownFailure(account, 'unreadable_answer', 'a refreshed token without its text or end') }
  }
  return { ok: true, accessToken, livesMs: seconds * 1000 }
}
