import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { findChromium, openBrowser } from './chromium.ts'
import { phoneOf } from './phone.ts'
import { type RunningParley, startParley } from './running-parley.ts'
import { tinyPng } from './tiny-png.ts'

const executable = findChromium()
if (!executable)
  console.warn('browser tests are skipped: no Chromium found (apt install chromium, or set CHROMIUM_PATH)')

/** Whatever of it runs leaves its mark on the window. */
const SCRIPT = '<script>window.pwned="script"</script>'
const MARKUP = `"'><img src="https://evil.example/pixel.png" onerror="window.pwned='image'">${SCRIPT}<svg onload="window.pwned='svg'">`
const LINK = 'javascript:window.pwned="link"'
const RIGHT_TO_LEFT = '\u202e'
const ZERO_WIDTH = '\u200b\u200d\ufeff'
const NAME = `<img src=x onerror="window.pwned='name'"> ${RIGHT_TO_LEFT}שלום${ZERO_WIDTH}`
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" onload="window.pwned='file'">${SCRIPT}</svg>`
const HTML = `<!doctype html><title>An invoice</title>${SCRIPT}<img src="https://evil.example/x" onerror="window.pwned='file'">`

/** What a client can write, and a piece of it that must stand on the screen letter by letter. */
const MESSAGES: Record<string, { content: Record<string, unknown>; shown: string }> = {
  markup: { content: { text: MARKUP }, shown: MARKUP },
  'dangerous links': {
    content: { text: `${LINK} data:text/html,${SCRIPT} [here](${LINK}) https://user:secret@evil.example/%00` },
    shown: LINK,
  },
  'turned and invisible characters': {
    content: { text: `pay 10${RIGHT_TO_LEFT}00 to me${ZERO_WIDTH} now` },
    shown: `pay 10${RIGHT_TO_LEFT}00 to me${ZERO_WIDTH} now`,
  },
  'both directions': {
    content: { text: 'שלום world, مرحبا (123) <b>ערב</b>!' },
    shown: 'שלום world, مرحبا (123) <b>ערב</b>!',
  },
  'a word without end': { content: { text: `Start ${'W'.repeat(60_000)}` }, shown: 'Start WWW' },
  'a link without end': {
    content: { text: `Follow https://evil.example/${'.'.repeat(30_000)}a${'V'.repeat(30_000)}` },
    shown: 'Follow https://evil.example/...',
  },
  'five hundred emoji': { content: { text: `Party ${'👨‍👩‍👧‍👦'.repeat(500)}` }, shown: 'Party 👨‍👩‍👧‍👦👨‍👩‍👧‍👦' },
  'a caption': {
    content: {
      media: { dataBase64: tinyPng(40, 30).toString('base64'), mime: 'image/png', caption: `Caption ${MARKUP}` },
    },
    shown: `Caption ${MARKUP}`,
  },
  'a place': {
    content: {
      location: { latitude: 1, longitude: 2, name: `Place ${MARKUP}`, address: 'W'.repeat(20_000), url: LINK },
    },
    shown: `Place ${MARKUP}`,
  },
  'a contact card': {
    content: {
      contacts: [
        {
          name: { formatted_name: `Card ${MARKUP}`, first_name: MARKUP },
          phones: [{ phone: `+1<b>5</b>${LINK}${'5'.repeat(200)}`, type: MARKUP }],
          emails: [{ email: `a@b?subject=${MARKUP}` }],
          urls: [{ url: LINK, type: MARKUP }],
          org: { company: MARKUP },
        },
      ],
    },
    shown: `Card ${MARKUP}`,
  },
  'a pressed button': {
    content: { button: { payload: MARKUP, text: `Button ${MARKUP}` } },
    shown: `Button ${MARKUP}`,
  },
  'a chosen row': {
    content: {
      interactive: {
        type: 'list_reply',
        list_reply: { id: MARKUP, title: `Row ${MARKUP}`, description: 'W'.repeat(5_000) },
      },
    },
    shown: `Row ${MARKUP}`,
  },
  'a form': {
    content: {
      interactive: {
        type: 'nfm_reply',
        nfm_reply: {
          name: MARKUP,
          body: MARKUP,
          response_json: JSON.stringify({ [`Form ${MARKUP}`]: MARKUP, ['V'.repeat(300)]: 'W'.repeat(20_000) }),
        },
      },
    },
    shown: `Form ${MARKUP}`,
  },
  'an order': {
    content: {
      order: {
        catalog_id: MARKUP,
        text: MARKUP,
        product_items: [
          { product_retailer_id: `Good ${MARKUP}${'W'.repeat(300)}`, quantity: 1, item_price: 1, currency: '<b>' },
        ],
      },
    },
    shown: `Good ${MARKUP}`,
  },
  'something unknown': { content: { unsupported: { type: MARKUP, details: MARKUP } }, shown: '' },
  'what an advert brings': {
    content: {
      text: 'From an advert',
      referral: {
        source_url: LINK,
        source_type: 'ad',
        source_id: MARKUP,
        headline: MARKUP,
        body: MARKUP,
        media_type: 'image',
        image_url: 'https://evil.example/advert.png',
      },
    },
    shown: 'From an advert',
  },
}

const ANSWER = `id: answer
name: Answer
trigger: { event: message.received, when: { field: event.text, contains: please answer } }
steps:
  - id: say
    sendText: { text: 'You are {{ contact.name }} and wrote {{ event.text }}' }
`

interface Items<Item> {
  items: Item[]
}

describe.skipIf(!executable)('a client who means harm', { timeout: 90_000 }, () => {
  let parley: RunningParley
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let task: string
  let client: ReturnType<typeof phoneOf>
  /** A violated policy, an exception, a dialog, a request to elsewhere. */
  const complaints: string[] = []

  beforeAll(async () => {
    parley = await startParley()
    browser = await openBrowser(executable ?? '')
    const { id } = await parley.api<{ id: string }>('POST', '/api/scenarios', { document: ANSWER })
    await parley.api('POST', `/api/scenarios/${id}/publish`, { inFlight: 'pin' })
    context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } })
    watch(context)
    page = await context.newPage()
    await page.goto(parley.signInLink)
    await page.getByText('No active tasks.').waitFor()
    client = phoneOf(parley, '+491700000666', NAME)
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await parley?.stop()
  }, 60_000)

  function watch(of: BrowserContext) {
    of.setDefaultTimeout(20_000)
    of.on('weberror', (error) => complaints.push(`exception: ${error.error().message}`))
    of.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    of.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== parley.url)
        complaints.push(`request: ${request.url()}`)
    })
    of.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) complaints.push(message.text())
    })
  }

  const feed = () => page.getByRole('region', { name: 'Conversation' })
  const taskOf = (q: string) =>
    eventually(async () => {
      const { items } = await parley.api<Items<{ id: string }>>('GET', `/api/tasks?q=${q}`)
      if (!items[0]) throw new Error(`no task of ${q}`)
      return items[0].id
    })
  /** What text cannot make: elements that run something, load something, or lead to something. */
  const made = (on = page) =>
    on.evaluate<string[]>(`[...document.querySelectorAll(
        'body script, iframe, object, embed, base, form[action], [onerror], [onload], [src*="evil.example"]')]
        .map((node) => node.outerHTML.slice(0, 200))
        .concat([...document.querySelectorAll('a[href]')].map((link) => link.href)
          .filter((href) => !/^(https?|mailto|tel|blob):/i.test(href)))
        .concat('pwned' in window ? ['ran: ' + window.pwned] : [])`)
  const lastMessage = async () => {
    const { items } = await parley.api<Items<{ id: string }>>('GET', `/api/tasks/${task}/comments?order=newest&limit=1`)
    return items[0]?.id
  }
  /** That the page scrolls sideways; what reaches out of the window without a box around it that scrolls or cuts. */
  const misfits = async (width: number) => {
    await page.setViewportSize({ width, height: 800 })
    return page.evaluate<string[]>(`(() => {
      const scroll = document.documentElement.scrollWidth - document.documentElement.clientWidth
      const out = [...document.querySelectorAll('body *')].filter((node) => {
        if (node.getBoundingClientRect().right <= innerWidth + 1) return false
        for (let box = node.parentElement; box; box = box.parentElement)
          if (getComputedStyle(box).overflowX !== 'visible') return false
        return true
      })
      const boxes = [...document.querySelectorAll('article')].flatMap((article) =>
        [...article.querySelectorAll('*')].filter((node) =>
          node.getBoundingClientRect().right > article.getBoundingClientRect().right + 1))
      return [...(scroll > 0 ? [scroll + ' px too wide at ' + innerWidth] : []),
        ...[...out, ...boxes].map((node) => 'sticks out at ' + innerWidth + ': ' + node.outerHTML.slice(0, 120))]
    })()`)
  }

  /** Words beside what turns the direction of writing, in the same box: they would be turned with it. */
  const turned = async () => {
    const found = await page.evaluate<{ box: string; beside: boolean }[]>(`[...document.querySelectorAll('body *')]
      .filter((node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.includes('\u202e')))
      .map((node) => {
        let box = node
        while (getComputedStyle(box).display === 'inline' && getComputedStyle(box).unicodeBidi === 'normal') box = box.parentElement
        return { box: box.outerHTML.slice(0, 160), beside: box.textContent.trim() !== node.textContent.trim() }
      })`)
    expect(found).not.toEqual([])
    return found.filter(({ beside }) => beside).map(({ box }) => box)
  }

  it('is a line of text in the list, the title and the command bar', async () => {
    await client.write({ text: `First ${MARKUP}` })
    task = await taskOf('1700000666')
    const row = page.getByRole('list', { name: 'Tasks' }).getByRole('link')
    await row.getByText(`<img src=x onerror="window.pwned='name'">`).first().waitFor()
    await row.getByText('<img src="https://evil.example/pixel.png"').waitFor()
    await row.click()
    // The conversation's own; the panel has one, too, once it is there.
    await page.getByRole('heading', { level: 2 }).getByText('<img src=x').first().waitFor()
    expect(await page.title()).toContain('<img src=x')
    await page.keyboard.press('Control+KeyK')
    const bar = page.getByRole('dialog', { name: 'Command bar' })
    await bar.getByRole('combobox').fill('1700000666')
    await bar.getByRole('option', { name: /<img src=x/ }).waitFor()
    await page.keyboard.press('Escape')
    expect(await made()).toEqual([])
  })

  it('writes all sorts of things: each is shown letter by letter, and breaks no layout, on a phone neither', async () => {
    const wrong: string[] = []
    await page.setViewportSize({ width: 360, height: 800 })
    for (const [name, { content, shown }] of Object.entries(MESSAGES)) {
      const before = await lastMessage()
      await client.write(content)
      const id = await eventually(async () => {
        const last = await lastMessage()
        if (last === before) throw new Error(`${name} has not arrived`)
        return last
      })
      await page.goto(`${parley.url}/inbox/${task}?comment=${id}`)
      const entry = feed()
        .getByRole('article')
        .filter({ hasText: shown.slice(0, 40) })
        .last()
      await entry.waitFor()
      if (!(await entry.textContent())?.includes(shown)) wrong.push(`${name}: ${await entry.textContent()}`)
      wrong.push(...(await misfits(360)).map((misfit) => `${name}: ${misfit}`))
      if (shown.includes(RIGHT_TO_LEFT)) wrong.push(...(await turned()).map((turns) => `${name}: turns ${turns}`))
      wrong.push(...(await made()).map((trace) => `${name}: ${trace}`))
    }
    expect(wrong).toEqual([])
    expect(await misfits(1280)).toEqual([])
  })

  it('breaks neither the panel nor the list on a phone', async () => {
    await page.setViewportSize({ width: 360, height: 740 })
    await page.goto(`${parley.url}/inbox/${task}`)
    await page.getByRole('link', { name: 'Show contact and task' }).click()
    await page.getByLabel('Status').waitFor()
    expect(await misfits(360)).toEqual([])
    await page.goto(`${parley.url}/inbox`)
    await page.getByRole('list', { name: 'Tasks' }).getByRole('link').first().waitFor()
    expect(await misfits(360)).toEqual([])
    await page.setViewportSize({ width: 1280, height: 800 })
    expect(await made()).toEqual([])
  })

  it('sends files that are saved and never opened', async () => {
    const files = [
      { name: `in${RIGHT_TO_LEFT}gpj.html`, mime: 'text/html', body: HTML },
      { name: 'logo.svg', mime: 'image/svg+xml', body: SVG },
      { name: `../../${MARKUP}.txt`, mime: 'text/plain', body: HTML },
    ]
    await page.goto(`${parley.url}/inbox/${task}`)
    await page.getByRole('region', { name: 'Write' }).waitFor()
    for (const { name, mime, body } of files) {
      await client.write({
        media: {
          dataBase64: Buffer.from(body).toString('base64'),
          mime,
          name,
          asDocument: true,
          caption: `File ${mime}`,
        },
      })
      const link = feed()
        .getByRole('article')
        .filter({ hasText: `File ${mime}` })
        .getByRole('link')
      await link.waitFor()
      expect(await link.textContent()).not.toContain(RIGHT_TO_LEFT)
      const saved = page.waitForEvent('download')
      await link.click()
      expect((await saved).suggestedFilename()).not.toMatch(/[\u202e/\\<>]/)

      // Neither does its address show it, asked as a picture is.
      const address = `${await link.getAttribute('href')}`.replace(/\?.*/, '?inline=1')
      const tab = await context.newPage()
      const instead = tab.waitForEvent('download')
      await tab.goto(parley.url + address).catch(() => undefined)
      await instead
      expect(tab.url()).not.toContain('/api/attachments')
      await tab.close()
    }
    expect(await made()).toEqual([])
  })

  it('rings with its words as words', async () => {
    const away = await browser.newContext({ locale: 'en-GB', storageState: await context.storageState() })
    watch(away)
    await away.addInitScript(`
      document.hasFocus = () => false
      if (location.origin === '${parley.url}') localStorage.setItem('parley.alerts', JSON.stringify({ for: 'all', sound: false, desktop: true }))
      window.rung = []
      window.Notification = class {
        static permission = 'granted'
        constructor(title, { body }) { window.rung.push({ title, body }) }
        close() {}
      }`)
    const tab = await away.newPage()
    await tab.goto(`${parley.url}/inbox`)
    await tab.getByRole('list', { name: 'Tasks' }).getByRole('link').first().waitFor()
    await client.write({ text: `Ring ${MARKUP}` })
    const rung = await eventually(async () => {
      const [first] = await tab.evaluate<{ title: string; body: string }[]>('window.rung')
      if (!first) throw new Error('nothing has rung')
      return first
    })
    expect(rung.title).toContain('<img src=x')
    expect(rung.body).toContain('Ring "\'><img')
    expect(await made(tab)).toEqual([])
    await away.close()
  })

  it('is text where a scenario repeats it, and where a quick reply would', async () => {
    await client.write({ text: `please answer ${MARKUP}${'W'.repeat(3_000)}` })
    await client.receives(({ text }) => Boolean(text?.includes(`please answer ${MARKUP}`)))
    const { items } = await parley.api<Items<{ id: string }>>('GET', `/api/runs?taskId=${task}`)
    await page.goto(`${parley.url}/runs/${items[0]?.id}`)
    const steps = page.getByRole('region', { name: 'Step by step' })
    await steps.getByText(`please answer ${MARKUP}`).first().waitFor()
    expect(await misfits(360)).toEqual([])
    await page.setViewportSize({ width: 1280, height: 800 })
    expect(await made()).toEqual([])

    await page.goto(`${parley.url}/settings/quick-replies`)
    await page.getByRole('button', { name: 'New quick reply' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Text' }).fill('Dear {{contact.name}}, hello')
    await dialog.getByText(/^Dear <img src=x onerror=/).waitFor()
    expect(await misfits(360)).toEqual([])
    await page.setViewportSize({ width: 1280, height: 800 })
    expect(await made()).toEqual([])
  })

  it('is text among the people of a campaign', async () => {
    const { items } = await parley.api<Items<{ id: string }>>('GET', '/api/channels')
    const channelId = items[0]?.id
    await parley.api('POST', '/api/templates/sync', { channelId })
    const { id } = await parley.api<{ id: string }>('POST', '/api/campaigns', {
      channelId,
      name: `News ${MARKUP}`,
      template: { name: 'welcome', language: 'en_US' },
      recipients: [
        { to: '+491700000666', name: NAME, parameters: { body: ['you <b>there</b>'] } },
        { to: '+491700000667', name: `People ${'W'.repeat(150)}`, parameters: { body: [MARKUP] } },
      ],
    })
    await page.goto(`${parley.url}/mailings/campaigns/${id}`)
    await page.getByRole('heading', { level: 1 }).getByText(`News ${MARKUP}`).waitFor()
    await page
      .getByText(/^<img src=x onerror/)
      .first()
      .waitFor()
    await page.getByText('People WWW').first().waitFor()
    expect(await made()).toEqual([])
    expect(await misfits(360)).toEqual([])
    await page.goto(`${parley.url}/mailings`)
    await page.getByText('News "\'>').first().waitFor()
    expect(await misfits(360)).toEqual([])
    expect(await made()).toEqual([])
  })

  it('ran nothing, asked nothing of another host, and broke no policy', () => {
    expect(complaints).toEqual([])
  })
})
