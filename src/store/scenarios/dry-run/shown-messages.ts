import type { ChannelId } from '../../../domain/ids.ts'
import { type QuickReplyValues, renderQuickReply } from '../../../domain/quick-reply.ts'
import { fillTemplate } from '../../../domain/template/fill.ts'
import type { TemplateParameters } from '../../../domain/template/template.ts'
import type { Db } from '../../database.ts'
import { type TemplateRow, templateOf } from '../../templates/template-row.ts'

/** Something to tap under a message. `reply`, `row` and `template` come back from the client, a `link` does not. */
export interface ShownButton {
  kind: 'reply' | 'row' | 'template' | 'link'
  /** what comes back; null: nothing does */
  id: string | null
  title: string
  description: string | null
}

/** A message as the client would see it. */
export interface ShownMessage {
  header: string | null
  text: string | null
  footer: string | null
  buttons: ShownButton[]
  /** it carries a file */
  hasFile: boolean
  /** the template that it is */
  template: { name: string; language: string } | null
}

/** Where messages would go out, and to whom. */
export interface ShownTo {
  channel: ChannelId | null
  /** of the client, as their fields say it */
  language: string | null
  values: QuickReplyValues
}

type Deed = { readonly [key: string]: unknown }

/** What deeds of runs show to one client, with their texts in place. Nothing is sent or copied. */
export class ShownMessages {
  readonly #db: Db
  readonly #to: ShownTo
  /** by their names: a scenario may send the same one again and again */
  readonly #templates = new Map<string, Promise<TemplateRow[]>>()
  readonly #quickReplies = new Map<string, Promise<QuickReplyRow | null>>()

  constructor(db: Db, to: ShownTo) {
    this.#db = db
    this.#to = to
  }

  /**
   * @param deed as a run's record has it, with `do`
   * @returns null for what no client sees, and for a template or quick reply that is not there or lacks a value
   */
  async of(deed: Deed): Promise<ShownMessage | null> {
    switch (deed.do) {
      case 'sendText':
        return { ...NOTHING, text: textOf(deed.text) }
      case 'comment':
        return deed.send ? { ...NOTHING, text: textOf(deed.text) } : null
      case 'sendFile':
        return { ...NOTHING, text: textOf(deed.caption), hasFile: true }
      case 'sendInteractive':
        return interactive(deed)
      case 'sendTemplate':
        return this.#template(deed.template as TemplateDeed)
      case 'sendQuickReply':
        return this.#quickReply(String(deed.quickReply))
      default:
        return null
    }
  }

  async #template({ name, language, ...parameters }: TemplateDeed): Promise<ShownMessage | null> {
    const rows = await known(this.#templates, name, () => this.#namedTemplates(name))
    const row = language === 'auto' ? preferred(rows, this.#to.language) : rows.find((one) => one.language === language)
    if (!row) return null
    const filled = fillTemplate(templateOf(row), parameters)
    if (!filled.ok) return null
    const { rendered } = filled
    const payloads = new Map(filled.filled.buttons.map(({ index, kind, value }) => [index, { kind, value }]))
    return {
      header: rendered.header,
      text: rendered.body,
      footer: rendered.footer,
      buttons: rendered.buttons.map(({ kind, text }, index) =>
        kind === 'quick_reply'
          ? { kind: 'template', id: payloads.get(index)?.value ?? text, title: text, description: null }
          : { kind: 'link', id: null, title: text, description: null },
      ),
      hasFile: filled.filled.header?.kind === 'media',
      template: { name, language: row.language },
    }
  }

  async #namedTemplates(name: string): Promise<TemplateRow[]> {
    const { channel } = this.#to
    if (channel === null) return []
    return this.#db
      .selectFrom('templates')
      .selectAll()
      .where('channel_id', '=', channel)
      .where('name', '=', name)
      .where('deleted_at', 'is', null)
      .orderBy('language')
      .execute()
  }

  async #quickReply(shortcut: string): Promise<ShownMessage | null> {
    const row = await known(this.#quickReplies, shortcut, () => this.#sharedQuickReply(shortcut))
    if (!row) return null
    const { text, missing } = renderQuickReply(row.text, this.#to.values)
    return missing.length > 0 ? null : { ...NOTHING, text, hasFile: row.attachment_ids.length > 0 }
  }

  async #sharedQuickReply(shortcut: string): Promise<QuickReplyRow | null> {
    const row = await this.#db
      .selectFrom('quick_replies')
      .select(['text', 'attachment_ids'])
      .where('owner_id', 'is', null)
      .where('shortcut', '=', shortcut)
      .executeTakeFirst()
    return row ?? null
  }
}

/** Asked for once. */
function known<Row>(rows: Map<string, Promise<Row>>, name: string, ask: () => Promise<Row>): Promise<Row> {
  const before = rows.get(name)
  if (before) return before
  const asked = ask()
  rows.set(name, asked)
  return asked
}

interface QuickReplyRow {
  text: string
  attachment_ids: readonly string[]
}

const NOTHING: ShownMessage = { header: null, text: null, footer: null, buttons: [], hasFile: false, template: null }
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)

interface Choice {
  id: string
  title: string
  description?: string
}

function interactive(deed: Deed): ShownMessage {
  const buttons = (deed.buttons ?? []) as Choice[]
  const sections = ((deed.list as { sections?: { rows: Choice[] }[] } | undefined)?.sections ?? []).flatMap(
    ({ rows }) => rows,
  )
  const link = deed.link as { title: string } | undefined
  const shown = (kind: ShownButton['kind'], { id, title, description = '' }: Choice): ShownButton => ({
    kind,
    id,
    title,
    description: description === '' ? null : description,
  })
  return {
    ...NOTHING,
    header: textOf(deed.header),
    text: textOf(deed.text),
    footer: textOf(deed.footer),
    buttons: [
      ...buttons.map((one) => shown('reply', one)),
      ...sections.map((one) => shown('row', one)),
      ...(link ? [{ kind: 'link' as const, id: null, title: link.title, description: null }] : []),
    ],
  }
}

interface TemplateDeed extends TemplateParameters {
  name: string
  language: string
}

/** As a run chooses where the language is `auto`: approved, the client's, of the client's kind, English, the first. */
function preferred<Row extends { language: string; status: string }>(
  rows: readonly Row[],
  language: string | null,
): Row | undefined {
  const base = (tag: string) => tag.split('_')[0]
  const rank = (row: Row): number =>
    (row.status === 'approved' ? 8 : 0) +
    (language !== null && row.language === language ? 4 : 0) +
    (language !== null && base(row.language) === base(language) ? 2 : 0) +
    (row.language.startsWith('en') ? 1 : 0)
  return rows.toSorted((a, b) => rank(b) - rank(a))[0]
}
