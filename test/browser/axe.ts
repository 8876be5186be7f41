import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** WCAG 2.2 at the levels A and AA. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

interface Violation {
  id: string
  help: string
  nodes: { target: unknown; html: string; failureSummary: string }[]
}

/**
 * What axe finds wrong on the page as it is now, a line each; empty: nothing. It comes in through the debugger, for the
 * page's own policy lets no script in.
 */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(SOURCE)
  // Half-way through a change of colours there is no contrast to speak of.
  await page.evaluate(`Promise.all(document.getAnimations()
    .filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime))
    .map(({ finished }) => finished.catch(() => undefined)))`)
  const { violations } = await page.evaluate<{ violations: Violation[] }>(
    // Style sheets need not be read: the only rule that asks for them (css-orientation-lock) is an experiment, and off.
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'], preload: { assets: ['media'] } })`,
  )
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.slice(0, 5).map(({ target, html, failureSummary }) => {
      const why = failureSummary.replace(/\s+/g, ' ').slice(0, 200)
      return `${id} (${help}) at ${JSON.stringify(target)}: ${html.slice(0, 160)} — ${why}`
    }),
  )
}
