import type { Template, TemplateComponent } from './template.ts'

/** How a provider's event names a template: by id, by name and language, or by both. */
export interface TemplateRef {
  /** always text: ids arrive as numbers as well (reference §4.1) */
  providerId: string | null
  name: string | null
  language: string | null
}

/** What a provider's event says of a template (reference §4.1). Words of the provider are in lower case. */
export type TemplateChange =
  | { what: 'status'; status: string; reason: string | null; category: string | null }
  | { what: 'quality'; quality: string }
  | { what: 'category'; category: string }
  | { what: 'components'; title: string | null; body: string | null; footer: string | null; buttons: ChangedButton[] }
  /** Something that only the provider's list tells in full. */
  | { what: 'unclear' }

export interface ChangedButton {
  type: string
  text: string | null
  url: string | null
  phone: string | null
}

/** The provider's time of the newest event, by what it changed: ISO 8601. */
export type TemplateHeard = { [What in TemplateChange['what']]?: string }

/** What events change of a template. */
export type ChangingTemplate = Pick<Template, 'category' | 'status' | 'quality' | 'components'> & {
  reason: string | null
  heard: TemplateHeard
}

/** Events write `en-US` where lists write `en_US` (reference §4.1). */
export const sameLanguage = (a: string, b: string): boolean => normalLanguage(a) === normalLanguage(b)
const normalLanguage = (code: string): string => code.replaceAll('-', '_').toLowerCase()

/**
 * Events come out of order: of each kind the newest by the provider's time stands.
 * @param at the provider's time; null: it gave none, so the event counts as new
 * @returns null where nothing changes
 */
export function changeTemplate<T extends ChangingTemplate>(
  template: T,
  change: TemplateChange,
  at: Date | null,
): T | null {
  if (change.what === 'unclear') return null
  const before = template.heard[change.what]
  if (at !== null && before !== undefined && new Date(before) > at) return null
  const heard = at === null ? template.heard : { ...template.heard, [change.what]: at.toISOString() }
  switch (change.what) {
    case 'status':
      return {
        ...template,
        heard,
        status: change.status,
        reason: change.reason,
        category: change.category ?? template.category,
      }
    case 'quality':
      return { ...template, heard, quality: change.quality }
    case 'category':
      return { ...template, heard, category: change.category }
    case 'components':
      return { ...template, heard, components: changedComponents(template.components, change) }
  }
}

/** The event tells texts and buttons only: what else a component holds (formats, examples) stays. */
function changedComponents(
  before: readonly TemplateComponent[],
  change: Extract<TemplateChange, { what: 'components' }>,
): TemplateComponent[] {
  const old = (type: string) => before.find((component) => String(component.type).toUpperCase() === type)
  const withText = (type: string, text: string | null, more: object = {}): TemplateComponent[] =>
    text === null ? [] : [{ ...more, ...old(type), type, text }]
  const header = old('HEADER')
  const isMedia = header !== undefined && String(header.format ?? 'TEXT').toUpperCase() !== 'TEXT'
  const named = ['HEADER', 'BODY', 'FOOTER', 'BUTTONS']
  const buttons = changedButtons(old('BUTTONS'), change.buttons)
  return [
    ...(isMedia ? [header] : withText('HEADER', change.title, { format: 'TEXT' })),
    ...(change.body === null ? before.filter((one) => one === old('BODY')) : withText('BODY', change.body)),
    ...withText('FOOTER', change.footer),
    ...(buttons.length === 0 ? [] : [{ ...old('BUTTONS'), type: 'BUTTONS', buttons }]),
    ...before.filter((component) => !named.includes(String(component.type).toUpperCase())),
  ]
}

function changedButtons(old: TemplateComponent | undefined, changed: readonly ChangedButton[]): object[] {
  const before: unknown[] = Array.isArray(old?.buttons) ? old.buttons : []
  return changed.map(({ type, text, url, phone }, index) => {
    const same = before[index]
    const kept = typeof same === 'object' && same !== null && 'type' in same && same.type === type ? same : {}
    return {
      ...kept,
      type,
      ...(text === null ? {} : { text }),
      ...(url === null ? {} : { url }),
      ...(phone === null ? {} : { phone_number: phone }),
    }
  })
}
