import { type ButtonPart, shown } from './components.ts'
import type { FilledButton, TemplateParameters, TemplateProblem, TemplateProblemCode } from './template.ts'
import { checkText, type ValueFault, wereGiven } from './values.ts'
import { substitute, variablesOf } from './variables.ts'

/** reference §5.2 (button ids), §7.2 (codes, links) */
const MAX = { quick_reply: 256, copy_code: 20, url: 2000, flow: 200 }
/** Meta's own default where nobody names one (reference §5.3, flow). */
const NO_FLOW_TOKEN = 'unused'

/**
 * The buttons' values. Texts go to the buttons that need one, in their order; where more are given, to all that can
 * take one. `{ index, value }` names its button.
 * @param code what an authentication template's button copies; it is never asked for twice
 */
export function fillButtons(
  buttons: readonly ButtonPart[],
  given: TemplateParameters['buttons'],
  code: string | null,
  problems: TemplateProblem[],
): FilledButton[] {
  const problem = (key: number | null, kind: TemplateProblemCode, message: string) =>
    void problems.push({ where: 'buttons', key: key === null ? null : String(key), code: kind, message })
  if (given !== undefined && given !== null && !Array.isArray(given)) {
    problem(null, 'wrong_kind', "The buttons' values must be a list")
    return []
  }
  const list: readonly unknown[] = given ?? []
  const chosen = assign(buttons, list, problem)

  return buttons.flatMap((button): FilledButton[] => {
    const { takes, index } = button
    if (takes === null) return []
    const value = chosen.get(index)
    if (takes.kind === 'code') {
      if (value !== undefined && value !== code) {
        problem(index, 'unexpected', `${wordsFor(button)} takes the code of the body, and no other value`)
      }
      return code === null ? [] : [{ index, kind: 'url', value: code }]
    }
    if (value === undefined) {
      if (takes.required) problem(index, 'missing', `${wordsFor(button)} needs ${NEEDED[takes.kind]}`)
      return takes.kind === 'flow' ? [{ index, kind: 'flow', value: NO_FLOW_TOKEN }] : []
    }
    const fault = checkText(value, MAX[takes.kind]) ?? checkLink(button, value)
    if (fault) problem(index, fault.code, `The value of ${wordsFor(button, 'button')} ${fault.words}`)
    if (typeof value !== 'string') return []
    const key = takes.kind === 'url' && button.key === '1' ? null : button.key
    return [{ index, kind: takes.kind, value, ...(key === null ? {} : { key }) }]
  })
}

type Tell = (key: number | null, code: TemplateProblemCode, message: string) => void

/** Which value is whose, by the button's index. */
function assign(buttons: readonly ButtonPart[], list: readonly unknown[], problem: Tell): Map<number, unknown> {
  const chosen = new Map<number, unknown>()
  const inOrder: unknown[] = []
  for (const entry of list) {
    if (typeof entry !== 'object' || entry === null) {
      inOrder.push(entry)
      continue
    }
    const { index, value } = entry as { index?: unknown; value?: unknown }
    const button = typeof index === 'number' ? buttons[index] : undefined
    if (button === undefined)
      problem(null, 'unexpected', 'A value is meant for a button that the template does not have')
    else if (button.takes === null) problem(button.index, 'unexpected', `${wordsFor(button)} takes no value`)
    else if (chosen.has(button.index)) problem(button.index, 'unexpected', `${wordsFor(button)} was given two values`)
    else chosen.set(button.index, value)
  }
  const open = buttons.filter(({ index, takes }) => takes !== null && !chosen.has(index))
  const needing = open.filter(({ takes }) => takes?.required && takes.kind !== 'code')
  const takers = inOrder.length <= needing.length ? needing : open
  for (const [place, value] of inOrder.slice(0, takers.length).entries()) {
    const button = takers[place]
    if (button) chosen.set(button.index, value)
  }
  if (inOrder.length > takers.length) {
    const takes = open.length === 0 ? 'take no values' : `take ${open.length} at most`
    problem(null, 'unexpected', `The template's buttons ${takes}, ${wereGiven(inOrder.length)}`)
  }
  return chosen
}

/** Spaces would end the link; and the whole of it has a limit. */
function checkLink({ takes, url }: ButtonPart, value: unknown): ValueFault | null {
  if (takes?.kind !== 'url' || typeof value !== 'string') return null
  if (/\s/.test(value)) return { code: 'forbidden_characters', words: 'has a space, which a link cannot hold' }
  return linkWith(url ?? '', value).length > MAX.url
    ? { code: 'too_long', words: `makes the link longer than ${MAX.url} characters` }
    : null
}

/** The link as the client opens it. */
export const linkWith = (url: string, value: string): string =>
  substitute(url, new Map(variablesOf(url).map((key) => [key, value])))

const NEEDED = {
  url: 'the end of its link',
  copy_code: 'the code that it copies',
  quick_reply: 'a value',
  flow: 'a token',
}

const wordsFor = ({ index, text }: ButtonPart, word = 'Button'): string => `${word} ${index + 1} (${shown(text)})`
