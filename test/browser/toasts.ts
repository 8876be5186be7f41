import type { Locator, Page } from 'playwright-core'

/** The way back that a message in the corner offers: several may be there, each with its own. */
export const undoOf = (page: Page, text: string | RegExp): Locator =>
  page.getByRole('status').locator('> div').filter({ hasText: text }).getByRole('button', { name: 'Undo' })
