import type { ChannelAdapter } from '../port.ts'
import { askPhoneApp } from './app-sync.ts'
import { CAPABILITIES } from './capabilities.ts'
import { checkAccount } from './check.ts'
import { type WhatsAppCloudAccount, whatsAppCloudAccount } from './config.ts'
import { CONNECTION } from './connection.ts'
import { diagnoseAccount } from './diagnose.ts'
import { disconnectAccount, registerNumber } from './disconnect.ts'
import { answerHandshake } from './handshake.ts'
import { downloadMedia, uploadMedia } from './media.ts'
import { parseWebhook } from './parse.ts'
import { sendMessage } from './send.ts'
import { subscribeAccount } from './subscribe.ts'
import { templates } from './templates.ts'
import { verifySignature } from './verify.ts'

/** WhatsApp over Meta's Cloud API (M2, M3, M4). */
export const whatsAppCloud: ChannelAdapter<WhatsAppCloudAccount> = {
  provider: 'whatsapp-cloud',
  messenger: 'whatsapp',
  capabilities: CAPABILITIES,
  connection: CONNECTION,
  account: { keys: whatsAppCloudAccount, id: 'phoneNumberId', business: 'wabaId', signedWith: 'appSecret' },
  handshake: (query, { verifyToken }) => answerHandshake(query, verifyToken),
  verify: ({ body, headers }, appSecrets) => verifySignature(body, headers, appSecrets),
  parse: (body) => parseWebhook(body),
  send: sendMessage,
  upload: uploadMedia,
  download: downloadMedia,
  check: checkAccount,
  diagnose: diagnoseAccount,
  subscribe: (config, webhookUrl, signal) => subscribeAccount(config, webhookUrl, config.verifyToken, signal),
  disconnect: disconnectAccount,
  register: registerNumber,
  askPhoneApp,
  templates,
}
