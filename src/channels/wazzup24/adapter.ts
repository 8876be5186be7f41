import { downloadLink } from '../linked-file.ts'
import type { ChannelAdapter } from '../port.ts'
import { isKnownKey } from '../shared-key.ts'
import { checkChannel, subscribeAccount } from './account.ts'
import { ownFailure } from './call.ts'
import { CAPABILITIES } from './capabilities.ts'
import { secretsOf, type WazzupAccount, wazzupAccount } from './config.ts'
import { CONNECTION } from './connection.ts'
import { parseWebhook } from './parse.ts'
import { sendMessage } from './send.ts'

/** WhatsApp through Wazzup (M2; reference §12). */
export const wazzup24: ChannelAdapter<WazzupAccount> = {
  provider: 'wazzup24',
  messenger: 'whatsapp',
  capabilities: CAPABILITIES,
  connection: CONNECTION,
  account: { keys: wazzupAccount, id: 'channelId', business: null, signedWith: 'webhookKey' },
  handshake: () => null,
  // The address is kept with its query; a `crmKey`, where Wazzup was given one, comes as a bearer.
  verify: ({ url, headers }, keys) =>
    isKnownKey(url.searchParams.get('key'), keys) ||
    isKnownKey((headers.get('authorization') ?? '').replace(/^Bearer\s+/i, ''), keys),
  addressKey: ({ webhookKey }) => `key=${encodeURIComponent(webhookKey)}`,
  parse: (body) => parseWebhook(body),
  send: sendMessage,
  upload: async (account) => ({ ok: false, failure: ownFailure(account, 'not_offered', 'Wazzup takes links') }),
  // Whoever has the address may read the file.
  download: (account, address, signal) =>
    downloadLink(address, { origin: new URL(account.apiUrl).origin, secrets: secretsOf(account) }, signal),
  check: checkChannel,
  subscribe: subscribeAccount,
}
