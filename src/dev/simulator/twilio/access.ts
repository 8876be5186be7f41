import type { Context } from 'hono'
import { TwilioRefusal } from './refusal.ts'
import type { Twilio } from './twilio.ts'

/**
 * The account that a call is for, by name and password. One that no channel has yet is let in with any password: a
 * channel is checked before it is made.
 * @throws TwilioRefusal 401
 */
export async function accountOf({ senders }: Twilio, c: Context): Promise<string> {
  const [, encoded = ''] = /^Basic (.+)$/.exec(c.req.header('authorization') ?? '') ?? []
  const [, accountSid = '', authToken = ''] = /^([^:]*):(.*)$/.exec(Buffer.from(encoded, 'base64').toString()) ?? []
  const own = (await senders()).filter((sender) => sender.accountSid === accountSid)
  const isRight = own.length === 0 ? authToken !== '' : own.some((sender) => sender.authToken === authToken)
  const named = c.req.param('account')
  if (!/^AC[0-9a-fA-F]{32}$/.test(accountSid) || !isRight || (named !== undefined && named !== accountSid)) {
    throw new TwilioRefusal(401, 20003, 'Authenticate')
  }
  return accountSid
}
