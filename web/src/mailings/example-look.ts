import type { TemplateLook } from '../templates/template-look.ts'
import type { CampaignExample } from './api.ts'

/** A message as the server filled it, for the same picture as the form's own. */
export const exampleLook = ({ rendered: { header, body, footer, buttons } }: CampaignExample): TemplateLook => ({
  header: header === null ? null : { kind: 'text', text: header },
  body,
  footer,
  buttons: buttons.map(({ kind, text, url, phone }) => ({ kind, text, detail: url ?? phone ?? null })),
})
