import type { IdentityValue } from '../../domain/conversation-event.ts'
import type { PostOutcome, ProfileOutcome } from '../port.ts'
import { callGraph, graphPath } from '../whatsapp-cloud/graph-client.ts'
import { textAt } from '../wire/fields.ts'
import { graphOf, type InstagramAccount } from './config.ts'
import { failureOfInstagram, ownFailure } from './errors.ts'

/** Who a client is (reference §11.1): webhooks do not say. Only those who have written can be asked about. */
export async function readProfile(
  account: InstagramAccount,
  names: readonly IdentityValue[],
  signal: AbortSignal,
): Promise<ProfileOutcome> {
  const igsid = names.find(({ kind }) => kind === 'igsid')?.value
  if (igsid === undefined) {
    return { ok: false, failure: ownFailure(account, 'no_address', 'no Instagram id of this client') }
  }
  const request = { method: 'GET' as const, path: graphPath(igsid), query: { fields: 'name,username' } }
  const answer = await callGraph(graphOf(account), request, signal)
  if (answer.kind !== 'ok') return { ok: false, failure: failureOfInstagram(account, answer) }
  const name = textAt(answer.body, 'name')
  return { ok: true, profile: { name: name?.trim() ? name : null, username: textAt(answer.body, 'username') } }
}

/** Where people see a post; a comment's webhook has only its id. */
export async function readPost(account: InstagramAccount, postId: string, signal: AbortSignal): Promise<PostOutcome> {
  const request = { method: 'GET' as const, path: graphPath(postId), query: { fields: 'permalink' } }
  const answer = await callGraph(graphOf(account), request, signal)
  if (answer.kind !== 'ok') return { ok: false, failure: failureOfInstagram(account, answer) }
  const link = textAt(answer.body, 'permalink')
  return { ok: true, link: link !== null && /^https:\/\/(www\.)?instagram\.com\//.test(link) ? link : null }
}
