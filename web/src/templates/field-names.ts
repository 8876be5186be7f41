import type { Template } from './api.ts'
import type { FieldName } from './template-values.ts'
import type { TemplateWords } from './words.ts'

/** How a field of a template's form is called on the screen. */
export function fieldLabel({ parameters, category }: Template, field: FieldName, { fields }: TemplateWords): string {
  const [group, part = ''] = field.split('.')
  const place = Number(part)
  switch (group) {
    case 'header':
      return parameters.header?.name ? fields.named(parameters.header.name) : fields.header
    case 'file':
      return parameters.header && parameters.header.kind !== 'text' && parameters.header.kind !== 'location'
        ? fields[parameters.header.kind]
        : fields.header
    case 'place':
      if (part === 'latitude' || part === 'longitude' || part === 'address') return fields[part]
      return fields.placeName
    case 'body': {
      const name = parameters.body[place]?.name
      if (name) return fields.named(name)
      return category === 'authentication' ? fields.code : fields.body(String(place + 1))
    }
    case 'button': {
      const button = parameters.buttons.find(({ index }) => index === place)
      const text = button?.text ?? ''
      if (button?.kind === 'url') return fields.link(text)
      return button?.kind === 'copy_code' ? fields.copyCode(text) : fields.payload(text)
    }
    default:
      return field
  }
}

/** What is wrong with a field, in the reader's words. */
export function problemText({ problems }: TemplateWords, field: FieldName, code: string, message: string): string {
  const coordinate = /^place\.(latitude|longitude)$/.exec(field)?.[1]
  if (coordinate !== undefined) return problems[coordinate] ?? message
  return problems[code] ?? message
}
