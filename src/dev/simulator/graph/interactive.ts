import type { PressableButton } from '../world/entries.ts'
import { type Draft, emptyDraft, mediaSource } from './draft.ts'
import { GraphError } from './errors.ts'
import { type Json, onlyKeys, optionalString, requireList, requireObject, requireString } from './fields.ts'

/** Limits of reference §5.2; the types that sell goods are taken as they come. */
export function draftInteractive(interactive: Json): Draft {
  const type = requireString(interactive, 'type', 64, 'interactive.type')
  onlyKeys(interactive, ['type', 'header', 'body', 'footer', 'action'], 'interactive')
  const action = requireObject(interactive, 'action', 'interactive.action')
  const header = headerOf(interactive, type)
  const footer = interactive.footer === undefined ? null : textOf(interactive, 'footer', 60)
  const draft = (buttons: PressableButton[], bodyMax: number, bodyNeeded = true): Draft => ({
    ...emptyDraft('interactive'),
    text: [
      header.text,
      bodyNeeded || interactive.body !== undefined ? textOf(interactive, 'body', bodyMax) : null,
      footer,
    ]
      .filter((part) => part !== null)
      .join('\n'),
    body: interactive,
    media: header.media,
    buttons,
  })

  switch (type) {
    case 'button':
      return draft(replyButtons(action), 1024)
    case 'list':
      return draft(listRows(action), 4096)
    case 'cta_url':
      return draft([linkButton(action)], 1024)
    case 'flow':
      return draft([flowButton(action)], 1024)
    case 'location_request_message':
      return draft([{ kind: 'other', text: 'Send location', value: null, description: null }], 1024)
    case 'request_contact_info':
      return draft([{ kind: 'other', text: 'Share contact info', value: null, description: null }], 1024)
    case 'product':
    case 'product_list':
    case 'catalog_message':
    case 'address_message':
    case 'call_permission_request':
    case 'voice_call':
      return draft([], 1024, false)
    default:
      throw new GraphError(100, `Param interactive['type'] has the unknown value "${type}".`)
  }
}

function headerOf(interactive: Json, type: string): { text: string | null; media: Draft['media'] } {
  if (interactive.header === undefined) return { text: null, media: null }
  const header = requireObject(interactive, 'header', 'interactive.header')
  const format = requireString(header, 'type', 32, 'interactive.header.type')
  if (format === 'text') return { text: requireString(header, 'text', 60, 'interactive.header.text'), media: null }
  if (type !== 'button' || !['image', 'video', 'document'].includes(format)) {
    throw new GraphError(131009, `A header of type "${format}" is not supported for "${type}".`)
  }
  const path = `interactive.header.${format}`
  return { text: null, media: mediaSource(requireObject(header, format, path), path) }
}

const textOf = (interactive: Json, key: 'body' | 'footer', max: number): string =>
  requireString(requireObject(interactive, key, `interactive.${key}`), 'text', max, `interactive.${key}.text`)

function replyButtons(action: Json): PressableButton[] {
  const buttons = requireList(action, 'buttons', { max: 3 }, 'interactive.action.buttons').map((button) => {
    onlyKeys(button, ['type', 'reply'], 'interactive.action.buttons')
    if (button.type !== 'reply') throw new GraphError(131009, 'Buttons must have the type "reply".')
    const reply = requireObject(button, 'reply')
    return {
      kind: 'reply' as const,
      text: requireString(reply, 'title', 20, 'reply.title'),
      value: requireString(reply, 'id', 256, 'reply.id'),
      description: null,
    }
  })
  unique(
    buttons.map((button) => button.text),
    'Button titles',
  )
  unique(
    buttons.map((button) => button.value),
    'Button ids',
  )
  return buttons
}

function listRows(action: Json): PressableButton[] {
  requireString(action, 'button', 20, 'interactive.action.button')
  const sections = requireList(action, 'sections', { max: 10 }, 'interactive.action.sections')
  const rows = sections.flatMap((section) => {
    if (sections.length > 1) requireString(section, 'title', 24, 'section.title')
    else optionalString(section, 'title', 24, 'section.title')
    return requireList(section, 'rows', { max: 10 }, 'section.rows')
  })
  if (rows.length > 10) throw new GraphError(131009, `Total row count exceeds the maximum of 10: ${rows.length}.`)
  const buttons = rows.map((row) => ({
    kind: 'row' as const,
    text: requireString(row, 'title', 24, 'row.title'),
    value: requireString(row, 'id', 200, 'row.id'),
    description: optionalString(row, 'description', 72, 'row.description'),
  }))
  unique(
    buttons.map((button) => button.value),
    'Row ids',
  )
  return buttons
}

function linkButton(action: Json): PressableButton {
  if (action.name !== 'cta_url') throw new GraphError(131009, "Param interactive['action']['name'] must be cta_url.")
  const parameters = requireObject(action, 'parameters', 'interactive.action.parameters')
  const url = requireString(parameters, 'url', 2000, 'parameters.url')
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new GraphError(131009, "Param parameters['url'] is not a valid URL.")
  }
  return {
    kind: 'url',
    text: requireString(parameters, 'display_text', 20, 'parameters.display_text'),
    value: url,
    description: null,
  }
}

function flowButton(action: Json): PressableButton {
  const parameters = requireObject(action, 'parameters', 'interactive.action.parameters')
  if (!parameters.flow_id && !parameters.flow_name) {
    throw new GraphError(131008, "Required parameter is missing: 'flow_id' or 'flow_name'.")
  }
  const text = requireString(parameters, 'flow_cta', 30, 'parameters.flow_cta')
  return { kind: 'other', text, value: null, description: null }
}

function unique(values: readonly string[], what: string): void {
  if (new Set(values).size < values.length) throw new GraphError(131009, `${what} must be unique.`)
}
