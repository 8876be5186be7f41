import { createHash } from 'node:crypto'
import type { InteractiveMessage } from '../../domain/interactive-message.ts'
import type { ProviderFailure } from '../port.ts'
import { idAt, objectsAt, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { isContentSid, type TwilioAccount } from './config.ts'
import { callContents } from './content-call.ts'
import { failureOfAnswer, ownFailure } from './errors.ts'

export type InteractiveContent = { ok: true; sid: string } | { ok: false; failure: ProviderFailure }

/**
 * Contents by what they say, in this process's memory; another process finds them at Twilio by their name. Which is
 * which never changes, so that forgetting one costs a call and nothing else.
 */
const KNOWN = new Map<string, string>()
const MOST_KNOWN = 2000

/**
 * The content that a message with buttons, a list or a link is sent by: Twilio takes such a message in no other form.
 * Within the reply window it needs no approval. The client sees nothing of these calls, so that they may be repeated.
 */
export async function interactiveContent(
  account: TwilioAccount,
  message: InteractiveMessage,
  signal: AbortSignal,
): Promise<InteractiveContent> {
  const types = typesOf(message)
  const text = JSON.stringify(types)
  if (text.includes('{{')) {
    return refused(account, 'bad_request', 'Twilio would take what stands between double braces for a variable')
  }
  const name = `parley_${createHash('sha256').update(text).digest('hex').slice(0, 40)}`
  const key = keyOf(account, name)
  const known = KNOWN.get(key) ?? (await sidByName(account, name, signal))
  if (known !== null) return remembered(key, known)
  const json = { friendly_name: name, language: 'en', types }
  const answer = await callContents(account, { method: 'POST', path: '/Content', json }, signal)
  if (answer.kind !== 'ok') return { ok: false, failure: failureOfAnswer(account, answer) }
  const sid = idAt(answer.body, 'sid')
  return isContentSid(sid)
    ? remembered(key, sid)
    : refused(account, 'unreadable_answer', 'a new content of Twilio without an id')
}

/** It is not there any more: the next message makes another. */
export function forgetContent(account: TwilioAccount, sid: string): void {
  for (const [key, known] of KNOWN) {
    if (known === sid && key.startsWith(keyOf(account, ''))) KNOWN.delete(key)
  }
}

const keyOf = ({ apiUrl, accountSid }: TwilioAccount, name: string): string => `${apiUrl} ${accountSid} ${name}`

function remembered(key: string, sid: string): InteractiveContent {
  KNOWN.delete(key)
  KNOWN.set(key, sid)
  const [oldest] = KNOWN.keys()
  if (KNOWN.size > MOST_KNOWN && oldest !== undefined) KNOWN.delete(oldest)
  return { ok: true, sid }
}

/** Asked for lest every start leaves another copy; whatever the answer is, one can be made. */
async function sidByName(account: TwilioAccount, name: string, signal: AbortSignal): Promise<string | null> {
  const path = `/Content?ContentName=${name}&PageSize=50`
  const answer = await callContents(account, { method: 'GET', path, version: 'v2' }, signal)
  if (answer.kind !== 'ok') return null
  const found = objectsAt(answer.body, 'contents').find((one) => textAt(one, 'friendly_name') === name)
  const sid = idAt(found, 'sid')
  return isContentSid(sid) ? sid : null
}

function typesOf({ text: body, choice }: InteractiveMessage): JsonObject {
  switch (choice.kind) {
    case 'buttons':
      return {
        'twilio/quick-reply': {
          body,
          actions: choice.buttons.map(({ id, title }) => ({ type: 'QUICK_REPLY', title, id })),
        },
      }
    case 'list': {
      const items = choice.sections
        .flatMap(({ rows }) => rows)
        .map(({ id, title, description }) => ({ id, item: title, ...(description === null ? {} : { description }) }))
      return { 'twilio/list-picker': { body, button: choice.button, items } }
    }
    case 'link':
      return { 'twilio/call-to-action': { body, actions: [{ type: 'URL', title: choice.title, url: choice.url }] } }
  }
}

const refused = (account: TwilioAccount, code: string, detail: string): InteractiveContent => ({
  ok: false,
  failure: ownFailure(account, code, detail),
})
