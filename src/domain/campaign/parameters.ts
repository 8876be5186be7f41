import type { TemplateParameters } from '../template/template.ts'

/**
 * What one recipient's template is filled with: their own parameters stand over the campaign's (contract.md,
 * `POST /api/campaigns`). Named body values are merged by name; a list of body values, the header and the buttons
 * replace the campaign's as a whole, since half of a list fits nothing.
 * @param base the campaign's
 * @param own the recipient's
 */
export function mergeParameters(
  base: TemplateParameters | null | undefined,
  own: TemplateParameters | null | undefined,
): TemplateParameters {
  const header = own?.header ?? base?.header
  const body = mergeBody(base?.body, own?.body)
  const buttons = own?.buttons ?? base?.buttons
  return {
    ...(header === undefined ? {} : { header }),
    ...(body === undefined ? {} : { body }),
    ...(buttons === undefined ? {} : { buttons }),
  }
}

function mergeBody(base: TemplateParameters['body'], own: TemplateParameters['body']): TemplateParameters['body'] {
  if (own === undefined || base === undefined || Array.isArray(base) || Array.isArray(own)) return own ?? base
  return { ...base, ...own }
}
