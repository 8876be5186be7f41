/**
 * The list of 10,000 tasks in a real Chromium: frames while it scrolls, beside the floor of the same run: an empty page
 * that scrolls as fast in the same browser; what the browser's memory grows by; and from the click on a task that was
 * pointed at before to its painted conversation.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Browser, Page } from 'playwright-core'
import { findChromium, launchBrowser } from '../test/browser/chromium.ts'
import { type BenchHouse, openBenchHouse } from './kit/house.ts'
import { percentile, printTable } from './kit/machine.ts'
import { signedInPage } from './kit/signed-in-page.ts'

const TASKS = Number(process.env.BENCH_TASKS ?? 10_000)
const SECONDS = Number(process.env.BENCH_SECONDS ?? 10)
const OPENED = 20
const MESSAGES = 60
/** As fast as a wheel that is turned without a pause. */
const PIXELS_A_FRAME = 50
/** A frame of 60 a second, and the time at which one was certainly left out. */
const FRAME_MS = 16.7
const MISSED_MS = 25
/** A hand rests on a name for so long before it clicks. */
const CONSIDERED_MS = 500

const LIST = `document.querySelector('[role=list][aria-label=Tasks]')`

const executable = findChromium()
if (!executable) {
  console.log('inbox-list is skipped: no Chromium found (apt install chromium, or set CHROMIUM_PATH)')
} else {
  const house = await openBenchHouse()
  const browser = await launchBrowser(executable)
  try {
    await fill(house)
    const page = await signedInPage(browser, house)
    await page.getByRole('list', { name: 'Tasks' }).getByRole('link').first().waitFor()
    const before = await heapOf(page)
    const whileLoading = await scroll(page, LIST)
    await loadAll(page)
    const after = await heapOf(page)
    await page.evaluate(`${LIST}.scrollTop = 0`)
    await pause(500)
    const loaded = await scroll(page, LIST)
    const floor = await emptyPage(browser)
    printTable(`Scrolling ${TASKS} tasks for ${SECONDS} s, ${PIXELS_A_FRAME} pixels a frame`, [
      frames('floor: an empty page', floor),
      frames('as its pages come in', whileLoading),
      frames('all of it loaded', loaded),
    ])
    printTable('Memory of the page, after a collection', [
      { measured: 'first page of the list', MB: before.toFixed(1) },
      { measured: `all ${TASKS} tasks loaded`, MB: after.toFixed(1) },
    ])
    await page.evaluate(`${LIST}.scrollTop = 0`)
    const { times, work } = await openCached(page)
    printTable(`Opening a task of ${MESSAGES} messages that was pointed at before, ${OPENED} times`, [
      {
        measured: 'click to painted conversation',
        'p50 ms': percentile(times, 0.5).toFixed(0),
        'p95 ms': percentile(times, 0.95).toFixed(0),
        'most ms': Math.max(...times).toFixed(0),
        'work p50 ms': percentile(work, 0.5).toFixed(0),
        'work p95 ms': percentile(work, 0.95).toFixed(0),
      },
    ])
  } finally {
    await browser.close()
    await house.close()
  }
}

interface Scrolled {
  /** milliseconds between the frames */
  times: number[]
  /** processor time of the page's main thread for each: other programs of the machine do not lengthen it */
  work: number
}

/** Scrolls from frame to frame. */
async function scroll(page: Page, element: string): Promise<Scrolled> {
  const { busy, end } = await mainThread(page)
  const before = await busy()
  const times = await page.evaluate<number[]>(`new Promise((resolve) => {
    const times = []
    let last = null
    let began = null
    const step = (now) => {
      began ??= now
      if (last !== null) times.push(now - last)
      last = now
      ${element}.scrollTop += ${PIXELS_A_FRAME}
      if (now - began < ${SECONDS * 1000}) requestAnimationFrame(step)
      else resolve(times)
    }
    requestAnimationFrame(step)
  })`)
  const work = ((await busy()) - before) / times.length
  await end()
  return { times, work }
}

/** Milliseconds that the main thread of a page has worked, by the processor's clock. */
async function mainThread(page: Page) {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  return {
    async busy(): Promise<number> {
      const { metrics } = await session.send('Performance.getMetrics')
      return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000
    },
    end: () => session.detach(),
  }
}

async function emptyPage(browser: Browser): Promise<Scrolled> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1200 } })
  await page.setContent(
    '<div id="list" style="height: 1000px; overflow: auto"><div style="height: 10000000px"></div></div>',
  )
  const scrolled = await scroll(page, `document.getElementById('list')`)
  await page.close()
  return scrolled
}

function frames(measured: string, { times, work }: Scrolled) {
  const share = (limit: number) =>
    `${((times.filter((time) => time > limit).length / times.length) * 100).toFixed(1)} %`
  return {
    measured,
    frames: times.length,
    'p50 ms': percentile(times, 0.5).toFixed(1),
    'p95 ms': percentile(times, 0.95).toFixed(1),
    'p99 ms': percentile(times, 0.99).toFixed(1),
    [`over ${FRAME_MS} ms`]: share(FRAME_MS),
    [`over ${MISSED_MS} ms`]: share(MISSED_MS),
    'work ms a frame': work.toFixed(1),
  }
}

/** Scrolls to the end until nothing more comes. */
async function loadAll(page: Page): Promise<void> {
  const height = () => page.evaluate<number>(`${LIST}.scrollHeight`)
  for (let same = 0, last = 0; same < 20; ) {
    await page.evaluate(`${LIST}.scrollTop = ${LIST}.scrollHeight`)
    await pause(50)
    const now = await height()
    same = now === last ? same + 1 : 0
    last = now
  }
  const rows = Math.round((await height()) / 74)
  if (Math.abs(rows - TASKS) > TASKS / 100) throw new Error(`the list has about ${rows} rows, not ${TASKS}`)
}

async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return usedSize / 1024 ** 2
}

/** Points at each task as a hand does, then clicks, and waits for its last message to be painted. */
async function openCached(page: Page): Promise<{ times: number[]; work: number[] }> {
  const times: number[] = []
  const work: number[] = []
  const { busy, end } = await mainThread(page)
  for (let n = 1; n <= OPENED; n++) {
    const link = page.getByRole('list', { name: 'Tasks' }).getByRole('link', { name: `Client ${n}.` })
    await link.hover()
    await pause(CONSIDERED_MS)
    const before = await busy()
    // The page's own clock, from the click to the frame after the one that has it.
    times.push(
      await page.evaluate<number>(`new Promise((resolve) => {
        const link = [...${LIST}.querySelectorAll('a')].find((one) => one.textContent.includes('Client ${n}.'))
        const began = performance.now()
        link.click()
        const look = () => {
          const entries = [...document.querySelectorAll('article')]
          const there = entries.some((entry) => entry.textContent.includes('The last words of client ${n}.'))
          requestAnimationFrame(there ? () => resolve(performance.now() - began) : look)
        }
        requestAnimationFrame(look)
      })`),
    )
    work.push((await busy()) - before)
  }
  await end()
  return { times, work }
}

/** Tasks as years would leave them; the newest ones have conversations. */
async function fill({ database, channelId }: BenchHouse): Promise<void> {
  const statuses = JSON.stringify([
    { key: 'new', name: 'New', active: true },
    { key: 'done', name: 'Done', active: false },
  ])
  await sql`
    with client as materialized (
      select n, gen_random_uuid() as contact, gen_random_uuid() as conversation, gen_random_uuid() as task,
        now() - make_interval(mins => n) as at
      from generate_series(1, ${TASKS}::int) n
    ), contact as (
      insert into contacts (id, name, phone, tags, updated_at)
      select contact, 'Client ' || n || '.', '+1555' || lpad(n::text, 7, '0'), case when n % 7 = 0 then '{vip}'::text[] else '{}' end, at
      from client
    ), conversation as (
      insert into conversations (id, channel_id, contact_id, task_id, due_at)
      select conversation, ${channelId}, contact, task, now() + interval '1 year' from client
    ), task as (
      insert into tasks (id, title, requester_id, channel_id, conversation_id, statuses, status, active, updated_at,
        awaiting_since, last_message_at)
      select task, 'Client ' || n || '.', contact, ${channelId}, conversation, ${statuses}::jsonb, 'new', true, at,
        case when n % 3 = 0 then at end, at
      from client
    )
    insert into comments (id, task_id, conversation_id, channel_id, author_kind, author_id, author_name, kind, text, at, provider_at)
    select gen_random_uuid(), task, conversation, ${channelId}, 'contact', contact, 'Client ' || n || '.', 'text',
      case when m = ${MESSAGES} then 'The last words of client ' || n || '.' else 'Message ' || m || ', about as long as people write.' end,
      at - make_interval(secs => ${MESSAGES} - m), at - make_interval(secs => ${MESSAGES} - m)
    from client, generate_series(case when n <= ${OPENED * 2} then 1 else ${MESSAGES} end, ${MESSAGES}) m
    order by n, m`.execute(database.db)
  await sql`analyze`.execute(database.db)
}
