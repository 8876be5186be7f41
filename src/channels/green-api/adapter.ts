import type { ChannelAdapter } from '../port.ts'
import { isKnownKey } from '../shared-key.ts'
import { checkInstance, subscribeInstance } from './account.ts'
import { ownFailure } from './call.ts'
import { CAPABILITIES } from './capabilities.ts'
import { type GreenApiAccount, greenApiAccount } from './config.ts'
import { CONNECTION } from './connection.ts'
import { downloadFile } from './media.ts'
import { parseWebhook } from './parse.ts'
import { sendMessage } from './send.ts'

/** The ordinary WhatsApp through Green-API (M2; reference §12). */
export const greenApi: ChannelAdapter<GreenApiAccount> = {
  provider: 'green-api',
  messenger: 'whatsapp',
  capabilities: CAPABILITIES,
  connection: CONNECTION,
  account: { keys: greenApiAccount, id: 'idInstance', business: null, signedWith: 'webhookKey' },
  handshake: () => null,
  // The key that the instance was given comes as a header; by itself, or as a bearer.
  verify: ({ headers }, keys) => isKnownKey((headers.get('authorization') ?? '').replace(/^Bearer\s+/i, ''), keys),
  parse: (body) => parseWebhook(body),
  send: sendMessage,
  upload: async (account) => ({ ok: false, failure: ownFailure(account, 'not_offered', 'Green-API takes links') }),
  download: downloadFile,
  check: checkInstance,
  subscribe: subscribeInstance,
}
