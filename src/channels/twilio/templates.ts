import type { TemplateDefinition } from '../../domain/template/definition.ts'
import type { ApiAnswer } from '../api-call.ts'
import type { CallOutcome, ListedTemplate, TemplateCreateOutcome, TemplateListOutcome, TemplatesApi } from '../port.ts'
import { at, idAt, objectAt, objectsAt, textAt } from '../wire/fields.ts'
import { isContentSid, type TwilioAccount } from './config.ts'
import { callContents } from './content-call.ts'
import { contentOf } from './content-definition.ts'
import { readContent } from './contents.ts'
import { failureOfAnswer, ownFailure } from './errors.ts'

/** About two kilobytes each, and an answer that is read has a megabyte at most (wire/send-request.ts). */
const PAGE = 200
const MAX_PAGES = 100

/**
 * An account's contents that WhatsApp was asked to approve (Twilio's Content API). One that was approved cannot be
 * edited there. A sender has no list of its own: channels of one account share it.
 */
export const templates: TemplatesApi<TwilioAccount> = {
  list,
  create,
  edit: async (account) => ({
    ok: false,
    failure: ownFailure(account, 'not_offered', 'Twilio does not edit what it sent for approval: make another'),
  }),
  remove,
}

async function list(account: TwilioAccount, signal: AbortSignal): Promise<TemplateListOutcome> {
  const found = new Map<string, ListedTemplate>()
  let query: string | null = `?PageSize=${PAGE}`
  for (let page = 0; page < MAX_PAGES; page++) {
    const path = `/ContentAndApprovals${query}`
    const answer: ApiAnswer = await callContents(account, { method: 'GET', path }, signal)
    if (answer.kind !== 'ok') return { ok: false, failure: failureOfAnswer(account, answer) }
    if (!Array.isArray(at(answer.body, 'contents'))) return unreadable(account, 'a list of contents without contents')
    for (const item of objectsAt(answer.body, 'contents')) {
      const template = readContent(item)
      const key = template && `${template.name} ${template.language}`
      // Names are Twilio's to give twice; the one that can be sent stands.
      if (template && key && (!found.has(key) || template.status === 'approved')) found.set(key, template)
    }
    query = queryOf(textAt(objectAt(answer.body, 'meta'), 'next_page_url'))
    if (query === null) return { ok: true, templates: [...found.values()] }
  }
  return unreadable(account, `a list of contents of more than ${MAX_PAGES} pages`)
}

/** Where the next page is, without its host: the password goes to ours alone. */
const queryOf = (address: string | null): string | null =>
  address !== null && URL.canParse(address) ? new URL(address).search || null : null

/** A content, then the question to WhatsApp. A content that could not be asked about is taken back. */
async function create(
  account: TwilioAccount,
  definition: TemplateDefinition,
  signal: AbortSignal,
): Promise<TemplateCreateOutcome> {
  const content = contentOf(definition)
  if (!content.ok) return { ok: false, failure: ownFailure(account, 'not_offered', content.detail) }
  const made = await callContents(account, { method: 'POST', path: '/Content', json: content.json }, signal)
  if (made.kind !== 'ok') return { ok: false, failure: failureOfAnswer(account, made) }
  const sid = idAt(made.body, 'sid')
  if (!isContentSid(sid)) return unreadable(account, 'a new content without an id')
  const path = `/Content/${sid}/ApprovalRequests/whatsapp`
  const json = { name: definition.name, category: definition.category.toUpperCase() }
  const asked = await callContents(account, { method: 'POST', path, json }, signal)
  if (asked.kind !== 'ok') {
    if (asked.kind !== 'unclear') await callContents(account, { method: 'DELETE', path: `/Content/${sid}` }, signal)
    return { ok: false, failure: failureOfAnswer(account, asked) }
  }
  const status = textAt(asked.body, 'status')?.toLowerCase() ?? 'pending'
  return {
    ok: true,
    providerId: sid,
    status: status === 'received' ? 'pending' : status,
    category: (textAt(asked.body, 'category') ?? definition.category).toLowerCase(),
  }
}

async function remove(
  account: TwilioAccount,
  name: string,
  providerId: string | null,
  signal: AbortSignal,
): Promise<CallOutcome> {
  if (providerId !== null) return removeOne(account, providerId, signal)
  const listed = await list(account, signal)
  if (!listed.ok) return listed
  for (const template of listed.templates) {
    if (template.name !== name || template.providerId === null) continue
    const removed = await removeOne(account, template.providerId, signal)
    if (!removed.ok) return removed
  }
  return { ok: true }
}

async function removeOne(account: TwilioAccount, sid: string, signal: AbortSignal): Promise<CallOutcome> {
  if (!isContentSid(sid)) return { ok: false, failure: ownFailure(account, '132001', 'no content of Twilio') }
  // One that came from WhatsApp's own account would come back with the next exchange.
  const path = `/Content/${sid}?deleteInWaba=true`
  const answer = await callContents(account, { method: 'DELETE', path }, signal)
  const isGone =
    answer.kind === 'ok' ||
    (answer.kind === 'unclear' && answer.status === 204) ||
    (answer.kind === 'refused' && answer.status === 404)
  return isGone ? { ok: true } : { ok: false, failure: failureOfAnswer(account, answer) }
}

const unreadable = (account: TwilioAccount, detail: string) => ({
  ok: false as const,
  failure: ownFailure(account, 'unreadable_answer', detail),
})
