import type { Selectable } from 'kysely'
import { type ComposedDelivery, composeDeliveries, type FreeBody } from '../../domain/compose-deliveries.ts'
import type { AttachmentId, ProviderMessageId } from '../../domain/ids.ts'
import {
  type InteractiveMessage,
  interactiveData,
  interactiveProblem,
  interactiveText,
} from '../../domain/interactive-message.ts'
import type { MessageKind } from '../../domain/message.ts'
import type { PersonsReply } from '../../domain/persons-reply.ts'
import type { FilledTemplate, RenderedTemplate, TemplateChoice } from '../../domain/template/template.ts'
import type { Actor } from '../actor.ts'
import type { Tx } from '../database.ts'
import { checkGate, type Exception, type SendRules, type SendRulesOf } from '../deliveries/gate.ts'
import { done, type Refusable, refuse } from '../refusal.ts'
import type { ConversationsTable } from '../schema.ts'
import { chooseTemplate } from '../templates/choose-template.ts'
import { sendableFiles, type TakenFile, takeFiles } from './files.ts'

/** What somebody wants to say to the client: free words and files, a text with something to tap, or a template. */
export interface MessageDraft {
  text: string | null
  attachmentIds: AttachmentId[]
  template: TemplateChoice | null
  /** instead of a text and files */
  interactive?: InteractiveMessage | null
}

/** A message that may leave, not yet stored. */
export interface ComposedMessage {
  kind: MessageKind
  /** as the client sees it */
  text: string | null
  data: Record<string, unknown>
  files: TakenFile[]
  deliveries: ComposedDelivery[]
  /** why its deliveries wait though nothing is wrong with them */
  parked: string | null
  template: { name: string; language: string } | null
}

/** A text that stays in the house: nothing of it is for the client (P6). */
export const noteOf = (text: string | null): ComposedMessage => ({
  kind: 'text',
  text,
  data: {},
  files: [],
  deliveries: [],
  parked: null,
  template: null,
})

/**
 * The gate and the composition of every message to a client (design.md, Sends): what cannot leave is refused here, with
 * what would work instead. The caller holds the conversation's lock.
 * @param typed an employee wrote it in a task: some messengers allow that for longer than anything else
 */
export async function composeMessage(
  tx: Tx,
  actor: Actor,
  conversation: Pick<Selectable<ConversationsTable>, 'id' | 'channel_id' | 'contact_id' | 'last_in_at'>,
  draft: MessageDraft,
  quoted: ProviderMessageId | null,
  rulesOf: SendRulesOf,
  typed: PersonsReply | null = null,
): Promise<Refusable<ComposedMessage>> {
  const text = draft.text?.trim() ? draft.text : null
  if (draft.template && (text !== null || draft.attachmentIds.length > 0)) {
    return refuse('invalid', 'template_alone', 'A template is sent as it is: without a text or files beside it')
  }
  if (draft.interactive) return composeInteractive(tx, conversation, draft.interactive, rulesOf)
  if (!draft.template && text === null && draft.attachmentIds.length === 0) {
    return refuse('invalid', 'empty_message', 'A message needs a text, a file or a template')
  }
  if (draft.template) return composeTemplate(tx, actor, conversation, draft.template, rulesOf)

  const gate = await checkGate(tx, conversation, rulesOf, { kind: 'free', typed, answers: quoted })
  if (gate.refused) return gate
  const { rules, parked, exception } = gate.value
  const files = await takeFiles(tx, actor, draft.attachmentIds)
  if (files.refused) return files
  if (text !== null && text.length > rules.maxTextLength) {
    return refuse('invalid', 'text_too_long', `The text may have ${rules.maxTextLength} characters at most`, {
      limit: rules.maxTextLength,
      length: text.length,
    })
  }
  const sendable = sendableFiles(files.value, rules)
  if (sendable.refused) return sendable
  const composed = composeDeliveries({ text, attachments: sendable.value, quoted: quotedBy(rules, quoted) }, rules)
  const deliveries = byException(composed, exception)
  if (deliveries === null) return onlyOneText(rules)
  return done({
    kind: sendable.value[0]?.media ?? 'text',
    text,
    data: {},
    files: files.value,
    deliveries,
    parked,
    template: null,
  })
}

/** What leaves after the window says why it may. @returns null where a private answer would be more than one text */
function byException(composed: ComposedDelivery<FreeBody>[], exception: Exception): ComposedDelivery[] | null {
  if (exception === null) return composed
  if (exception.by === 'person') {
    return composed.map(({ body, quoted }) => ({ body: { ...body, personsReply: exception.reply }, quoted }))
  }
  const [only, ...others] = composed
  if (only?.body.kind !== 'text' || others.length > 0) return null
  return [{ body: { ...only.body, privateReply: exception.reply }, quoted: null }]
}

const onlyOneText = ({ maxTextBytes }: SendRules) =>
  refuse(
    'invalid',
    'private_reply_is_one_text',
    `A comment gets one private answer: a text of at most ${maxTextBytes ?? 1000} bytes, without files. More can be sent once the client has answered it`,
    { maxBytes: maxTextBytes ?? null },
  )

async function composeInteractive(
  tx: Tx,
  conversation: Pick<Selectable<ConversationsTable>, 'id' | 'channel_id' | 'contact_id' | 'last_in_at'>,
  message: InteractiveMessage,
  rulesOf: SendRulesOf,
): Promise<Refusable<ComposedMessage>> {
  const gate = await checkGate(tx, conversation, rulesOf, { kind: 'free', typed: null, answers: null })
  if (gate.refused) return gate
  const { rules, parked, exception } = gate.value
  if (exception) return onlyOneText(rules)
  if (!rules.interactive) {
    return refuse('conflict', 'interactive_not_supported', 'This channel knows no buttons, lists and links')
  }
  const problem = interactiveProblem(message, rules.interactive)
  if (problem) return refuse('invalid', 'interactive_invalid', problem.en)
  return done({
    kind: 'interactive',
    text: interactiveText(message),
    data: interactiveData(message),
    files: [],
    deliveries: [{ body: { kind: 'interactive', message }, quoted: null }],
    parked,
    template: null,
  })
}

async function composeTemplate(
  tx: Tx,
  actor: Actor,
  conversation: Pick<Selectable<ConversationsTable>, 'id' | 'channel_id' | 'contact_id' | 'last_in_at'>,
  choice: TemplateChoice,
  rulesOf: SendRulesOf,
): Promise<Refusable<ComposedMessage>> {
  const chosen = await chooseTemplate(tx, conversation.channel_id, choice)
  if (chosen.refused) return chosen
  const { filled, rendered } = chosen.value
  const gate = await checkGate(tx, conversation, rulesOf, { kind: 'template', category: filled.category })
  if (gate.refused) return gate
  const file = await headerFile(tx, actor, filled, gate.value.rules)
  if (file.refused) return file
  return done({
    kind: 'template',
    text: rendered.text,
    data: templateData(filled, rendered),
    files: file.value,
    deliveries: [{ body: { kind: 'template', template: filled }, quoted: null }],
    parked: gate.value.parked,
    template: { name: filled.name, language: filled.language },
  })
}

/** A comment's `data` for a template: the parts of what the client sees. */
export const templateData = (filled: FilledTemplate, rendered: RenderedTemplate): Record<string, unknown> => ({
  template: { name: filled.name, language: filled.language, category: filled.category },
  header: rendered.header,
  body: rendered.body,
  footer: rendered.footer,
  buttons: rendered.buttons,
})

/** The uploaded file that a header shows, if there is one: it must be what the template's header asks for. */
async function headerFile(
  tx: Tx,
  actor: Actor,
  { header }: FilledTemplate,
  rules: SendRules,
): Promise<Refusable<TakenFile[]>> {
  if (header?.kind !== 'media' || !('attachmentId' in header.source)) return done([])
  const taken = await takeFiles(tx, actor, [header.source.attachmentId])
  if (taken.refused) return taken
  const sendable = sendableFiles(taken.value, rules)
  if (sendable.refused) return sendable
  if (sendable.value.every(({ media }) => media === header.media)) return done(taken.value)
  return refuse('invalid', 'template_parameters', `The template's header needs a file of the kind "${header.media}"`, {
    problems: [
      {
        where: 'header',
        key: null,
        code: 'wrong_kind',
        message: `The header needs a file of the kind "${header.media}"`,
      },
    ],
  })
}

const quotedBy = (rules: SendRules, quoted: ProviderMessageId | null) => (rules.quotes ? quoted : null)
