import type { TemplateChange, TemplateRef } from './template/template-change.ts'

/**
 * What a provider says of an account, a number or a template, and of no conversation (reference §4).
 * Kept as it came; `kind` is the provider's field name, so that nothing is lost.
 */
export interface ChannelEvent {
  /** e.g. `message_template_status_update`, `account_update`, `history`. */
  kind: string
  /** The `value` object as parsed. */
  value: Record<string, unknown>
  /** What it means for the channel now, where it means something. */
  effect: ChannelEffect
}

export type ChannelEffect =
  | { does: 'nothing' }
  /** The provider or the owner ended the connection (M6): noticed and shown; nothing is lost. */
  | { does: 'disconnect'; reason: string }
  | { does: 'reconnect' }
  | { does: 'restrict'; reason: string }
  /** Sending is of no use until a person has mended something. */
  | { does: 'needs_attention'; reason: string }
  /** A warning for people to read; the channel goes on working. */
  | { does: 'notice'; reason: string; quality?: string }
  /** The provider judges the number's quality anew; its word in lower case. */
  | { does: 'quality'; quality: string }
  /** A template changed; the channel itself goes on as it was. */
  | { does: 'template'; template: TemplateRef; change: TemplateChange }
