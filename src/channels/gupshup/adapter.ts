import type { ChannelAdapter } from '../port.ts'
import { isKnownKey } from '../shared-key.ts'
import { CAPABILITIES } from './capabilities.ts'
import { checkAccount } from './check.ts'
import { type GupshupAccount, gupshupAccount } from './config.ts'
import { CONNECTION } from './connection.ts'
import { ownFailure } from './errors.ts'
import { downloadFile } from './media.ts'
import { parseWebhook } from './parse.ts'
import { sendMessage } from './send.ts'
import { templates } from './templates.ts'

/** WhatsApp through Gupshup, in the second form of its events (reference §12). */
export const gupshup: ChannelAdapter<GupshupAccount> = {
  provider: 'gupshup',
  messenger: 'whatsapp',
  capabilities: CAPABILITIES,
  connection: CONNECTION,
  account: { keys: gupshupAccount, id: 'appName', business: null, signedWith: 'webhookKey' },
  handshake: () => null,
  // Gupshup signs nothing: it knows the address, and the key in it.
  verify: ({ url }, keys) => isKnownKey(url.searchParams.get('key'), keys),
  parse: (body) => parseWebhook(body),
  addressKey: ({ webhookKey }) => `key=${encodeURIComponent(webhookKey)}`,
  send: sendMessage,
  upload: async (account) => ({ ok: false, failure: ownFailure(account, 'not_offered', 'Gupshup takes links') }),
  download: downloadFile,
  check: checkAccount,
  // A person sets the address in the settings of the app.
  subscribe: async () => ({ ok: true }),
  templates,
}
