import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { findChromium, inBrowser, openBrowser } from './chromium.ts'
import { noteComplaints } from './complaints.ts'
import { phoneOf } from './phone.ts'
import { type RunningParley, startParley } from './running-parley.ts'
import { undoOf } from './toasts.ts'

const executable = findChromium()
if (!executable)
  console.warn('browser tests are skipped: no Chromium found (apt install chromium, or set CHROMIUM_PATH)')

const MINUTE = 60_000

describe.skipIf(!executable)('the list of tasks', inBrowser, () => {
  let parley: RunningParley
  let browser: Browser
  let context: BrowserContext
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    parley = await startParley()
    browser = await openBrowser(executable ?? '')
    context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } })
    page = await context.newPage()
    page.setDefaultTimeout(15_000)
    noteComplaints(page, complaints)
    await page.goto(parley.signInLink)
    await page.getByText('No active tasks.').waitFor()
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await parley?.stop()
  }, 60_000)

  const list = () => page.getByRole('list', { name: 'Tasks' })
  const row = (name: string) => list().getByRole('link', { name })
  const names = () =>
    list()
      .getByRole('link')
      .evaluateAll((links: { querySelector(selector: string): { textContent: string | null } | null }[]) =>
        links.map((link) => link.querySelector('bdi')?.textContent ?? ''),
      )
  const listed = (...expected: string[]) => eventually(async () => expect(await names()).toEqual(expected))
  const goTo = async (view: string) => {
    await page.getByRole('button', { name: /^View: / }).click()
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view }).click()
    await page.getByRole('button', { name: `View: ${view}` }).waitFor()
  }
  const heading = (name: string) => page.getByRole('heading', { name, level: 2 }).first()
  const commandBar = () => page.getByRole('dialog', { name: 'Command bar' }).getByRole('combobox')
  const toast = (text: string | RegExp) => page.getByRole('status').getByText(text)
  const taskOf = async (name: string) => {
    const { items } = await parley.api<{ items: { id: string; number: number }[] }>(
      'GET',
      `/api/tasks?q=${encodeURIComponent(name)}`,
    )
    const [found] = items
    if (!found) throw new Error(`no task of ${name}`)
    return found
  }
  /** As a keyboard of another layout says it: the place of a key, and the letter that it stands for there; one after the other. */
  const pressOn = (...keys: [code: string, key: string][]) =>
    page.evaluate(`for (const [code, key] of ${JSON.stringify(keys)})
      (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { code, key, bubbles: true, cancelable: true }))`)
  /** Out of any field: keys are commands again. */
  const leaveField = () => page.evaluate('document.activeElement?.blur()')
  const isFocused = (name: string) =>
    eventually(async () =>
      expect(
        await row(name).evaluate(
          (link: { ownerDocument: { activeElement: unknown } }) => link.ownerDocument.activeElement === link,
        ),
      ).toBe(true),
    )

  it('shows a message that comes after the list was read and before the live stream began', async () => {
    const tab = await browser.newContext({ locale: 'en-GB', storageState: await context.storageState() })
    const late = await tab.newPage()
    let begin = () => {}
    const begun = new Promise<void>((resolve) => {
      begin = resolve
    })
    await late.route('**/api/live*', async (route) => {
      await begun
      await route.continue()
    })
    await late.goto(`${parley.url}/inbox`)
    await late.getByText('No active tasks.').waitFor()
    await phoneOf(parley, '+4917010000', 'Between').write({ text: 'Is anybody there yet?' })
    const { id } = await eventually(() => taskOf('Between'))
    begin()
    await late.getByRole('link', { name: 'Between' }).waitFor()
    await tab.close()
    await parley.api('PATCH', `/api/tasks/${id}`, { status: 'done' })
    await page.getByText('No active tasks.').waitFor()
  })

  it('shows what is unread, and who waits, as messages come', async () => {
    await phoneOf(parley, '+4917010001', 'Anna').write({
      text: 'First',
      timestamp: new Date(Date.now() - 90 * MINUTE).toISOString(),
    })
    await row('Anna').waitFor()
    await phoneOf(parley, '+4917010002', 'Boris').write({ text: 'A second client' })
    await row('Boris').waitFor()
    await phoneOf(parley, '+4917010003', 'Carla').write({ text: 'A third one' })
    await phoneOf(parley, '+4917010003', 'Carla').write({ text: 'Are you there?' })
    await row('Carla').getByText('2 unread messages').waitFor()
    await listed('Carla', 'Boris', 'Anna')
    await row('Carla').getByText('Are you there?').waitFor()
    await row('Anna').getByText('Waiting 1 h').waitFor({ state: 'attached' })
    await page.getByRole('link', { name: 'Inbox, 3 unread' }).waitFor()
    await eventually(async () => expect(await page.title()).toBe('(3) All active · Parley'))
    expect(await page.locator('link[rel="icon"]').getAttribute('href')).toMatch(/^data:image\/svg/)
  })

  it('takes an opened task for read, and one marked unread for unread', async () => {
    await page.bringToFront()
    await row('Carla').click()
    await heading('Carla').waitFor()
    await row('Carla').getByText('2 unread messages').waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Inbox, 2 unread' }).waitFor()
    await pressOn(['KeyU', 'г'])
    await row('Carla').getByText('1 unread message').waitFor()
    await page.getByRole('link', { name: 'Inbox, 3 unread' }).waitFor()
    await eventually(async () => expect(new URL(page.url()).pathname).toBe('/inbox'))
  })

  it('puts who has waited longest first', async () => {
    await goTo('Waiting for an answer')
    await listed('Anna', 'Boris', 'Carla')
    expect(new URL(page.url()).search).toBe('?view=awaiting')
    await goTo('Unassigned')
    await page.getByText('Every active task has somebody.').waitFor()
    await page.goBack()
    await page.getByRole('button', { name: 'View: Waiting for an answer' }).waitFor()
    await page.reload()
    await listed('Anna', 'Boris', 'Carla')
    await goTo('All active')
    await listed('Carla', 'Boris', 'Anna')
  })

  it('is gone through by keys in their places, on a Russian keyboard too', async () => {
    await pressOn(['KeyJ', 'о'])
    await isFocused('Carla')
    await pressOn(['KeyJ', 'о'])
    await isFocused('Boris')
    await pressOn(['KeyO', 'щ'])
    await heading('Boris').waitFor()
    await pressOn(['KeyJ', 'о'])
    await heading('Anna').waitFor()
    await pressOn(['KeyK', 'л'])
    await heading('Boris').waitFor()
    expect(await row('Boris').getAttribute('aria-current')).toBe('true')
    await page.keyboard.press('Escape')
    await page.getByText('Choose a task').waitFor()
    await isFocused('Boris')
    await page.keyboard.press('ArrowDown')
    await isFocused('Anna')
    await page.keyboard.press('Enter')
    await heading('Anna').waitFor()
    // G then 1, G then 4
    await pressOn(['KeyG', 'п'], ['Digit1', '1'])
    await page.getByRole('button', { name: 'View: Mine' }).waitFor()
    await pressOn(['KeyG', 'п'], ['Digit4', '4'])
    await page.getByRole('button', { name: 'View: All active' }).waitFor()
  })

  it('closes a task and opens the next, and takes that back', async () => {
    await row('Boris').click()
    await heading('Boris').waitFor()
    await pressOn(['KeyE', 'у'])
    await heading('Anna').waitFor()
    await listed('Carla', 'Anna')
    const { number } = await taskOf('Boris')
    await undoOf(page, `Task ${number} is done.`).click()
    await row('Boris').waitFor()
    await heading('Boris').waitFor()
  })

  it('does nothing by single keys where somebody writes, or has switched them off', async () => {
    const field = page.getByRole('region', { name: 'Write' }).getByRole('textbox')
    await field.fill('')
    await field.press('e')
    await field.press('j')
    await eventually(async () => expect(await field.inputValue()).toBe('ej'))
    await field.fill('')
    await page.keyboard.press('Control+KeyK')
    await commandBar().fill('shortcuts')
    await page.getByRole('option', { name: 'Keyboard shortcuts', selected: true }).waitFor()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await dialog.getByText('Done, and open the next').waitFor()
    await dialog.getByRole('switch', { name: 'Single keys' }).click()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await leaveField()
    await pressOn(['KeyE', 'у'])
    await page.keyboard.press('Control+KeyK')
    await page.getByRole('dialog', { name: 'Command bar' }).waitFor()
    expect(await row('Boris').count()).toBe(1)
    await commandBar().fill('keyboard')
    await page.getByRole('option', { name: 'Keyboard shortcuts', selected: true }).waitFor()
    await page.keyboard.press('Enter')
    await dialog.getByRole('switch', { name: 'Single keys' }).click()
    await page.keyboard.press('Escape')
  })

  it('finds a task from the command bar by name and by phone number', async () => {
    for (const typed of ['carl', '17010003']) {
      await row('Anna').click()
      await heading('Anna').waitFor()
      await page.keyboard.press('Control+KeyK')
      await commandBar().fill(typed)
      await page.getByRole('option', { name: 'Carla', selected: true }).waitFor()
      await page.keyboard.press('Enter')
      await heading('Carla').waitFor()
    }
  })

  it('assigns by a key, and the list of mine follows', async () => {
    const olga = await parley.api<{ id: string }>('POST', '/api/users', { name: 'Olga', email: 'olga@example.test' })
    await page.reload()
    await row('Anna').click()
    await heading('Anna').waitFor()
    await leaveField()
    await pressOn(['KeyA', 'ф'])
    await page.getByRole('dialog', { name: 'Assign' }).getByRole('combobox').fill('olg')
    await page.getByRole('option', { name: 'Olga', selected: true }).waitFor()
    await page.keyboard.press('Enter')
    await row('Anna').getByText('Assigned to Olga').waitFor({ state: 'attached' })
    const { id } = await taskOf('Anna')
    await eventually(async () => {
      const { assignees } = await parley.api<{ assignees: { id: string }[] }>('GET', `/api/tasks/${id}`)
      expect(assignees.map((one) => one.id)).toEqual([olga.id])
    })
    await goTo('Mine')
    await eventually(async () => expect((await names()).toSorted()).toEqual(['Boris', 'Carla']))
    await goTo('All active')
    await row('Anna').click()
    await pressOn(['KeyI', 'ш'])
    await row('Anna').getByText('Assigned to Olga, Owner').waitFor({ state: 'attached' })
  })

  it('puts a task aside for its person alone, and brings it back when its time comes', async () => {
    await row('Boris').click()
    await heading('Boris').waitFor()
    await leaveField()
    await pressOn(['KeyH', 'р'])
    await page.getByRole('dialog', { name: 'Snooze until…' }).getByRole('option', { name: 'Tomorrow' }).click()
    await row('Boris').waitFor({ state: 'detached' })
    await undoOf(page, /^Snoozed until/).click()
    await row('Boris').waitFor()

    const { id } = await taskOf('Boris')
    const snooze = (seconds: number) =>
      page.evaluate(
        ([task, end]) =>
          fetch(`/api/tasks/${task}/snooze`, {
            method: 'PUT',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ until: end }),
          }),
        [id, new Date(Date.now() + seconds * 1_000).toISOString()],
      )
    await snooze(3_600)
    await row('Boris').waitFor({ state: 'detached' })
    await row('Anna').click()
    await heading('Anna').waitFor()
    await snooze(1)
    await row('Boris').getByText('Back from snooze').waitFor({ state: 'attached', timeout: 40_000 })
    expect((await names())[0]).toBe('Boris')
    await row('Boris').click()
    await heading('Boris').waitFor()
    await row('Boris').getByText('Back from snooze').waitFor({ state: 'detached' })
  })

  it('brings back what waits for the client when they write', async () => {
    await row('Carla').click()
    await heading('Carla').waitFor()
    await leaveField()
    await pressOn(['KeyH', 'р'])
    await page.getByRole('option', { name: 'The client writes' }).click()
    await row('Carla').waitFor({ state: 'detached' })
    await goTo('Snoozed')
    await row('Carla').getByText('Snoozed until the client writes').waitFor({ state: 'attached' })
    await phoneOf(parley, '+4917010003', 'Carla').write({ text: 'It is me again' })
    await page.getByText('You have put nothing aside.').waitFor()
    await goTo('All active')
    await row('Carla').getByText('It is me again').waitFor()
  })

  it('changes many at once, and says which could not be changed', async () => {
    await eventually(async () => expect(await names()).toHaveLength(3))
    const [first = '', , last = ''] = await names()
    await row(first).hover()
    await page.getByRole('checkbox', { name: new RegExp(`${first}$`) }).click()
    await page.getByRole('checkbox', { name: new RegExp(`${last}$`) }).click({ modifiers: ['Shift'] })
    const bar = page.getByRole('region', { name: 'Selected tasks' })
    await bar.getByText('3 selected').waitFor()
    await bar.getByRole('button', { name: 'Assign' }).click()
    await page.getByRole('option', { name: 'Nobody' }).click()
    await toast('3 tasks changed.').waitFor()
    await goTo('Unassigned')
    await eventually(async () => expect(await names()).toHaveLength(3))

    await parley.api('POST', '/api/task-templates', {
      name: 'Own',
      titlePattern: '{contact}',
      statuses: [
        { key: 'open', name: 'Open', active: true },
        { key: 'paid', name: 'Paid', active: false },
      ],
    })
    await row('Carla').hover()
    await page.getByRole('checkbox', { name: /Carla$/ }).click()
    await page.getByRole('checkbox', { name: /Boris$/ }).click()
    await bar.getByRole('button', { name: 'Status' }).click()
    await page.getByRole('option', { name: 'Paid' }).click()
    await toast('0 tasks changed, 2 tasks not: 2 × such tasks do not have this status').waitFor()
    await eventually(async () => expect(await names()).toHaveLength(3))
    await page.getByRole('status').getByRole('button', { name: 'Close' }).last().click()
    await goTo('All active')
  })

  it('filters, and keeps filters as a view that others can see', async () => {
    const { id } = await taskOf('Boris')
    const { requester } = await parley.api<{ requester: { id: string } }>('GET', `/api/tasks/${id}`)
    await parley.api('PATCH', `/api/contacts/${requester.id}`, { tags: ['wholesale'] })
    await row('Boris').getByText('wholesale').waitFor()
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByLabel('Tag').selectOption('wholesale')
    await listed('Boris')
    await page.getByRole('button', { name: 'Save this view…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Save this view' })
    await dialog.getByLabel('Name').fill('Wholesale')
    await dialog.getByRole('checkbox', { name: 'Share with everybody' }).check()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'View: Wholesale' }).waitFor()
    await listed('Boris')
    await page.reload()
    await listed('Boris')
    const { items } = await parley.api<{ items: { name: string; shared: boolean; filter: object }[] }>(
      'GET',
      '/api/views',
    )
    expect(items).toMatchObject([{ name: 'Wholesale', shared: true, filter: { status: 'active', tag: 'wholesale' } }])

    await page.getByRole('button', { name: 'View: Wholesale' }).click()
    await page.getByRole('button', { name: 'View Wholesale: actions' }).click()
    await page.getByRole('button', { name: 'Name and sharing…' }).click()
    await page.getByRole('dialog', { name: 'Change the view' }).getByLabel('Name').fill('Big customers')
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'View: Big customers' }).click()
    await page.getByRole('button', { name: 'View Big customers: actions' }).click()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByRole('dialog', { name: 'Delete the view?' }).getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('button', { name: 'View: All active' }).waitFor()
  })

  it('has one stream for all tabs, and another tab takes over when the first is closed', async () => {
    const second = await context.newPage()
    const streams: string[] = []
    second.on('request', (request) => {
      if (request.url().includes('/api/live')) streams.push(request.url())
    })
    await second.goto(`${parley.url}/inbox`)
    await second.getByRole('link', { name: 'Carla' }).waitFor()
    await phoneOf(parley, '+4917010004', 'Dina').write({ text: 'Told to both' })
    await second.getByRole('link', { name: 'Dina' }).waitFor()
    expect(streams).toEqual([])
    await page.close()
    await eventually(async () => expect(streams).toHaveLength(1))
    expect(streams[0]).toContain('lastEventId=')
    await phoneOf(parley, '+4917010005', 'Emil').write({ text: 'Told to the other' })
    await second.getByRole('link', { name: 'Emil' }).waitFor()
    page = second
  })

  it('fits a phone, in Russian and in the dark', async () => {
    const phone = await browser.newContext({
      locale: 'ru-RU',
      colorScheme: 'dark',
      viewport: { width: 360, height: 740 },
      storageState: await context.storageState(),
    })
    const small = await phone.newPage()
    await small.goto(`${parley.url}/inbox`)
    await small.getByRole('button', { name: 'Список: Все активные' }).click()
    await small.getByRole('link', { name: /Ждут ответа/ }).click()
    await small.getByRole('button', { name: 'Список: Ждут ответа' }).waitFor()
    await small.getByRole('button', { name: 'Ещё', exact: true }).click()
    await small.getByRole('link', { name: 'Настройки' }).waitFor()
    expect(
      await small.getByRole('navigation', { name: 'Разделы' }).getByRole('link').filter({ visible: true }).count(),
    ).toBeGreaterThan(0)
    expect(await small.evaluate('document.documentElement.scrollWidth')).toBe(360)
    await phone.close()
  })

  it('gave the browser nothing to complain of', () => {
    expect(complaints).toEqual([])
  })

  it('opens what is pressed while the list still scrolls', async () => {
    await page.goto(`${parley.url}/inbox`)
    await phoneOf(parley, '+4917010021', 'Gregor').write({ text: 'Hello' })
    await row('Gregor').waitFor()
    await phoneOf(parley, '+4917010022', 'Fiona').write({ text: 'Hello' })
    await row('Fiona').waitFor()
    const box = await row('Gregor').boundingBox()
    if (!box) throw new Error('the row is not in view')
    await page.setViewportSize({ width: 1280, height: Math.floor(box.y + box.height / 2) })
    await page.mouse.move(box.x + 100, box.y + 10)
    await page.mouse.wheel(0, 20)
    await eventually(async () => expect((await row('Gregor').boundingBox())?.y).toBeLessThan(box.y))
    await page.mouse.down()
    await page.mouse.up()
    await heading('Gregor').waitFor()
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.goBack()
    await page.getByText('Choose a task').waitFor()
  })

  it('holds still under a moving pointer, and puts what is new first once it rests', async () => {
    const before = await names()
    const box = await row('Fiona').boundingBox()
    if (!box) throw new Error('the row is not in view')
    let moving = true
    const moves = (async () => {
      for (let step = 0; moving; step++) await page.mouse.move(box.x + 100 + (step % 5), box.y + 10)
    })()
    await phoneOf(parley, '+4917010021', 'Gregor').write({ text: 'While you aim' })
    await row('Gregor').getByText('While you aim').waitFor()
    expect(await names()).toEqual(before)
    moving = false
    await moves
    await listed('Gregor', ...before.filter((name) => name !== 'Gregor'))
  })
})
