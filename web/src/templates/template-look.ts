import { readParts } from '../../../src/domain/template/components.ts'
import { linkWith } from '../../../src/domain/template/fill-buttons.ts'
import { substitute } from '../../../src/domain/template/variables.ts'
import type { UploadedFile } from '../api/types.ts'
import type { Template } from './api.ts'
import { domainTemplate } from './domain-template.ts'
import type { Place, TemplateValues } from './template-values.ts'

/** What the client will see. Places without a value are between two signs that no text has: `splitOpen` finds them. */
export interface TemplateLook {
  header:
    | { kind: 'text'; text: string }
    | { kind: 'image' | 'video' | 'document'; file: UploadedFile | null }
    | { kind: 'location'; place: Place }
    | null
  body: string
  footer: string | null
  buttons: { kind: string; text: string; detail: string | null }[]
}

const OPEN = '\ue000'
const CLOSE = '\ue001'
const SIGNS = /[\ue000\ue001]/g

type Shown = Pick<Template, 'name' | 'language' | 'category' | 'status' | 'quality' | 'parameterFormat' | 'components'>

/**
 * By the server's own reading of the template.
 * @param values null: the examples that came with the template
 */
export function templateLook(template: Shown, values: TemplateValues | null): TemplateLook {
  const parts = readParts(domainTemplate(template))
  const value = (given: string | undefined, key: string, example: string | null) => {
    const text = (given ?? (values === null ? example : null) ?? '').trim().replace(SIGNS, '')
    return text === '' ? `${OPEN}${key}${CLOSE}` : text
  }
  const body = parts.bodyVariables.map(
    ({ key, example }, place) => [key, value(values?.body[place], key, example)] as const,
  )
  const code = body[0]?.[1] ?? ''
  return {
    header: headerLook(),
    body: substitute(parts.body, new Map(body)),
    footer: parts.footer,
    buttons: parts.buttons.map(({ index, type, text, url, phone, takes, example }) => {
      const given = takes?.kind === 'code' ? code : value(values?.buttons[index], '…', linkEnd(url, example))
      const detail = url === null ? (phone ?? (takes?.kind === 'copy_code' ? given : null)) : linkWith(url, given)
      return { kind: type, text, detail }
    }),
  }

  function headerLook(): TemplateLook['header'] {
    const { header } = parts
    if (header === null) return null
    if (header.kind === 'location') {
      const place = values?.place ?? { name: '', address: '', latitude: '', longitude: '' }
      return { kind: 'location', place }
    }
    if (header.kind !== 'text') return { kind: header.kind, file: values?.file ?? null }
    const { text, variable } = header
    if (variable === null) return { kind: 'text', text }
    const shown = new Map([[variable.key, value(values?.header, variable.key, variable.example)]])
    return { kind: 'text', text: substitute(text, shown) }
  }
}

/** The example of a link's variable is the whole link. */
export const linkEnd = (url: string | null, example: string | null): string | null => {
  const start = url?.split('{{')[0]
  return start !== undefined && example?.startsWith(start) ? example.slice(start.length) : example
}

/** The link of a button, with its variable. */
export const urlOf = (template: Shown, index: number): string | null =>
  readParts(domainTemplate(template)).buttons[index]?.url ?? null

/** A text cut at its places without a value. */
export function splitOpen(text: string): { text: string; open: boolean }[] {
  return text.split(/(\ue000[^\ue001]*\ue001)/).flatMap((piece): { text: string; open: boolean }[] => {
    if (piece === '') return []
    return piece.startsWith(OPEN) ? [{ text: `{{${piece.slice(1, -1)}}}`, open: true }] : [{ text: piece, open: false }]
  })
}
