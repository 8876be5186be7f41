import { downloadLink } from '../linked-file.ts'
import type { ChannelAdapter } from '../port.ts'
import { isKnownKey } from '../shared-key.ts'
import { checkLine, subscribeLine } from './account.ts'
import { ownFailure } from './call.ts'
import { CAPABILITIES } from './capabilities.ts'
import { type ChatAppAccount, chatAppAccount, secretsOf } from './config.ts'
import { CONNECTION } from './connection.ts'
import { parseWebhook } from './parse.ts'
import { sendMessage } from './send.ts'
import { templates } from './templates.ts'

/**
 * WhatsApp through ChatApp (M2; reference §12). Its paper was not at hand: names of calls and the form of bodies are
 * from its help pages and from programs that call it; docs/channels/third-party.md says what is least certain.
 */
export const chatApp: ChannelAdapter<ChatAppAccount> = {
  provider: 'chatapp',
  messenger: 'whatsapp',
  capabilities: CAPABILITIES,
  connection: CONNECTION,
  account: { keys: chatAppAccount, id: 'line', business: null, signedWith: 'webhookKey' },
  handshake: () => null,
  verify: ({ url }, keys) => isKnownKey(url.searchParams.get('key'), keys),
  addressKey: ({ webhookKey }) => `key=${encodeURIComponent(webhookKey)}`,
  parse: (body) => parseWebhook(body),
  send: sendMessage,
  upload: async (account) => ({ ok: false, failure: ownFailure(account, 'not_offered', 'ChatApp takes links') }),
  // Whoever has the address may read the file.
  download: (account, address, signal) =>
    downloadLink(address, { origin: new URL(account.apiUrl).origin, secrets: secretsOf(account) }, signal),
  check: checkLine,
  subscribe: subscribeLine,
  templates,
}
