import type { FilledButton, FilledText } from '../../domain/template/template.ts'
import type { ReadyHeader, ReadyTemplate } from '../port.ts'
import type { JsonObject } from '../wire/json.ts'

/** A filled template as Meta takes it (reference §5.3); parts without values are left out. */
export function templateContent(template: ReadyTemplate): JsonObject {
  const components = [
    ...(template.header === null ? [] : [{ type: 'header', parameters: headerParameters(template.header) }]),
    ...(template.body.length === 0 ? [] : [{ type: 'body', parameters: template.body.map(textParameter) }]),
    ...template.buttons.map(buttonComponent),
  ]
  return {
    type: 'template',
    template: {
      name: template.name,
      language: { code: template.language },
      ...(components.length === 0 ? {} : { components }),
    },
  }
}

const textParameter = ({ name, text }: FilledText): JsonObject => ({
  type: 'text',
  ...(name === null ? {} : { parameter_name: name }),
  text,
})

function headerParameters(header: ReadyHeader): JsonObject[] {
  switch (header.kind) {
    case 'text':
      return header.values.map(textParameter)
    case 'location': {
      // As text, as in Meta's examples (reference §5.2).
      const { latitude, longitude, name, address } = header
      return [
        { type: 'location', location: { latitude: String(latitude), longitude: String(longitude), name, address } },
      ]
    }
    case 'media': {
      const { media, source, fileName } = header
      const file = {
        ...('mediaId' in source ? { id: source.mediaId } : { link: source.link }),
        ...(media === 'document' && fileName !== null ? { filename: fileName } : {}),
      }
      return [{ type: media, [media]: file }]
    }
  }
}

function buttonComponent({ index, kind, value }: FilledButton): JsonObject {
  return { type: 'button', sub_type: kind, index: String(index), parameters: [buttonParameter(kind, value)] }
}

function buttonParameter(kind: FilledButton['kind'], value: string): JsonObject {
  switch (kind) {
    case 'quick_reply':
      return { type: 'payload', payload: value }
    case 'url':
      return { type: 'text', text: value }
    case 'copy_code':
      return { type: 'coupon_code', coupon_code: value }
    case 'flow':
      return { type: 'action', action: { flow_token: value } }
  }
}
