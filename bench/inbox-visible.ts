/**
 * From a client's webhook to its words on an operator's screen: in the list of the open inbox, and in the open task,
 * in a real Chromium, with one browser and with fifty connected. Arrival is open-loop. The floor of the same run: the
 * time from the webhook until the comment is in the database, which no screen can be ahead of.
 */
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { build } from 'esbuild'
import type { Page } from 'playwright-core'
import { findChromium, launchBrowser } from '../test/browser/chromium.ts'
import { type BenchHouse, openBenchHouse } from './kit/house.ts'
import { percentile, printTable } from './kit/machine.ts'
import { browserProcess, processorTime } from './kit/processor-time.ts'
import { signedInPage } from './kit/signed-in-page.ts'
import { post, textMessage } from './kit/webhooks.ts'

const PER_SECOND = Number(process.env.BENCH_RATE ?? 20)
const SECONDS = Number(process.env.BENCH_SECONDS ?? 30)
const CONVERSATIONS = 15
const BROWSERS = (process.env.BENCH_BROWSERS ?? '1,50').split(',').map(Number)
const root = join(import.meta.dirname, '../..')

const executable = findChromium()
if (!executable) {
  console.log('inbox-visible is skipped: no Chromium found (apt install chromium, or set CHROMIUM_PATH)')
} else {
  const house = await openBenchHouse()
  const browser = await launchBrowser(executable)
  try {
    const page = await signedInPage(browser, house)
    const clients = Array.from({ length: CONVERSATIONS }, (_, n) => `1777000${String(n).padStart(4, '0')}`)
    for (const from of clients) await post(`${house.url}/webhooks/${house.channelId}`, textMessage(from, 'Hello'))
    // A list that still grows moves under the pointer.
    await page
      .locator('[role=list][aria-label=Tasks] a')
      .nth(CONVERSATIONS - 1)
      .waitFor()
    const [chosen = ''] = clients
    await openTaskOf(page, chosen)
    await watch(page)
    // Warms caches, plans and compilers up.
    await round(house, page, clients, 'w', 5)
    const rows = []
    const costs = []
    for (const browsers of BROWSERS) {
      const before = usedBy(house)
      rows.push(...(await withOthers(house, page, clients, browsers)))
      costs.push({ browsers, ...costOfOne(before, usedBy(house)) })
    }
    printTable(
      `Webhook → on the screen, ${PER_SECOND} messages/s for ${SECONDS} s to ${CONVERSATIONS} conversations (ms)`,
      rows,
    )
    printTable('Processor time for each message, with what the processes use at rest (ms)', costs)
  } finally {
    await browser.close()
    await house.close()
  }
}

/** Processor time so far of each process, in milliseconds. */
function usedBy({ processes }: BenchHouse): Record<string, number> {
  const all = { ...processes, Chromium: browserProcess() ?? Number.NaN }
  return Object.fromEntries(Object.entries(all).map(([name, pid]) => [name, processorTime(pid)]))
}

function costOfOne(before: Record<string, number>, after: Record<string, number>): Record<string, string> {
  const messages = PER_SECOND * SECONDS
  const each = Object.entries(after).map(([name, used]) => [name, (used - (before[name] ?? 0)) / messages] as const)
  const cells = [...each, ['together', each.reduce((sum, [, cost]) => sum + cost, 0)] as const]
  return Object.fromEntries(cells.map(([name, cost]) => [name, cost.toFixed(1)]))
}

async function withOthers(house: BenchHouse, page: Page, clients: string[], browsers: number) {
  const others = await startOthers(house, browsers - 1)
  try {
    const { inList, inFeed, inDatabase, sent } = await round(house, page, clients, `b${browsers}`, SECONDS)
    const { asked } = await others.totals()
    const row = (where: string, times: number[], of: number) => ({
      browsers,
      where,
      p50: percentile(times, 0.5).toFixed(0),
      p95: percentile(times, 0.95).toFixed(0),
      p99: percentile(times, 0.99).toFixed(0),
      seen: `${times.length} of ${of}`,
      'over the floor (p50)': (percentile(times, 0.5) / percentile(inDatabase, 0.5)).toFixed(2),
      'asked by the others': asked,
    })
    const toChosen = Math.ceil(sent / clients.length)
    return [
      row('floor: in the database', inDatabase, sent),
      row('in the list', inList, sent),
      row('in the open task', inFeed, toChosen),
    ]
  } finally {
    others.end()
  }
}

interface Sighting {
  text: string
  at: number
}

/** Sends at the rate, whatever comes back, and collects when each message was first seen where. */
async function round(house: BenchHouse, page: Page, clients: string[], name: string, seconds: number) {
  const sentAt = new Map<string, number>()
  const url = `${house.url}/webhooks/${house.channelId}`
  const began = Date.now()
  const total = PER_SECOND * seconds
  const posts: ReturnType<typeof post>[] = []
  for (let n = 0; n < total; n++) {
    await pause(Math.max(0, began + (n * 1000) / PER_SECOND - Date.now()))
    const text = `${name}-${n}.`
    sentAt.set(text, performance.timeOrigin + performance.now())
    posts.push(post(url, textMessage(clients[n % clients.length] ?? '', text)))
  }
  const refused = (await Promise.all(posts)).filter((status) => status !== 200)
  if (refused.length > 0)
    throw new Error(`${refused.length} of ${total} webhooks were refused: the machine is too busy`)
  const stored = await untilStored(house, name, total)
  await pause(1_500)
  const seen = await page.evaluate<{ list: Sighting[]; feed: Sighting[] }>('window.takeSightings()')
  const times = (sightings: Sighting[]) =>
    sightings.flatMap(({ text, at }) => {
      const from = sentAt.get(text)
      return from === undefined ? [] : [at - from]
    })
  return {
    sent: total,
    inList: times(seen.list),
    inFeed: times(seen.feed),
    inDatabase: times(stored.map(({ text, stored_at }) => ({ text, at: stored_at.getTime() }))),
  }
}

async function untilStored(house: BenchHouse, name: string, total: number) {
  for (;;) {
    const rows = await house.database.db
      .selectFrom('comments')
      .select(['text', 'stored_at'])
      .where('text', 'like', `${name}-%`)
      .execute()
    if (rows.length >= total) return rows.map(({ text, stored_at }) => ({ text: text ?? '', stored_at }))
    await pause(50)
  }
}

async function openTaskOf(page: Page, from: string): Promise<void> {
  await page
    .getByRole('list', { name: 'Tasks' })
    .getByRole('link', { name: `Client ${from}` })
    .click()
  await page
    .getByRole('heading', { name: `Client ${from}`, level: 2 })
    .first()
    .waitFor()
}

/** In the page: notes when a text first stands in the list and in the feed, in the frame after it was put there. */
function watch(page: Page): Promise<unknown> {
  return page.evaluate(`(() => {
    const MARK = /(?:w|b\\d+)-\\d+\\./g
    const seen = { list: new Map(), feed: new Map() }
    const note = (place, root) => {
      for (const [text] of root.textContent.matchAll(MARK))
        if (!seen[place].has(text)) seen[place].set(text, performance.timeOrigin + performance.now())
    }
    const places = [['list', '[role=list][aria-label=Tasks]'], ['feed', 'section[aria-label=Conversation]']]
    const look = () => {
      for (const [place, selector] of places) {
        const root = document.querySelector(selector)
        if (root) note(place, root)
      }
      waiting = false
    }
    let waiting = false
    new MutationObserver(() => {
      if (!waiting) requestAnimationFrame(look)
      waiting = true
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
    window.takeSightings = () => {
      const taken = Object.fromEntries(
        Object.entries(seen).map(([place, texts]) => [place, [...texts].map(([text, at]) => ({ text, at }))]),
      )
      for (const texts of Object.values(seen)) texts.clear()
      return taken
    }
  })()`)
}

async function startOthers(house: BenchHouse, count: number) {
  await build({
    absWorkingDir: root,
    entryPoints: ['bench/inbox-visible/other-browsers.ts'],
    outfile: 'dist/bench/other-browsers.js',
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  })
  const child = fork(join(root, 'dist/bench/other-browsers.js'), [house.url, house.token, String(count)])
  const answer = <T>() => new Promise<T>((resolve) => child.once('message', (message) => resolve(message as T)))
  await answer()
  // Their streams are open before anything is measured.
  await pause(1_000)
  return {
    totals: () => {
      const totals = answer<{ events: number; asked: number }>()
      child.send('totals')
      return totals
    },
    end: () => child.kill('SIGTERM'),
  }
}
