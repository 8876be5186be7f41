import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { json, type OutsideServer, openOutsideServer } from '../kit/outside-server.ts'
import { findChromium, inBrowser, openBrowser } from './chromium.ts'
import { noteComplaints } from './complaints.ts'
import { phoneOf } from './phone.ts'
import { type RunningParley, startParley } from './running-parley.ts'
import { tinyPng } from './tiny-png.ts'
import { undoOf } from './toasts.ts'

const executable = findChromium()
if (!executable)
  console.warn('browser tests are skipped: no Chromium found (apt install chromium, or set CHROMIUM_PATH)')

describe.skipIf(!executable)('what went wrong is seen at once, and mended where it is seen', inBrowser, () => {
  let parley: RunningParley
  let browser: Browser
  let page: Page
  let outside: OutsideServer
  let anna: ReturnType<typeof phoneOf>
  const complaints: string[] = []

  beforeAll(async () => {
    outside = await openOutsideServer((call, response) =>
      json(response, { heard: call.body, key: call.headers.authorization }),
    )
    parley = await startParley()
    anna = phoneOf(parley, '+491701234567', 'Anna Schmidt')
    await anna.write({ text: 'Is the blue coat still there?' })
    browser = await openBrowser(executable ?? '')
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } })
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    noteComplaints(page, complaints)
    await page.goto(parley.signInLink)
    await row('Anna Schmidt').waitFor()
  }, 150_000)

  afterAll(async () => {
    await browser?.close()
    await parley?.stop()
    await outside?.close()
  }, 60_000)

  const list = () => page.getByRole('list', { name: 'Tasks' })
  const row = (name: string) => list().getByRole('link').filter({ hasText: name })
  const feed = () => page.getByRole('region', { name: 'Conversation' })
  const go = (name: string) =>
    page
      .getByRole('navigation', { name: 'Sections' })
      .getByRole('link', { name: new RegExp(`^${name}`) })
      .click()
  const toast = (text: string) => page.getByRole('status').getByText(text)

  it('fetches a file again that could not be had, and says why it could not', async () => {
    const { id } = await parley.api<{ id: string }>('POST', '/simulator/faults', {
      kind: 'error',
      code: 131052,
      on: 'media',
    })
    await row('Anna Schmidt').click()
    await anna.write({
      media: { dataBase64: tinyPng(40, 30).toString('base64'), mime: 'image/png', caption: 'This one' },
    })
    const entry = feed().getByRole('article').filter({ hasText: 'This one' })
    await entry.getByText("The client's file could not be fetched. Ask them to send it again.").waitFor()

    // Meta has not mended it: the reason is there again.
    await entry.getByRole('button', { name: 'Fetch it again' }).click()
    await eventually(async () => {
      const struck = await parley.api<{ items: { id: string; used: number }[] }>('GET', '/simulator/faults')
      expect(struck.items.find((fault) => fault.id === id)?.used).toBeGreaterThan(1)
    })
    await entry.getByRole('button', { name: 'Fetch it again' }).waitFor()

    await parley.api('DELETE', '/simulator/faults')
    await entry.getByRole('button', { name: 'Fetch it again' }).click()
    await entry.getByRole('img').waitFor()
  })

  it('counts and lists what could not be understood as it comes, and as it is settled', async () => {
    await parley.api('POST', '/simulator/webhooks', {
      field: 'messages',
      value: { messaging_product: 'whatsapp', messages: [{ id: 'wamid.strange', from: '491701234567' }] },
    })
    await page.getByRole('link', { name: 'Attention, 1 thing needs a person' }).waitFor()

    await go('Attention')
    const letter = page.getByText('A part of it has another form than expected.')
    await letter.waitFor()
    const { items } = await parley.api<{ items: { id: string }[] }>('GET', '/api/dead-letters?state=open')
    await parley.api('POST', `/api/dead-letters/${items[0]?.id}/resolve`, { resolution: 'by a colleague' })
    await letter.waitFor({ state: 'detached' })
    await page.getByText('Nothing needs you').waitFor()
    await page.getByRole('link', { name: 'Attention', exact: true }).waitFor()
  })

  it('marks many tasks read, and puts them aside, with one request each', async () => {
    await go('Inbox')
    for (const [number, name] of ['Boris', 'Carla', 'Dora'].entries()) {
      await phoneOf(parley, `+49170200000${number}`, name).write({ text: `Hello from ${name}` })
    }
    await row('Dora').getByText('1 unread message').waitFor()
    const marks: string[] = []
    page.on('request', (request) => {
      const path = new URL(request.url()).pathname
      if (/\/api\/tasks\/.*(mark|read|snooze)$/.test(path)) marks.push(`${request.method()} ${path}`)
    })
    const select = async () => {
      await row('Boris').hover()
      for (const name of ['Boris', 'Carla', 'Dora']) {
        await page.getByRole('checkbox', { name: new RegExp(`${name}$`) }).click()
      }
    }
    const bar = page.getByRole('region', { name: 'Selected tasks' })
    await select()
    await bar.getByRole('button', { name: 'Mark read' }).click()
    await toast('3 tasks changed.').waitFor()
    for (const name of ['Boris', 'Carla', 'Dora']) {
      await row(name).getByText('1 unread message').waitFor({ state: 'detached' })
    }
    expect(marks).toEqual(['POST /api/tasks/mark'])

    await select()
    await bar.getByRole('button', { name: 'Snooze' }).click()
    await page.getByRole('option', { name: 'The client writes' }).click()
    await row('Dora').waitFor({ state: 'detached' })
    await undoOf(page, '3 tasks changed.').click()
    for (const name of ['Boris', 'Carla', 'Dora']) await row(name).waitFor()
    expect(marks).toEqual(['POST /api/tasks/mark', 'POST /api/tasks/mark', 'POST /api/tasks/mark'])
  })

  it('tries out an endpoint, and shows what came without its secret', async () => {
    await parley.api('POST', '/api/endpoints', {
      name: 'crm',
      url: outside.url,
      allowPrivateAddress: true,
      secret: { kind: 'bearer', value: 'canary-of-the-endpoint' },
    })
    await page.goto(`${parley.url}/settings/endpoints`)
    await page.getByRole('button', { name: 'Test call: crm' }).click()
    const dialog = page.getByRole('dialog', { name: 'Test call: crm' })
    await dialog.getByLabel('Path').fill('orders')
    await dialog.getByLabel('What is sent (JSON)').fill('{"order":')
    await dialog.getByText('This is no JSON.').waitFor()
    await dialog.getByLabel('What is sent (JSON)').fill('{"order":7}')
    await dialog.getByRole('button', { name: 'Call', exact: true }).click()
    await dialog.getByText(/It answered with status 200\. It took \d+ ms\./).waitFor()
    expect(await dialog.locator('pre').textContent()).toBe('{"heard":"{\\"order\\":7}","key":"•••"}')
    expect(outside.calls).toMatchObject([
      { method: 'POST', url: '/orders', headers: { authorization: 'Bearer canary-of-the-endpoint' } },
    ])
    await outside.close()
    await dialog.getByRole('button', { name: 'Call', exact: true }).click()
    await dialog.getByText('It could not be reached, or the connection broke.').waitFor()
    await page.keyboard.press('Escape')
  })

  it('makes a template with a picture, by a sample that goes to Meta', async () => {
    await page.goto(`${parley.url}/templates`)
    await page.getByRole('button', { name: 'New template' }).click()
    const dialog = page.getByRole('dialog', { name: 'New template' })
    await dialog.getByLabel('Name').fill('new_coats')
    await dialog.getByLabel('Language').fill('en_US')
    await dialog.getByLabel('Heading').selectOption({ label: 'Picture' })
    await dialog.getByLabel('Text', { exact: true }).fill('The new coats are here.')
    await dialog.getByRole('button', { name: 'Send for review' }).click()
    await dialog.getByText('The heading needs a sample of its file.').waitFor()

    const picture = { name: 'coat.png', mimeType: 'image/png', buffer: tinyPng(40, 30) }
    await dialog.locator('input[type=file]').setInputFiles(picture)
    await dialog.getByText('Meta has the sample.').waitFor()
    await dialog.getByRole('button', { name: 'Send for review' }).click()
    await dialog.waitFor({ state: 'detached' })
    const { items } = await parley.api<{ items: { components: { type: string; format?: string }[] }[] }>(
      'GET',
      '/api/templates?q=new_coats',
    )
    expect(items[0]?.components[0]).toMatchObject({ type: 'HEADER', format: 'IMAGE' })
  })

  it('broke no rule of the page', () => {
    expect(complaints).toEqual([])
  })
})
