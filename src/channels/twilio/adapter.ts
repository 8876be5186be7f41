import type { ChannelAdapter } from '../port.ts'
import { CAPABILITIES } from './capabilities.ts'
import { checkAccount } from './check.ts'
import { type TwilioAccount, twilioAccount } from './config.ts'
import { CONNECTION } from './connection.ts'
import { ownFailure } from './errors.ts'
import { downloadFile } from './media.ts'
import { parseWebhook } from './parse.ts'
import { sendMessage } from './send.ts'
import { templates } from './templates.ts'
import { verifySignature } from './verify.ts'

/** WhatsApp through Twilio (reference §12). */
export const twilio: ChannelAdapter<TwilioAccount> = {
  provider: 'twilio',
  messenger: 'whatsapp',
  capabilities: CAPABILITIES,
  connection: CONNECTION,
  account: { keys: twilioAccount, id: 'phone', business: 'accountSid', signedWith: 'authToken' },
  handshake: () => null,
  verify: verifySignature,
  parse: (body, contentType) => parseWebhook(body, contentType, new Date()),
  // TwiML that says nothing: any other words would be sent to the client.
  acknowledgement: { contentType: 'text/xml', body: '<Response/>' },
  send: sendMessage,
  upload: async (account) => ({ ok: false, failure: ownFailure(account, 'not_offered', 'Twilio takes links') }),
  download: downloadFile,
  check: checkAccount,
  // A person sets the address of the sender in Twilio's console; that of statuses goes along with every message.
  subscribe: async () => ({ ok: true }),
  templates,
}
