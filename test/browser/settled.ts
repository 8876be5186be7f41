import type { Page, Request } from 'playwright-core'
import { expect } from 'vitest'
import { eventually } from '../kit/eventually.ts'

/**
 * Follows what a page asks of the server, to tell when it has all that it wanted: the stream of live updates alone
 * stays open. Call it before the page is opened.
 */
export function watchRequests(page: Page): { settled(): Promise<void> } {
  const open = new Set<Request>()
  let asked = 0
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/api/live') return
    asked += 1
    open.add(request)
  })
  page.on('requestfinished', (request) => open.delete(request))
  page.on('requestfailed', (request) => open.delete(request))
  return {
    /** Nothing is under way, and what has come is on the screen and has asked for nothing more. */
    settled: () =>
      eventually(async () => {
        const before = asked
        await page.evaluate(
          'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))',
        )
        expect([open.size, asked - before]).toEqual([0, 0])
      }),
  }
}
