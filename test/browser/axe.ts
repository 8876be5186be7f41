import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** WCAG 2.2 at the levels A and AA. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
/** Those among them that look at colours (axe: `cat.color`). */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']

interface Violation {
  id: string
  help: string
  nodes: { target: unknown; html: string; failureSummary: string }[]
}

/**
 * What axe finds wrong on the page as it is now, a line each; empty: nothing. It comes in through the debugger, for the
 * page's own policy lets no script in.
 */
export const accessibilityFaults = (page: Page): Promise<string[]> => faultsBy(page, RULES)

/** Of a page whose every other side was looked at in its present form (`formOf`): what is wrong with its colours. */
export const colourFaults = (page: Page): Promise<string[]> => faultsBy(page, COLOUR_RULES)

/**
 * All that rules look at beside colours, in short: the elements with their attributes and texts, where each stands, how
 * large it is, and whether it is to be seen.
 */
export const formOf = (page: Page): Promise<string> =>
  page.evaluate<string>(`(async () => {
    const boxes = [...document.querySelectorAll('*')].map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect()
      const { display, visibility, opacity } = getComputedStyle(element)
      return [x, y, width, height, display, visibility, opacity].join()
    })
    const form = new TextEncoder().encode(document.documentElement.outerHTML + boxes.join(';'))
    return new Uint8Array(await crypto.subtle.digest('SHA-256', form)).join()
  })()`)

async function faultsBy(page: Page, rules: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(SOURCE)
  // Half-way through a change of colours there is no contrast to speak of.
  await page.evaluate(`Promise.all(document.getAnimations()
    .filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime))
    .map(({ finished }) => finished.catch(() => undefined)))`)
  const { violations } = await page.evaluate<{ violations: Violation[] }>(
    // Style sheets need not be read: the only rule that asks for them (css-orientation-lock) is an experiment, and off.
    `axe.run(document, { runOnly: ${JSON.stringify(rules)}, resultTypes: ['violations'], preload: { assets: ['media'] } })`,
  )
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.slice(0, 5).map(({ target, html, failureSummary }) => {
      const why = failureSummary.replace(/\s+/g, ' ').slice(0, 200)
      return `${id} (${help}) at ${JSON.stringify(target)}: ${html.slice(0, 160)} — ${why}`
    }),
  )
}
