import type { ArrivedMessage } from '../../message.ts'
import { RECEIVED_KINDS } from '../document/events.ts'
import { isPlainJson, type Json } from '../expressions/scope.ts'
import type { Happening } from './happening.ts'

/** What conditions see of a client's message as `event.*`. @param replyToBulk the mailing that it answers; null: none */
export function messageData(message: ArrivedMessage, replyToBulk: Json): Happening['data'] {
  const { content, context } = message
  const button = content.kind === 'button' || content.kind === 'interactive' ? content.data : {}
  return {
    kind: receivedKind(message),
    text: content.text,
    buttonPayload: textOf(button.payload) ?? textOf(button.id),
    buttonText: content.kind === 'button' || content.kind === 'interactive' ? content.text : null,
    hasFile: content.media !== null,
    isReply: context.quoted !== null,
    forwarded: context.forwarded !== 'no',
    reply_to_bulk: replyToBulk,
    data: isPlainJson(content.data) ? (content.data as Json) : {},
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** The kinds of scenario-format, Triggers: an answer to buttons, lists and forms is a kind of its own. */
function receivedKind({ content }: ArrivedMessage): string {
  const known: readonly string[] = RECEIVED_KINDS
  if (content.kind === 'button') return 'button_reply'
  if (content.kind === 'interactive') {
    const type = textOf(content.data.type)
    return type === 'list_reply' ? 'list_reply' : type === 'nfm_reply' ? 'flow_reply' : 'button_reply'
  }
  return known.includes(content.kind) ? content.kind : 'unsupported'
}
