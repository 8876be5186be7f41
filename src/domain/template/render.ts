import type { TemplateParts } from './components.ts'
import { MAX_BODY } from './fill-body.ts'
import { linkWith } from './fill-buttons.ts'
import { MAX_HEADER } from './fill-header.ts'
import type { FilledButton, FilledHeader, FilledText, RenderedTemplate, TemplateProblem } from './template.ts'
import { substitute } from './variables.ts'

/**
 * The message as the client sees it. A media header is no text: the file itself shows.
 * @returns null where a value is missing; what grew too long is added to `problems`
 */
export function render(
  parts: TemplateParts,
  header: FilledHeader | null,
  body: readonly FilledText[],
  buttons: readonly FilledButton[],
  problems: TemplateProblem[],
): RenderedTemplate | null {
  if (problems.length > 0 && body.length !== parts.bodyVariables.length) return null
  const bodyText = substitute(
    parts.body,
    new Map(parts.bodyVariables.map(({ key }, place) => [key, body[place]?.text ?? ''])),
  )
  const headerText = renderHeader(parts, header)
  tooLong('body', bodyText, MAX_BODY, problems)
  if (parts.header?.kind === 'text') tooLong('header', headerText ?? '', MAX_HEADER, problems)
  const values = new Map(buttons.map(({ index, value }) => [index, value]))
  return {
    header: headerText,
    body: bodyText,
    footer: parts.footer,
    buttons: parts.buttons.map(({ index, type, text, url, phone }) => ({
      kind: type,
      text,
      ...(url === null ? {} : { url: linkWith(url, values.get(index) ?? '') }),
      ...(phone === null ? {} : { phone }),
    })),
    text: [headerText, bodyText, parts.footer].filter((part) => part !== null).join('\n'),
  }
}

function renderHeader(parts: TemplateParts, filled: FilledHeader | null): string | null {
  if (filled?.kind === 'location') return `${filled.name}, ${filled.address}`
  if (parts.header?.kind !== 'text') return null
  const { text, variable } = parts.header
  const value = filled?.kind === 'text' ? filled.values[0]?.text : undefined
  return variable === null || value === undefined ? text : substitute(text, new Map([[variable.key, value]]))
}

/** Only where no single value is to blame already. */
function tooLong(where: 'header' | 'body', text: string, max: number, problems: TemplateProblem[]): void {
  if (text.length <= max || problems.some((problem) => problem.where === where)) return
  const message = `The ${where} has ${text.length} characters with its values; WhatsApp allows ${max}`
  problems.push({ where, key: null, code: 'too_long', message })
}
