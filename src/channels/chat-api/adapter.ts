import { apiFailure } from '../api-failure.ts'
import { downloadLink } from '../linked-file.ts'
import type { ChannelAdapter } from '../port.ts'
import { CAPABILITIES } from './capabilities.ts'
import { checkBridge } from './check.ts'
import { bridgeOrigin, type ChatApiAccount, chatApiAccount } from './config.ts'
import { CONNECTION } from './connection.ts'
import { FILE_ID } from './contents.ts'
import { hasToken } from './flat.ts'
import { parseWebhook } from './parse.ts'
import { sendMessage } from './send.ts'
import { isBearer, isSigned } from './signature.ts'

/** Any other service, over a bridge that its owner writes (docs/channels/chat-api.md; M2). */
export const chatApi: ChannelAdapter<ChatApiAccount> = {
  provider: 'chat-api',
  messenger: 'other',
  capabilities: CAPABILITIES,
  connection: CONNECTION,
  account: { keys: chatApiAccount, id: 'service', business: null, signedWith: 'secret' },
  handshake: () => null,
  verify: ({ body, headers }, secrets) =>
    isSigned(secrets, headers, body, Date.now()) ||
    isBearer(secrets, headers) ||
    hasToken(secrets, body, headers.get('content-type')),
  parse: parseWebhook,
  send: sendMessage,
  upload: async ({ secret }) => ({ ok: false, failure: apiFailure('not_offered', 'bridges take links', [secret]) }),
  download: (account, mediaId, signal) => {
    const { secret, sendUrl } = account
    const rules = { origin: bridgeOrigin(account), secrets: [secret] }
    if (!mediaId.startsWith(FILE_ID)) return downloadLink(mediaId, rules, signal)
    const url = new URL(sendUrl)
    url.searchParams.set('file', mediaId.slice(FILE_ID.length))
    return downloadLink(url.href, { ...rules, headers: { authorization: `Bearer ${secret}` } }, signal)
  },
  check: checkBridge,
  // The bridge is told the address by the person who set it up.
  subscribe: async () => ({ ok: true }),
}
