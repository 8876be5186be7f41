import type { AppSyncOutcome } from '../port.ts'
import type { WhatsAppCloudConfig } from './config.ts'
import { failureOfAnswer } from './errors.ts'
import { callGraph, graphPath } from './graph-client.ts'

const SYNC_TYPE = { contacts: 'smb_app_state_sync', history: 'history' } as const

/**
 * Asks the phone app for its phone book or its history: each can be asked once, within a day of connecting
 * (reference §10.2). What comes of it comes by webhooks.
 */
export async function askPhoneApp(
  config: WhatsAppCloudConfig,
  what: 'contacts' | 'history',
  signal: AbortSignal,
): Promise<AppSyncOutcome> {
  const path = graphPath(config.phoneNumberId, 'smb_app_data')
  const body = { json: { messaging_product: 'whatsapp', sync_type: SYNC_TYPE[what] } }
  const answer = await callGraph(config, { method: 'POST', path, body }, signal)
  if (answer.kind === 'ok') return { asked: 'yes' }
  const failure = failureOfAnswer(config, answer)
  // Perhaps it was heard: it must not be asked twice.
  return answer.kind === 'unclear' ? { asked: 'perhaps', failure } : { asked: 'no', failure }
}
