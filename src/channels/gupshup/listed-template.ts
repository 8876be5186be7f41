import type { TemplateComponent } from '../../domain/template/template.ts'
import { variablesOf } from '../../domain/template/variables.ts'
import type { ListedTemplate } from '../port.ts'
import { idAt, objectsAt, textAt } from '../wire/fields.ts'
import { type JsonObject, readJsonText } from '../wire/json.ts'

/** Kinds whose header is given with each message; the others but `TEXT` have parts that are not sent from here. */
const HEADERS: ReadonlySet<string> = new Set(['IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION'])

/**
 * An entry of Gupshup's list in Meta's form. What was sent to Meta stands in `containerMeta`, as JSON in a text; its
 * buttons are Meta's own.
 * @returns null for an entry that names no template
 */
export function readTemplate(item: JsonObject): ListedTemplate | null {
  const name = idAt(item, 'elementName')
  const language = idAt(item, 'languageCode')
  if (name === null || language === null) return null
  const components = componentsOf(item)
  const keys = components.flatMap((component) => variablesOf(textAt(component, 'text') ?? ''))
  const reason = textAt(item, 'reason')
  return {
    providerId: idAt(item, 'id'),
    name,
    language,
    category: (textAt(item, 'category') ?? 'unknown').toLowerCase(),
    status: (textAt(item, 'status') ?? 'unknown').toLowerCase(),
    quality: textAt(item, 'quality')?.toLowerCase() ?? null,
    parameterFormat: keys.some((key) => !/^\d+$/.test(key)) ? 'named' : 'positional',
    components,
    reason: reason === null || reason === 'NONE' ? null : reason,
  }
}

function componentsOf(item: JsonObject): TemplateComponent[] {
  const type = textAt(item, 'templateType')?.toUpperCase() ?? 'TEXT'
  const written = readJsonText(textAt(item, 'containerMeta') ?? '')
  const meta = written.ok ? written.value : null
  const body = textAt(meta, 'data') ?? bodyIn(textAt(item, 'data') ?? '')
  const header = textAt(meta, 'header')
  const footer = textAt(meta, 'footer')
  const buttons = objectsAt(meta, 'buttons')
  const isLost = textAt(meta, 'data') === null && textAt(item, 'buttonSupported') !== null
  return [
    ...(HEADERS.has(type) ? [{ type: 'HEADER', format: type }] : []),
    ...(header === null || HEADERS.has(type)
      ? []
      : [
          {
            type: 'HEADER',
            format: 'TEXT',
            text: header,
            ...exampleOf('header', header, textAt(meta, 'sampleHeader')),
          },
        ]),
    { type: 'BODY', text: body, ...exampleOf('body', body, textAt(meta, 'sampleText')) },
    ...(footer === null ? [] : [{ type: 'FOOTER', text: footer }]),
    ...(buttons.length === 0 ? [] : [{ type: 'BUTTONS', buttons }]),
    ...(isLost ? [{ type: 'buttons that the list does not tell' }] : []),
    ...(type === 'TEXT' || HEADERS.has(type) ? [] : [{ type: type.toLowerCase() }]),
  ]
}

/** The whole as Gupshup shows it: buttons stand behind the text, as ` | [Yes]`. */
const bodyIn = (data: string): string => data.replace(/(?:\s*\|\s*\[[^\]]*\])+\s*$/, '')

/** Gupshup keeps the whole text as its sample: what stands in the places of the variables is read out of it. */
function exampleOf(where: 'header' | 'body', text: string, sample: string | null): JsonObject {
  const keys = variablesOf(text)
  if (keys.length === 0 || sample === null) return {}
  const places = text.split(/\{\{\s*([^{}\s]+)\s*\}\}/)
  const found = new Map<string, string>()
  let rest = sample
  for (let index = 0; index + 2 < places.length; index += 2) {
    const [before = '', key = '', after = ''] = places.slice(index, index + 3)
    if (!rest.startsWith(before)) return {}
    rest = rest.slice(before.length)
    const end = after === '' ? rest.length : rest.indexOf(after)
    if (end < 0) return {}
    found.set(key, rest.slice(0, end))
    rest = rest.slice(end)
  }
  const inOrder = keys.toSorted((a, b) => Number(a) - Number(b)).map((key) => found.get(key) ?? '')
  return { example: { [`${where}_text`]: where === 'body' ? [inOrder] : inOrder } }
}
