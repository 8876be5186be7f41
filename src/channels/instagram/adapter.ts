import type { ChannelAdapter } from '../port.ts'
import { answerHandshake } from '../whatsapp-cloud/handshake.ts'
import { verifySignature } from '../whatsapp-cloud/verify.ts'
import { CAPABILITIES } from './capabilities.ts'
import { checkAccount } from './check.ts'
import { type InstagramAccount, instagramAccount } from './config.ts'
import { CONNECTION } from './connection.ts'
import { diagnoseAccount } from './diagnose.ts'
import { ownFailure } from './errors.ts'
import { downloadFile } from './media.ts'
import { parseWebhook } from './parse.ts'
import { readPost, readProfile } from './profile.ts'
import { sendMessage } from './send.ts'
import { subscribeAccount } from './subscribe.ts'
import { refreshToken } from './token.ts'

/** Direct messages of a business on Instagram, with either login (M17; reference §11). */
export const instagram: ChannelAdapter<InstagramAccount> = {
  provider: 'instagram',
  messenger: 'instagram',
  capabilities: CAPABILITIES,
  connection: CONNECTION,
  account: { keys: instagramAccount, id: 'accountId', business: null, signedWith: 'appSecret' },
  // Both are Meta's, and the same for all its products (reference §1.1, §1.2).
  handshake: (query, { verifyToken }) => answerHandshake(query, verifyToken),
  verify: ({ body, headers }, appSecrets) => verifySignature(body, headers, appSecrets),
  parse: (body) => parseWebhook(body),
  send: sendMessage,
  upload: async (account) => ({ ok: false, failure: ownFailure(account, 'bad_request', 'Instagram takes links') }),
  download: downloadFile,
  check: checkAccount,
  diagnose: diagnoseAccount,
  subscribe: (account, _webhookUrl, signal) => subscribeAccount(account, signal),
  profile: readProfile,
  post: readPost,
  refreshToken,
}
