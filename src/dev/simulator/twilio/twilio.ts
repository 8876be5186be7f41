import { z } from 'zod'
import { type SendFaults, sendFault } from '../send-faults.ts'
import type { OneByOne } from '../webhooks/one-by-one.ts'
import { newSid, type TwilioContent, type TwilioMessage, type TwilioState } from './state.ts'

/** A sender whose channel points here. */
export interface TwilioSender {
  accountSid: string
  authToken: string
  /** E.164 */
  phone: string
  /** where its events are posted to, on this machine */
  webhookUrl: string
  /** the same as the world knows it, as it would stand in Twilio's console: events are signed for it */
  publicUrl: string
}

/** What may go wrong with a send; codes are Twilio's. */
export const twilioFault = sendFault(z.number().int())

/** What the routes of the simulated Twilio share. */
export interface Twilio {
  state: TwilioState
  turns: OneByOne
  faults: SendFaults<z.output<typeof twilioFault>>
  senders(): Promise<TwilioSender[]>
  now: () => number
  /** Calls that were to send a message, newest last. */
  calls: { at: number; form: Record<string, string>; status: number }[]
  closing: AbortSignal
}

const DAY = 24 * 3_600_000

/** May the business write freely? WhatsApp's window stands open for a day after the client's last message. */
export function isWindowOpen({ state, now }: Twilio, { sender, client }: Pick<TwilioMessage, 'sender' | 'client'>) {
  let last = Number.NEGATIVE_INFINITY
  for (const message of state.messages.values()) {
    if (message.direction !== 'from_client' || message.sender !== sender || message.client !== client) continue
    last = Math.max(last, message.at)
  }
  return now() - last < DAY
}

/** WhatsApp's answer comes so long after the question. */
const REVIEW_MS = 2_000

/** As Twilio tells it (Content API, approval status). A name with `reject` in it is rejected, as by Meta's stand-in. */
export function approvalOf({ now }: Twilio, { approval, types }: TwilioContent): Record<string, unknown> {
  if (approval === null) return { status: 'unsubmitted', name: '', category: '', rejection_reason: '' }
  const { name, category, askedAt } = approval
  const isRejected = name.includes('reject')
  const status = now() - askedAt < REVIEW_MS ? 'pending' : isRejected ? 'rejected' : 'approved'
  return {
    name,
    category,
    content_type: Object.keys(types)[0] ?? '',
    status,
    rejection_reason: status === 'rejected' ? 'The name asks for it.' : '',
    allow_category_change: true,
  }
}

/** Two that are there already, so that there is something to send. */
export function seedContents(twilio: Twilio, accountSid: string): void {
  const { state, now } = twilio
  if ([...state.contents.values()].some((content) => content.accountSid === accountSid)) return
  const seed = (name: string, category: string, variables: Record<string, string>, types: TwilioContent['types']) => {
    state.record({
      t: 'content',
      content: {
        sid: newSid('HX'),
        accountSid,
        friendlyName: name,
        language: 'en',
        variables,
        types,
        approval: { name, category, askedAt: now() - REVIEW_MS },
        at: now(),
        deleted: false,
      },
    })
  }
  seed(
    'order_update',
    'UTILITY',
    { 1: 'Ada', 2: '1042' },
    { 'twilio/text': { body: 'Hello {{1}}, your order {{2}} is on its way.' } },
  )
  seed(
    'visit_reminder',
    'MARKETING',
    { 1: 'Ada' },
    {
      'twilio/quick-reply': {
        body: 'Hello {{1}}, we would like to see you again. Shall we find a time?',
        actions: [
          { type: 'QUICK_REPLY', title: 'Yes, please', id: 'yes' },
          { type: 'QUICK_REPLY', title: 'Not now', id: 'no' },
        ],
      },
    },
  )
}
