import { readParts } from './components.ts'
import type { Template } from './template.ts'

/** What a form must ask for before a template can be sent. */
export interface TemplateFields {
  header: HeaderField | null
  body: { name: string | null; example: string | null }[]
  /** The buttons that take a value; a code that the body holds already is not asked for again. */
  buttons: { index: number; kind: string; text: string; example: string | null; required: boolean }[]
  /** Why it cannot be sent from here, whatever its values; empty: it can. */
  unsupported: string[]
}

export interface HeaderField {
  kind: 'text' | 'image' | 'video' | 'document' | 'location'
  name: string | null
  example: string | null
}

export function templateFields(template: Template): TemplateFields {
  const { header, bodyVariables, buttons, unsupported } = readParts(template)
  return {
    header: headerField(header),
    body: bodyVariables.map(({ name, example }) => ({ name, example })),
    buttons: buttons.flatMap(({ index, takes, text, example }) =>
      takes === null || takes.kind === 'code'
        ? []
        : [{ index, kind: takes.kind, text, example, required: takes.required }],
    ),
    unsupported: unsupported.map(({ message }) => message),
  }
}

function headerField(header: ReturnType<typeof readParts>['header']): HeaderField | null {
  if (header === null) return null
  if (header.kind !== 'text') return { kind: header.kind, name: null, example: null }
  return header.variable && { kind: 'text', name: header.variable.name, example: header.variable.example }
}
