import type { CallOutcome } from '../port.ts'
import { isSuccess } from '../whatsapp-cloud/graph-answer.ts'
import { callGraph, graphPath } from '../whatsapp-cloud/graph-client.ts'
import { graphOf, type InstagramAccount, senderNode } from './config.ts'
import { failureOfInstagram, ownFailure } from './errors.ts'

/** What an Instagram login is subscribed to; a page knows fewer fields, comments are set in the app (reference §11). */
const FIELDS = {
  instagram: [
    'messages',
    'messaging_postbacks',
    'messaging_seen',
    'message_reactions',
    'messaging_referral',
    'message_edit',
    'comments',
  ],
  facebook: ['messages', 'messaging_postbacks', 'message_reactions', 'messaging_referrals', 'message_reads'],
} as const

/**
 * Has the account send its events. Where to is set in the app's dashboard by a person, once for all accounts of the app:
 * Instagram takes no address for a single account. May be repeated at any time.
 */
export async function subscribeAccount(account: InstagramAccount, signal: AbortSignal): Promise<CallOutcome> {
  const answer = await callGraph(
    graphOf(account),
    {
      method: 'POST',
      path: graphPath(senderNode(account), 'subscribed_apps'),
      query: { subscribed_fields: FIELDS[account.login].join(',') },
    },
    signal,
  )
  if (answer.kind !== 'ok') return { ok: false, failure: failureOfInstagram(account, answer) }
  return isSuccess(answer.body)
    ? { ok: true }
    : { ok: false, failure: ownFailure(account, 'unreadable_answer', 'no success in the answer') }
}
