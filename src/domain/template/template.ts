import type { AttachmentId, ChannelId, TemplateId } from '../ids.ts'

/** A template message as its provider knows it (reference §7). Status, category and quality are in lower case. */
export interface Template {
  id: TemplateId
  channelId: ChannelId
  providerId: string | null
  name: string
  /** exactly as approved: `en_US` is not `en` (reference §5.3) */
  language: string
  /** `marketing`, `utility`, `authentication`, or what the provider adds later */
  category: string
  /** only `approved` can be sent */
  status: string
  quality: string | null
  parameterFormat: 'positional' | 'named'
  /** as the provider words them; read through the functions beside this file */
  components: TemplateComponent[]
}

/** One component, in the provider's own keys (reference §7.2); unknown ones are kept. */
export interface TemplateComponent {
  type: string
  [key: string]: unknown
}

/** Which template to send, and what to fill it with (contract.md, `POST /api/outbound`). */
export interface TemplateChoice {
  name: string
  language: string
  parameters?: TemplateParameters | undefined
}

export interface TemplateParameters {
  /** a text header's value; or what a media or location header shows */
  header?: HeaderParameter[] | undefined
  /** in the order of `{{1}}`, `{{2}}`, …, or by name */
  body?: string[] | Record<string, string> | undefined
  /** for the buttons that take one, in their order; or by the button's index in the template, from 0 */
  buttons?: (string | { index: number; value: string })[] | undefined
}

export type HeaderParameter =
  | string
  | { attachmentId: AttachmentId }
  | { link: string; fileName?: string | undefined }
  | { latitude: number; longitude: number; name: string; address: string }

/** A template with every parameter in its place: complete, checked, and what leaves. No provider's words. */
export interface FilledTemplate {
  /** the provider's own id of it, for providers that send by it; absent: it has none */
  providerId?: string
  name: string
  language: string
  category: string
  header: FilledHeader | null
  body: FilledText[]
  buttons: FilledButton[]
}

export type FilledHeader =
  | { kind: 'text'; values: FilledText[] }
  | {
      kind: 'media'
      media: 'image' | 'video' | 'document'
      source: { attachmentId: AttachmentId } | { link: string }
      fileName: string | null
      /** what stands between the braces of its address, where the provider has it in a variable */
      key?: string
    }
  | { kind: 'location'; latitude: number; longitude: number; name: string; address: string }

/** `name` is null for positional parameters. */
export interface FilledText {
  name: string | null
  text: string
}

/**
 * A button that takes a parameter; the others are not here. `index` is its place in the template, from 0. `key` is what
 * stands between the braces of its link, code or id, where that is not the `1` of a link.
 */
export interface FilledButton {
  index: number
  kind: 'quick_reply' | 'url' | 'copy_code' | 'flow'
  value: string
  key?: string
}

/** What the client will see, for feeds and previews. */
export interface RenderedTemplate {
  header: string | null
  body: string
  footer: string | null
  buttons: { kind: string; text: string; url?: string; phone?: string }[]
  /** header, body and footer as one text: a comment's `text` */
  text: string
}

export type TemplateProblemCode =
  | 'missing'
  | 'unexpected'
  | 'empty'
  | 'too_long'
  | 'forbidden_characters'
  | 'wrong_kind'
  | 'unsupported'

/** What is wrong with the parameters, in words that a person understands. */
export interface TemplateProblem {
  where: 'template' | 'header' | 'body' | 'buttons'
  /** the parameter's name or number, from 1; a button's index, from 0 */
  key: string | null
  code: TemplateProblemCode
  message: string
}

export type Preflight =
  | { ok: true; filled: FilledTemplate; rendered: RenderedTemplate }
  | { ok: false; problems: TemplateProblem[] }
