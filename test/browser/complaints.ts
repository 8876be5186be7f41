import type { Page } from 'playwright-core'

/** Notes what the browser complains of on a page: an exception of the app, or what its own policy forbids. */
export function noteComplaints(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) complaints.push(`${page.url()}: ${message.text()}`)
  })
}
