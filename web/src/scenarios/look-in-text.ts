import { parseDocument } from 'yaml'
import type { ButtonLook } from './button-look.ts'

/**
 * The text of a button's document with another look; comments and everything else stay.
 * @returns null where the text is no button's document
 */
export function withLook(text: string, look: ButtonLook): string | null {
  const isEmpty = Object.keys(look).length === 0
  const json = jsonButton(text)
  if (json) {
    const { look: _, ...button } = json.trigger.button
    const trigger = { ...json.trigger, button: isEmpty ? button : { ...button, look } }
    return `${JSON.stringify({ ...json, trigger }, null, 2)}${text.endsWith('\n') ? '\n' : ''}`
  }
  const document = parseDocument(text)
  if (document.errors.length > 0 || !document.hasIn(['trigger', 'button'])) return null
  const at = ['trigger', 'button', 'look']
  if (isEmpty) document.deleteIn(at)
  else document.setIn(at, document.createNode(look, { flow: true }))
  return document.toString({ lineWidth: 0, flowCollectionPadding: true })
}

type Button = { trigger: { button: Record<string, unknown> } } & Record<string, unknown>

function jsonButton(text: string): Button | null {
  try {
    const value = JSON.parse(text) as Partial<Button> | null
    return typeof value?.trigger?.button === 'object' ? (value as Button) : null
  } catch {
    return null
  }
}
