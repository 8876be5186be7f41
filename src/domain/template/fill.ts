import { isAuthentication, readParts, type TemplateParts } from './components.ts'
import { fillBody } from './fill-body.ts'
import { fillButtons } from './fill-buttons.ts'
import { fillHeader } from './fill-header.ts'
import { render } from './render.ts'
import type { FilledText, Preflight, Template, TemplateParameters, TemplateProblem } from './template.ts'
import { checkText } from './values.ts'

/** The longest code of an authentication template (reference §5.3, auth OTP). */
const MAX_CODE = 15

/**
 * Checks every parameter before anything reaches the provider, and puts each in its place (reference §5.3; M15).
 * Says all that is wrong at once. Total: whatever the components and parameters hold, it answers.
 * It does not look at the template's status, nor whether an attachment exists.
 */
export function fillTemplate(template: Template, parameters: TemplateParameters | undefined): Preflight {
  const parts = readParts(template)
  const problems: TemplateProblem[] = [...parts.unsupported]
  const given = isRecord(parameters) ? (parameters as TemplateParameters) : {}

  const header = fillHeader(parts.header, given.header, problems)
  const body = fillBody(parts, given.body, problems)
  const code = codeOf(template, parts, body, problems)
  const buttons = fillButtons(parts.buttons, given.buttons, code, problems)
  const rendered = render(parts, header, body, buttons, problems)
  if (problems.length > 0 || rendered === null) return { ok: false, problems }
  const { providerId, name, language, category } = template
  const named = { ...(providerId === null ? {} : { providerId }), name, language, category }
  return { ok: true, filled: { ...named, header, body, buttons }, rendered }
}

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null

/** The code of an authentication template: it goes twice, in the body and in the button (reference §5.3). */
function codeOf(
  template: Template,
  parts: TemplateParts,
  body: readonly FilledText[],
  problems: TemplateProblem[],
): string | null {
  const wanted = isAuthentication(template) || parts.buttons.some(({ takes }) => takes?.kind === 'code')
  const [code] = body
  if (!wanted || code === undefined) return null
  const problem = checkText(code.text, MAX_CODE)
  if (problem?.code === 'too_long') {
    problems.push({
      where: 'body',
      key: '1',
      code: 'too_long',
      message: `The code is longer than ${MAX_CODE} characters`,
    })
  }
  return code.text
}
