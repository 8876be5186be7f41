import type { DefinitionProblem } from '../../../src/domain/template/definition.ts'
import type { TemplateWords } from './words.ts'

/** What Meta would refuse, in the reader's words; in the rules' own where we have none. */
export function definitionText(
  { where, code, message }: DefinitionProblem,
  { page: { check } }: TemplateWords,
): string {
  if (where === 'name') return check.name
  if (where === 'language') return check.language
  if (where === 'buttons') {
    if (/kind [A-Z_]+ at most|10 buttons/.test(message)) return check.tooMany
    if (message.startsWith('Quick replies must')) return check.order
    if (code === 'no_example') return check.no_example
    if (message.includes('link')) return check.link
    return message.includes('phone number') ? check.phone : check.buttonText
  }
  if (where === 'footer' && code === 'unexpected') return check.footerVariable
  if (where === 'header' && (code === 'unexpected' || message.includes('formatting'))) return check.oneVariable
  if (where === 'header' && message.includes('header_handle')) return check.noSample
  if (code === 'wrong_kind') return check.gap
  return code in check ? check[code as 'missing' | 'too_long' | 'at_the_edge' | 'touching' | 'no_example'] : message
}
