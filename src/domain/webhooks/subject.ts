import { canonicalJson } from '../scenario/document/canonical.ts'
import type { WebhookSubject } from '../scenario/document/triggers.ts'
import { createScope, type Json, type Scope } from '../scenario/expressions/scope.ts'
import { compileText, renderText } from '../scenario/expressions/text.ts'
import type { NowhereCode } from './outcome.ts'

/** An `about` as it is written, as one text: the same `about`, the same text. */
export const subjectKey = (about: WebhookSubject): string => canonicalJson(about)

/** Whom a webhook concerns, before anybody has looked whether they are there. */
export type Subject = { phone: string; channel: string } | { taskNumber: number } | { conversationId: string }

export type ReadSubject = { ok: true; subject: Subject } | { ok: false; code: NowhereCode; message: string }

/** `event.*` of an `about`: no conversation is known yet, so there is nothing else. */
export function subjectScope(webhook: string, body: Json): Scope | null {
  const made = createScope({ event: { webhook, body, name: 'webhook.received' } })
  return made.ok ? made.scope : null
}

/**
 * Fills in an `about` from what the webhook says.
 * @param region time zone, language and moment, for dates in its texts
 */
export function readSubject(
  about: WebhookSubject,
  scope: Scope,
  region: { timeZone: string; locale: string; now: string },
): ReadSubject {
  const refuse = (code: NowhereCode, message: string): ReadSubject => ({ ok: false, code, message })
  const [source = ''] = Object.entries(about).flatMap(([key, text]) => (key === 'channel' ? [] : [text]))
  const compiled = compileText(source)
  if (!compiled.ok) return refuse('text_failed', compiled.message)
  const rendered = renderText(compiled.template, scope, region)
  if (!rendered.ok) return refuse('text_failed', rendered.error.message)
  const text = rendered.text.trim()
  if ('phone' in about) return { ok: true, subject: { phone: text, channel: about.channel } }
  if ('taskNumber' in about) {
    if (!/^#?\d{1,15}$/.test(text)) return refuse('invalid_task_number', 'This is no number of a task')
    return { ok: true, subject: { taskNumber: Number(text.replace('#', '')) } }
  }
  if (!UUID.test(text)) return refuse('invalid_conversation_id', 'This is no id of a conversation')
  return { ok: true, subject: { conversationId: text.toLowerCase() } }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
