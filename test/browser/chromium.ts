import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium } from 'playwright-core'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** A Chromium of this machine: CHROMIUM_PATH, or where distributions put it; null: there is none. */
export function findChromium(): string | null {
  const places = process.env.CHROMIUM_PATH ? [process.env.CHROMIUM_PATH] : PLACES
  return places.find((place) => existsSync(place)) ?? null
}

/** How a story in a browser runs: beside another one, with a server and a worker of its own each, on what may be two busy cores. */
export const inBrowser = { timeout: 60_000 }

let shared: Promise<Browser> | null = null

/**
 * The one Chromium of this process, for as long as the process lives: the files that run in it take turns. To close what
 * is returned closes what was opened through it.
 */
export async function openBrowser(executablePath: string): Promise<Browser> {
  const running = await shared?.catch(() => null)
  if (!running?.isConnected()) shared = launchBrowser(executablePath)
  const browser = await (shared as Promise<Browser>)
  const own: BrowserContext[] = []
  const instead: Partial<Browser> = {
    async newContext(options) {
      const context = await browser.newContext(options)
      own.push(context)
      return context
    },
    async close() {
      await Promise.all(own.map((context) => context.close()))
    },
  }
  return new Proxy(browser, {
    get(target, key: keyof Browser) {
      const value: unknown = instead[key] ?? target[key]
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** A Chromium of one's own, headless, and without the calls that a browser makes on its own. */
export const launchBrowser = (executablePath: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
