import { createHmac } from 'node:crypto'
import { deliverBySteps } from '../delivery-steps.ts'
import type { TwilioMessage, TwilioStatus } from './state.ts'
import type { Twilio, TwilioSender } from './twilio.ts'

const API_VERSION = '2010-04-01'

/** `X-Twilio-Signature` (reference §12): over the address and all parameters by name. */
export function signForm(authToken: string, url: string, form: Record<string, string>): string {
  const parameters = Object.keys(form)
    .sort()
    .map((name) => `${name}${form[name]}`)
    .join('')
  return createHmac('sha1', authToken).update(`${url}${parameters}`).digest('base64')
}

/** Posts a signed form to where the sender's channel listens, in the client's turn; never rejects. */
export function postForm(
  { turns }: Twilio,
  sender: TwilioSender,
  client: string,
  form: Record<string, string>,
  to = sender.publicUrl,
): Promise<void> {
  const headers = {
    'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
    'x-twilio-signature': signForm(sender.authToken, to, form),
  }
  // The public address may be none that this machine can reach.
  const url = to === sender.publicUrl ? sender.webhookUrl : to
  const body = new Uint8Array(Buffer.from(new URLSearchParams(form).toString()))
  return turns.send(`${sender.phone} ${client}`, { url, headers, body })
}

/** What every form says. */
export const commonFields = ({ accountSid, sid }: Pick<TwilioMessage, 'accountSid' | 'sid'>) => ({
  AccountSid: accountSid,
  ApiVersion: API_VERSION,
  MessageSid: sid,
  SmsSid: sid,
})

/** Writes down how far a message has come, and tells it where the sender asked for it. */
export async function report(
  twilio: Twilio,
  sid: string,
  status: TwilioStatus,
  errorCode: number | null = null,
): Promise<void> {
  const message = twilio.state.messages.get(sid)
  if (!message) return
  twilio.state.record({ t: 'message', message: { ...message, status, errorCode } })
  if (message.statusCallback === null) return
  const sender = (await twilio.senders()).find(({ phone }) => phone === message.sender)
  if (!sender) return
  const form = {
    ...commonFields(message),
    MessageStatus: status,
    SmsStatus: status,
    From: `whatsapp:${message.sender}`,
    To: `whatsapp:${message.client}`,
    ChannelPrefix: 'whatsapp',
    ...(status === 'read' ? { EventType: 'READ' } : {}),
    ...(errorCode === null ? {} : { ErrorCode: String(errorCode) }),
  }
  await postForm(twilio, sender, message.client, form, message.statusCallback)
}

/** A message that was taken becomes sent and delivered, or neither. @param errorCode null: it arrives */
export const deliver = (twilio: Twilio, sid: string, errorCode: number | null): Promise<void> =>
  deliverBySteps(twilio.closing, {
    isSent: () => twilio.state.messages.get(sid)?.status === 'sent',
    report: (status) => report(twilio, sid, status),
    fail: errorCode === null ? null : () => report(twilio, sid, 'undelivered', errorCode),
  })

/** What a kill of the process cut off. */
export function resumeDeliveries(twilio: Twilio): void {
  for (const { sid, status } of twilio.state.messages.values()) {
    if (status === 'queued' || status === 'sent') void deliver(twilio, sid, null)
  }
}
