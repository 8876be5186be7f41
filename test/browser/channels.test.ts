import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { findChromium, inBrowser, openBrowser } from './chromium.ts'
import { noteComplaints } from './complaints.ts'
import { phoneOf } from './phone.ts'
import { type RunningParley, startParley } from './running-parley.ts'

const executable = findChromium()
if (!executable)
  console.warn('browser tests are skipped: no Chromium found (apt install chromium, or set CHROMIUM_PATH)')

/** A business number at Meta, as its owner would find it there. */
const META = {
  phoneNumberId: '110220330440551',
  wabaId: '220330440550661',
  displayPhone: '+15559990001',
  name: 'Branch office',
  accessToken: 'the-right-access-token',
  appSecret: 'the-right-app-secret',
}
const NUMBER = '+1 555-999-0001'

describe.skipIf(!executable)('channels and settings', inBrowser, () => {
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
    await page.getByRole('heading', { name: 'Inbox' }).waitFor()
    await parley.api('POST', '/simulator/accounts', { ...META, webhookUrl: null, verifyToken: 'unknown-yet' })
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await parley?.stop()
  }, 60_000)

  const heading = (name: string | RegExp) => page.getByRole('heading', { name, level: 1 })
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
  const found = (name: string) =>
    page.getByRole('list', { name: 'What was found' }).getByRole('listitem').filter({ hasText: name })
  const go = async (path: string, title: string | RegExp) => {
    await page.goto(parley.url + path)
    await heading(title).waitFor()
  }
  const channelNamed = async (name: string) => {
    const { items } = await parley.api<{ items: { id: string; name: string; bulk: object; taskTemplateId: string }[] }>(
      'GET',
      '/api/channels',
    )
    const channel = items.find((one) => one.name === name)
    if (!channel) throw new Error(`there is no channel ${name}`)
    return channel
  }

  describe('connecting a number', () => {
    it('is reached from the account over integrations and messengers (M21)', async () => {
      await go('/account/integrations', 'Integrations')
      await page.getByRole('link', { name: /^WhatsApp/ }).click()
      await heading('WhatsApp').waitFor()
      expect(page.url()).toBe(`${parley.url}/account/integrations/messengers/whatsapp`)
      const trail = page.getByRole('navigation', { name: 'Where you are' })
      expect(await trail.getByRole('link').allTextContents()).toEqual(['Integrations', 'Messengers'])
      await page.getByRole('region', { name: 'Demo WhatsApp' }).getByText('Connected', { exact: true }).waitFor()
      await page.getByRole('link', { name: 'Connect another one' }).click()
      await heading('Connect an account').waitFor()
    })

    it('says plainly what this installation cannot connect, and what to do instead', async () => {
      const { items } = await parley.api<{ items: { ways: string[] }[] }>('GET', '/api/channel-providers')
      const unserved = ['instagram', 'third_party'].find((way) => !items.some(({ ways }) => ways.includes(way)))
      const served = page.getByRole('list').getByText('Possible here')
      await served.first().waitFor()
      expect(await served.count()).toBe(new Set(items.flatMap(({ ways }) => ways)).size)
      if (unserved) {
        await page.goto(`${parley.url}/channels/new?way=${unserved}`)
        await page.getByRole('heading', { name: 'What you can do instead' }).waitFor()
        expect(await page.getByRole('textbox').count()).toBe(0)
        await page.getByRole('link', { name: 'Another way' }).click()
      }
      await page.getByRole('link', { name: /^A number from the WhatsApp Business app/ }).click()
      await page.getByText('Meta does not offer this in every country').waitFor()
      await page.getByRole('link', { name: 'Another way' }).click()
      await page.getByRole('link', { name: /^A new WhatsApp number/ }).click()
      await heading('A new WhatsApp number').waitFor()
    })

    it('judges what is entered', async () => {
      const id = page.getByLabel('Phone number id')
      await id.fill('+1 555 999')
      await id.blur()
      await page.getByText('It consists of digits alone.').waitFor()
      expect(await id.getAttribute('aria-invalid')).toBe('true')
      expect(await button('Check').isDisabled()).toBe(true)
    })

    it('explains a wrong token before anything is made', async () => {
      await page.getByLabel('Phone number id').fill(META.phoneNumberId)
      await page.getByLabel('WhatsApp Business account id').fill(META.wabaId)
      await page.getByLabel('Access token').fill('a-wrong-access-token')
      await page.getByLabel('App secret').fill('a-wrong-app-secret')
      await page.getByLabel('Name of the channel').fill('Branch office')
      await page.getByText('More settings').click()
      await page.getByLabel('Address of the Graph API').fill(`${parley.url}/simulator/graph`)
      await button('Check').click()
      await found('Access token').getByText('Meta does not accept this token').waitFor()
      await found('Number').getByText('once the token is right').waitFor()
      expect(await button('Connect').count()).toBe(0)

      await page.getByLabel('Access token').fill(META.accessToken)
      await page.getByText('Something was changed since.').waitFor()
      await button('Check').click()
      await found('App secret').getByText('It is not the secret of the app').waitFor()
      await found('Number').getByText(NUMBER).waitFor()
      await page.getByLabel('App secret').fill(META.appSecret)
      await button('Check').click()
      await page.getByText('Everything is in order.').waitFor()
    })

    it('sees the address verified and the first message arrive', async () => {
      await button('Connect').click()
      await heading('Branch office is connected').waitFor()
      const { id } = await channelNamed('Branch office')
      await page.getByRole('heading', { name: 'The webhook address is verified' }).waitFor()
      await page.getByText(`${parley.url}/webhooks/${id}`).waitFor()
      await page.getByText('Waiting for the first message').waitFor()
      await parley.api('POST', '/simulator/phone/messages', {
        from: '+15552220001',
        name: 'Clara',
        text: 'Is this the new number?',
        phoneNumberId: META.phoneNumberId,
      })
      await page.getByText('The first message has arrived.').waitFor()
      const { items } = await parley.api<{ items: { title: string }[] }>('GET', `/api/tasks?channelId=${id}`)
      expect(items.map(({ title }) => title)).toEqual(['Clara'])
    })
  })

  describe('one channel', () => {
    it('shows how it stands, and hears of news while it is looked at', async () => {
      await page.getByRole('link', { name: 'To the channel' }).click()
      await heading('Branch office').waitFor()
      const standing = page.getByRole('region', { name: 'How it stands' })
      await standing.getByText('High').waitFor()
      await standing.getByText('up to 250').waitFor()
      await parley.api('POST', '/simulator/webhooks', {
        phoneNumberId: META.phoneNumberId,
        field: 'phone_number_quality_update',
        value: { display_phone_number: '15559990001', event: 'FLAGGED', current_limit: 'TIER_250' },
      })
      await page.getByRole('region', { name: 'What the provider said' }).getByText('Quality and limits').waitFor()
      await page.getByRole('status').filter({ hasText: 'Meta lowered the quality of the number' }).waitFor()
    })

    it('changes the rule for mailings, with an example that follows the numbers (M17)', async () => {
      const rule = page.getByRole('region', { name: 'Mailings' })
      await rule.getByText('4 equal messages within 5 min are a mailing').waitFor()
      await rule.getByLabel('More than … messages').fill('0')
      await rule.getByText('From 1 to 1,000.').waitFor()
      await rule.getByLabel('More than … messages').fill('10')
      await rule.getByLabel('within … minutes').fill('2.5')
      await rule.getByLabel('Kept for').selectOption({ label: '… days' })
      await rule.getByText('11 equal messages within 2.5 min are a mailing').waitFor()
      await rule.getByText('within 30 days').waitFor()
      await rule.getByRole('button', { name: 'Save' }).click()
      await eventually(async () =>
        expect((await channelNamed('Branch office')).bulk).toEqual({
          threshold: 10,
          windowSeconds: 150,
          holdDays: 30,
          by: 'content',
        }),
      )
    })

    it('replaces a secret that nobody can read, and accepts the old one for now', async () => {
      const secrets = page.getByRole('region', { name: 'Webhook and secrets' })
      await secrets.getByRole('button', { name: 'Replace: App secret' }).click()
      await page.getByLabel('New value').fill('the-next-app-secret')
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
      await secrets.getByText('The old app secret is accepted as well.').waitFor()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      expect(await page.content()).not.toContain('the-next-app-secret')
      await secrets.getByRole('button', { name: 'Accept only the new one' }).click()
      await secrets.getByText('The old app secret is accepted as well.').waitFor({ state: 'detached' })
    })

    it('waits while it is paused, and goes on', async () => {
      await button('Pause').click()
      await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click()
      await page.getByText('Owner paused it.').waitFor()
      await page.getByRole('main').getByRole('button', { name: 'Resume' }).click()
      await page.getByText('Owner paused it.').waitFor({ state: 'detached' })
    })

    it('is left from both ends: the second step is told, and sending is refused with the reason (M6)', async () => {
      await button('Disconnect…').click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText('Settings → Account → WhatsApp Business Platform').waitFor()
      await dialog.getByText('Meta Business settings').waitFor()
      await dialog.getByText('Every task, message and file stays readable.').waitFor()
      const confirm = dialog.getByRole('button', { name: 'Disconnect' })
      expect(await confirm.isDisabled()).toBe(true)
      await dialog.getByLabel('Type “Branch office” to confirm').fill('Branch office')
      await confirm.click()
      await page.getByText('The second step is yours').waitFor()

      const { id } = await channelNamed('Branch office')
      const { items } = await parley.api<{ items: { id: string }[] }>('GET', `/api/tasks?channelId=${id}`)
      await page.goto(`${parley.url}/inbox/${items[0]?.id}`)
      await page.getByText('Is this the new number?').first().waitFor()
      await page.getByText('The channel is disconnected. Nothing can be sent over it').first().waitFor()
      const refused = parley.api('POST', `/api/tasks/${items[0]?.id}/comments`, {
        text: 'Too late',
        notify: { contact: true },
      })
      await expect(refused).rejects.toThrow(/channel_disconnected/)
    })

    it('is reconnected after a look at what is wrong', async () => {
      const { id } = await channelNamed('Branch office')
      await go(`/channels/${id}`, 'Branch office')
      await button('Reconnect…').click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText('its access token was wiped').waitFor()
      await dialog.getByLabel('Access token').fill('another-token-of-the-account')
      await dialog.getByRole('button', { name: 'Save and check' }).click()
      await dialog.getByText('Everything is in order.').waitFor()
      await dialog.getByRole('button', { name: 'Resume' }).click()
      await page.getByText('The second step is yours').waitFor({ state: 'detached' })
    })
  })

  describe('settings', () => {
    it('list what a person may use, and open beside the list', async () => {
      await page.goto(`${parley.url}/settings`)
      await heading('Appearance and keys').waitFor()
      const list = page.getByRole('navigation', { name: 'Settings by topic' })
      await list.getByRole('link', { name: 'Task templates' }).click()
      await heading('Task templates').waitFor()
    })

    it('make a task template with a status of its own, which a task then has', async () => {
      await page.getByRole('link', { name: 'New task template' }).click()
      await heading('New task template').waitFor()
      await page.getByLabel('Name', { exact: true }).fill('Orders')
      await page.getByLabel('Title of new tasks').fill('Order of {contact}')
      await page.getByText('For example: Order of Anna Schmidt').waitFor()
      await button('Add a status').click()
      await page.getByLabel('Name of status 6').fill('At the workshop')
      await page.getByText('at_the_workshop').waitFor()
      for (let times = 0; times < 5; times++) await button('Move At the workshop up').click()
      await button('Create').click()
      await page.getByRole('link', { name: /^Orders/ }).waitFor()

      const { id } = await channelNamed('Demo WhatsApp')
      await go(`/channels/${id}`, 'Demo WhatsApp')
      await page.getByLabel('New tasks are opened from').selectOption({ label: 'Orders' })
      await eventually(async () => {
        const templates = await parley.api<{ items: { id: string; name: string }[] }>('GET', '/api/task-templates')
        const orders = templates.items.find(({ name }) => name === 'Orders')
        expect((await channelNamed('Demo WhatsApp')).taskTemplateId).toBe(orders?.id)
      })
      const dora = phoneOf(parley, '+15552220002', 'Dora')
      await dora.write({ text: 'My order, please' })
      await eventually(async () => {
        const { items } = await parley.api<{ items: { title: string; status: { name: string } }[] }>(
          'GET',
          '/api/tasks?q=Dora',
        )
        expect(items.map(({ title, status }) => [title, status.name])).toEqual([['Order of Dora', 'At the workshop']])
      })
    })

    it('keep a template that a channel uses, in the words of the refusal', async () => {
      await go('/settings/task-templates', 'Task templates')
      await page.getByRole('link', { name: /^Orders.*Used by Demo WhatsApp/ }).click()
      await button('Delete…').click()
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
      await page.getByRole('dialog').getByText('give the channel another one first').waitFor()
      await page.keyboard.press('Escape')
    })

    it('draw a week of working hours', async () => {
      await go('/settings/calendars', 'Working hours')
      await page.getByRole('link', { name: 'New calendar' }).click()
      await page.getByLabel('Name', { exact: true }).fill('front-desk')
      await button('Add hours: Saturday').click()
      await page.getByLabel('Saturday, from').fill('10:00')
      await page.getByLabel('Saturday, to').fill('02:00')
      await button('Add a day').click()
      await page.getByLabel('Date').fill('2027-01-01')
      await button('Create').click()
      const card = page.getByRole('link', { name: /^front-desk/ })
      await card.getByText('61 h a week').waitFor()
      const { items } = await parley.api<{ items: { week: object[]; holidays: object[] }[] }>('GET', '/api/calendars')
      expect(items[0]?.week[5]).toEqual([{ from: '10:00', to: '02:00' }])
      expect(items[0]?.holidays).toEqual([{ date: '2027-01-01' }])
    })

    it('name an endpoint, and never show its secret', async () => {
      await go('/settings/endpoints', 'Endpoints')
      await button('New endpoint').click()
      await page.getByLabel('Name', { exact: true }).fill('crm')
      await page.getByLabel('Address', { exact: true }).fill('https://crm.example.com/api?x=1')
      await button('Create').click()
      await page.getByText('It is an address that begins with https://').waitFor()
      await page.getByLabel('Address', { exact: true }).fill('https://crm.example.com/api')
      await page.getByLabel('Secret', { exact: true }).selectOption({ label: 'Token in “Authorization: Bearer”' })
      await page.getByLabel('Token', { exact: true }).fill('endpoint-canary')
      await button('Create').click()
      const card = page.getByRole('region', { name: 'crm' })
      await card.getByText('Works').waitFor()
      expect(await page.content()).not.toContain('endpoint-canary')

      // Without the secret entered anew it stays as it is.
      await button('Edit crm').click()
      await page.getByLabel('Calls at once').fill('7')
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      const { items } = await parley.api<{ items: object[] }>('GET', '/api/endpoints')
      expect(items).toMatchObject([{ name: 'crm', maxConcurrent: 7, secret: { kind: 'bearer' } }])
    })

    it('show the secret of a webhook once', async () => {
      await go('/settings/webhooks', 'Webhooks')
      await button('New webhook').click()
      await page.getByLabel('Name', { exact: true }).fill('Accounting')
      await page.getByLabel('Address', { exact: true }).fill('https://accounting.example.com/hook')
      await button('Create').click()
      const secret = page.getByRole('dialog').getByText(/^whsec_/)
      const shown = await secret.textContent()
      await button('I have it').click()
      await page.getByRole('region', { name: 'Accounting' }).getByText('Active').waitFor()
      expect(await page.content()).not.toContain(shown ?? 'whsec_')
    })

    it('are a list of their own on a phone, in Russian too, without scrolling sideways', async () => {
      await page.setViewportSize({ width: 360, height: 740 })
      const width = () => page.evaluate('document.documentElement.scrollWidth')
      await page.goto(`${parley.url}/settings`)
      const list = page.getByRole('navigation', { name: 'Settings by topic' })
      await list.getByRole('link', { name: 'Appearance and keys' }).click()
      await heading('Appearance and keys').waitFor()
      expect(await list.isVisible()).toBe(false)
      await page.getByRole('main').getByLabel('Language').selectOption('ru')
      await heading('Вид и клавиши').waitFor()
      const { id } = await channelNamed('Branch office')
      for (const [path, title] of [
        ['/settings/task-templates/new', 'Новый шаблон задач'],
        ['/settings/calendars/new', 'Новый календарь'],
        ['/settings/webhooks', 'Вебхуки'],
        ['/channels', 'Каналы'],
        ['/channels/new?way=new_number', 'Новый номер WhatsApp'],
        [`/channels/${id}`, 'Branch office'],
        ['/account/integrations', 'Интеграции'],
      ] as const) {
        await go(path, title)
        expect([path, await width()]).toEqual([path, 360])
      }
    })
  })

  it('gave the browser nothing to complain of', () => {
    expect(complaints).toEqual([])
  })
})
