import type { ChannelAdapter } from '../port.ts'
import { isKnownKey } from '../shared-key.ts'
import { CAPABILITIES } from '../whatsapp-cloud/capabilities.ts'
import { parseWebhook } from '../whatsapp-cloud/parse.ts'
import { checkAccount } from './check.ts'
import { type Dialog360Account, dialog360Account } from './config.ts'
import { CONNECTION } from './connection.ts'
import { downloadMedia, uploadMedia } from './media.ts'
import { sendMessage } from './send.ts'
import { KEY_HEADER, subscribeAccount } from './subscribe.ts'
import { templates } from './templates.ts'

/** WhatsApp through 360dialog: Meta's bodies and events, another door (reference §12). */
export const dialog360: ChannelAdapter<Dialog360Account> = {
  provider: 'dialog360',
  messenger: 'whatsapp',
  capabilities: CAPABILITIES,
  connection: CONNECTION,
  account: { keys: dialog360Account, id: 'phoneNumberId', business: 'wabaId', signedWith: 'webhookKey' },
  handshake: () => null,
  // Meta's signature does not come through: who calls shows the key that we gave, in a header or in the address.
  verify: ({ url, headers }, keys) =>
    isKnownKey(headers.get(KEY_HEADER), keys) || isKnownKey(url.searchParams.get('key'), keys),
  parse: (body) => parseWebhook(body),
  addressKey: ({ webhookKey }) => `key=${encodeURIComponent(webhookKey)}`,
  send: sendMessage,
  upload: uploadMedia,
  download: downloadMedia,
  check: checkAccount,
  subscribe: subscribeAccount,
  templates,
}
