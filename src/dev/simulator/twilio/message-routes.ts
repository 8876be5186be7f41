import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { areFilesThere } from '../delivery-steps.ts'
import { accountOf } from './access.ts'
import { deliver } from './post.ts'
import { errorBody, TwilioRefusal } from './refusal.ts'
import { shownContent } from './shown-content.ts'
import { newSid, type TwilioMessage } from './state.ts'
import { approvalOf, isWindowOpen, type Twilio } from './twilio.ts'

const MAX_TEXT = 1600
const OUTSIDE_WINDOW = 63016
const FILE_LOST = 63019

/** The part of Twilio's API that is about the account, messages and clients' files (reference §12). */
export function twilioMessageRoutes(twilio: Twilio): Hono {
  const app = new Hono()
  app.get('/2010-04-01/Accounts/:file', async (c) => {
    const accountSid = await accountOf(twilio, c)
    if (c.req.param('file') !== `${accountSid}.json`) throw new TwilioRefusal(401, 20003, 'Authenticate')
    return c.json({ sid: accountSid, friendly_name: 'Simulated Twilio', status: 'active', type: 'Full' })
  })
  app.post('/2010-04-01/Accounts/:account/Messages.json', async (c) => {
    const accountSid = await accountOf(twilio, c)
    const form = Object.fromEntries(new URLSearchParams(await c.req.text()))
    const answer = await answered(c, () => send(twilio, accountSid, form, c))
    twilio.calls.push({ at: twilio.now(), form, status: answer.status })
    return answer
  })
  app.get('/2010-04-01/Accounts/:account/Messages/:message/Media/:media', async (c) => {
    await accountOf(twilio, c)
    const file = twilio.state.files.get(c.req.param('media'))
    if (!file) throw new TwilioRefusal(404, 20404, `The requested resource ${c.req.path} was not found`)
    return c.body(new Uint8Array(Buffer.from(file.dataBase64, 'base64')), 200, { 'content-type': file.mime })
  })
  return app
}

/** What stands in the record of calls has its status, also where it was refused. */
async function answered(c: Context, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work()
  } catch (refusal) {
    if (!(refusal instanceof TwilioRefusal)) throw refusal
    return c.json(errorBody(refusal.status, refusal.code, refusal.message), refusal.status)
  }
}

async function send(twilio: Twilio, accountSid: string, form: Record<string, string>, c: Context): Promise<Response> {
  const fault = twilio.faults.take()
  if (fault?.kind === 'error') {
    return c.json(errorBody(fault.status, fault.code, fault.message), fault.status as 400)
  }
  if (fault?.kind === 'html') {
    return c.html('<!DOCTYPE html><title>Sorry, something went wrong.</title>', fault.status as 502)
  }
  const message = await accepted(twilio, accountSid, form)
  twilio.state.record({ t: 'message', message })
  const isLate = !message.template && !isWindowOpen(twilio, message)
  const known = fault?.kind === 'undelivered' ? fault.code : isLate ? OUTSIDE_WINDOW : null
  void (async () => deliver(twilio, message.sid, known ?? ((await areFilesThere(message.media)) ? null : FILE_LOST)))()
  if (fault?.kind === 'no_answer') {
    const bindings = c.env as Partial<HttpBindings> | undefined
    bindings?.incoming?.socket.destroy()
  }
  const { sid, status, text } = message
  const at = new Date(message.at).toUTCString()
  return c.json(
    {
      sid,
      account_sid: accountSid,
      status,
      body: text,
      from: form.From,
      to: form.To,
      date_created: at,
      error_code: null,
    },
    201,
  )
}

/** Checks what Twilio checks before it takes a message. @throws TwilioRefusal */
async function accepted(twilio: Twilio, accountSid: string, form: Record<string, string>): Promise<TwilioMessage> {
  const [, sender] = /^whatsapp:(\+\d{7,15})$/.exec(form.From ?? '') ?? []
  const isSender = (await twilio.senders()).some((one) => one.phone === sender && one.accountSid === accountSid)
  if (sender === undefined || !isSender) {
    throw new TwilioRefusal(400, 63007, 'Twilio could not find a Channel with the specified From address')
  }
  const [, client] = /^whatsapp:(\+\d{7,15})$/.exec(form.To ?? '') ?? []
  if (client === undefined) throw new TwilioRefusal(400, 21211, `Invalid 'To' Phone Number: ${form.To}`)
  return {
    sid: newSid('SM'),
    accountSid,
    sender,
    client,
    direction: 'to_client',
    ...contentIn(twilio, accountSid, form),
    status: 'queued',
    errorCode: null,
    statusCallback: form.StatusCallback ?? null,
    at: twilio.now(),
  }
}

type Content = Pick<TwilioMessage, 'text' | 'media' | 'choices' | 'template'>

function contentIn(twilio: Twilio, accountSid: string, form: Record<string, string>): Content {
  if (form.ContentSid !== undefined) {
    const content = twilio.state.contents.get(form.ContentSid)
    if (!content || content.deleted || content.accountSid !== accountSid) {
      throw new TwilioRefusal(400, 21655, `The ContentSid is Invalid. The ContentSid ${form.ContentSid} is not found`)
    }
    const shown = shownContent(content, variablesIn(form.ContentVariables))
    return { ...shown, template: approvalOf(twilio, content).status === 'approved' }
  }
  const text = form.Body || null
  if (text === null && !form.MediaUrl) throw new TwilioRefusal(400, 21619, 'A text message body or media is required')
  if ((text ?? '').length > MAX_TEXT) {
    throw new TwilioRefusal(400, 21617, `The concatenated message body exceeds the ${MAX_TEXT} character limit`)
  }
  return { text, choices: [], template: false, media: form.MediaUrl ? [{ url: form.MediaUrl, mime: null }] : [] }
}

function variablesIn(text: string | undefined): Record<string, string> {
  let value: unknown
  try {
    value = JSON.parse(text ?? '{}')
  } catch {
    value = null
  }
  const isRight =
    typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string' && one)
  if (!isRight) throw new TwilioRefusal(400, 21656, 'The ContentVariables Parameter is Invalid')
  return value as Record<string, string>
}
