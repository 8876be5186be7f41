import type { ChannelAdapter } from '../port.ts'
import { CAPABILITIES } from './capabilities.ts'
import { checkAccount } from './check.ts'
import type { WhatsAppCloudConfig } from './config.ts'
import { answerHandshake } from './handshake.ts'
import { downloadMedia, uploadMedia } from './media.ts'
import { parseWebhook } from './parse.ts'
import { sendMessage } from './send.ts'
import { subscribeAccount } from './subscribe.ts'
import { templates } from './templates.ts'
import { verifySignature } from './verify.ts'

/** WhatsApp over Meta's Cloud API (M2, M3, M4). */
export const whatsAppCloud: ChannelAdapter<WhatsAppCloudConfig> = {
  provider: 'whatsapp-cloud',
  capabilities: CAPABILITIES,
  handshake: answerHandshake,
  verify: verifySignature,
  parse: parseWebhook,
  send: sendMessage,
  upload: uploadMedia,
  download: downloadMedia,
  check: checkAccount,
  subscribe: subscribeAccount,
  templates,
}
