import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OutgoingBody } from '../../../src/channels/port.ts'
import { twilio } from '../../../src/channels/twilio/adapter.ts'
import { type TwilioAccount, twilioAccount } from '../../../src/channels/twilio/config.ts'
import type { ChannelId } from '../../../src/domain/ids.ts'
import { syncChannelTemplates } from '../../../src/http/template-sync.ts'
import { chooseTemplate } from '../../../src/store/templates/choose-template.ts'
import { addProviderChannel } from '../../channels/provider-channel.ts'
import { secrets } from '../../kit/house.ts'
import { type Json, temporaryDirectory, until } from './harness.ts'
import { CLIENT, never, openParley, outgoing, type Parley, PNG, readPage, type Stage, text } from './played.ts'

const SID = `AC${'1'.repeat(32)}`
const KEY = 'an-auth-token-of-twilio-0123456789'

let parley: Parley
beforeAll(async () => {
  parley = await openParley()
})
afterAll(() => parley.close())

interface Played extends Stage {
  account: TwilioAccount
  channel: ChannelId
  dataDir: string
  /** What the client sees, oldest first. */
  seen(): Promise<Json[]>
}

let senders = 0
async function play(given: { dataDir?: string; phone?: string; channel?: ChannelId } = {}): Promise<Played> {
  const dataDir = given.dataDir ?? (await temporaryDirectory())
  const stage = await parley.stage('twilio', dataDir)
  senders += 1
  const phone = given.phone ?? `+1555078${String(1000 + senders)}`
  const account = twilioAccount.parse({ phone, accountSid: SID, authToken: KEY, apiUrl: `${stage.url}/twilio` })
  const channel = given.channel ?? (await addProviderChannel(parley.database, 'twilio', { ...account }))
  const seen = async () =>
    (await stage.get(`messages?from=${encodeURIComponent(CLIENT)}`)).filter(({ sender }) => sender === phone)
  return { ...stage, account, channel, dataDir, seen }
}

const write = ({ post, account }: Played, more: object) =>
  post('messages', { from: CLIENT, name: 'Tara', to: account.phone, ...more })
const heard = ({ channel }: Played) => parley.heard(channel)
const answer = ({ channel }: Played, stored: Parameters<Parley['answer']>[1]) => parley.answer(channel, stored)
const fateOf = ({ channel }: Played) => parley.fate(channel)

describe('a conversation', () => {
  test('goes there and back: signed for the public address, called on this machine, read on the phone', async () => {
    const played = await play()
    expect(await played.get('senders')).toContainEqual({ accountSid: SID, phone: played.account.phone })
    expect((await write(played, { text: 'Do you ship abroad?' })).status).toBe(201)
    await until(async () => expect(await heard(played)).toMatchObject([{ kind: 'text', text: 'Do you ship abroad?' }]))

    await answer(played, { kind: 'text', text: 'Yes, we do' })
    await until(async () => expect(await fateOf(played)).toMatchObject({ state: 'delivered' }))
    await played.post('read', { from: CLIENT, to: played.account.phone })
    await until(async () => expect(await fateOf(played)).toMatchObject({ state: 'read' }))
    expect(await played.seen()).toMatchObject([
      { direction: 'from_client', text: 'Do you ship abroad?' },
      { direction: 'to_client', text: 'Yes, we do', status: 'read' },
    ])
  })

  test('outside of the window a text does not arrive, and an approved template does', async () => {
    const played = await play()
    await write(played, { text: 'Hello' })
    await until(async () => expect(await heard(played)).toHaveLength(1))
    await played.post('backdate', { from: CLIENT, timestamp: '2020-01-01T00:00:00Z' })
    await answer(played, { kind: 'text', text: 'Too late' })
    await until(async () => expect(await fateOf(played)).toMatchObject({ state: 'failed', error_code: '131047' }))

    const of = { database: parley.database, secrets }
    const synced = await syncChannelTemplates(of, played.channel, { kind: 'system', id: null })
    expect(synced).toMatchObject({ refused: null })
    const choice = { name: 'visit_reminder', language: 'en', parameters: { body: ['Tara'] } }
    const chosen = await chooseTemplate(parley.database.db, played.channel, choice)
    if (chosen.refused) throw new Error(chosen.refused.message)
    await answer(played, { kind: 'template', template: chosen.value.filled })
    await until(async () => expect(await fateOf(played)).toMatchObject({ state: 'delivered' }))

    const shown = (await played.seen()).at(-1)
    expect(shown).toMatchObject({
      text: 'Hello Tara, we would like to see you again. Shall we find a time?',
      choices: [{ kind: 'button', id: 'yes', title: 'Yes, please' }, { id: 'no' }],
    })
    await write(played, { tap: { sid: shown?.sid, id: 'yes' } })
    await until(async () =>
      expect((await heard(played)).at(-1)).toMatchObject({
        kind: 'button',
        text: 'Yes, please',
        data: { payload: 'yes' },
      }),
    )
  })

  test('has buttons, lists and files', async () => {
    const played = await play()
    await write(played, { file: { mime: 'image/png', dataBase64: PNG }, text: 'This one' })
    await until(async () => expect(await heard(played)).toMatchObject([{ kind: 'image', text: 'This one' }]))
    const [{ media } = {}] = await played.seen()
    const [{ url } = { url: '' }] = media as { url: string }[]
    const file = await twilio.download(played.account, url, never)
    if (!file.ok) throw new Error(file.failure.detail)
    expect(Buffer.from(await new Response(file.body).arrayBuffer()).toString('base64')).toBe(PNG)
    expect(
      await twilio.download({ ...played.account, authToken: 'another-token-0123456789' }, url, never),
    ).toMatchObject({
      ok: false,
    })

    const list = {
      text: 'Which size?',
      choice: {
        kind: 'list' as const,
        button: 'Sizes',
        sections: [{ title: null, rows: [{ id: 's', title: 'Small', description: null }] }],
      },
    }
    const buttons = {
      text: 'Take it?',
      choice: { kind: 'buttons' as const, buttons: [{ id: 'b1', title: 'Take it' }] },
    }
    for (const message of [list, buttons]) {
      const sent = await twilio.send(played.account, outgoing({ kind: 'interactive', message } as OutgoingBody), never)
      expect(sent).toMatchObject({ outcome: 'accepted' })
      const shown = (await played.seen()).at(-1)
      const [choice] = (shown?.choices ?? []) as Json[]
      expect((await write(played, { tap: { sid: shown?.sid, id: choice?.id } })).status).toBe(201)
    }
    await until(async () =>
      expect((await heard(played)).slice(1)).toMatchObject([
        { kind: 'interactive', text: 'Small', data: { id: 's' } },
        { kind: 'button', text: 'Take it', data: { payload: 'b1' } },
      ]),
    )
    expect((await write(played, { tap: { sid: 'SM0', id: 'b1' } })).status).toBe(404)
  })
})

describe('the API', () => {
  test('knows an account before it has a channel, and then its password', async () => {
    const played = await play()
    expect(await twilio.check(played.account, never)).toMatchObject({ ok: true, account: { name: 'Simulated Twilio' } })
    const wrong = { ...played.account, authToken: 'another-token-0123456789' }
    expect(await twilio.check(wrong, never)).toMatchObject({ ok: false, reason: 'token_rejected' })
    const unknown = { ...wrong, accountSid: `AC${'9'.repeat(32)}` }
    expect(await twilio.check(unknown, never)).toMatchObject({ ok: true })
    expect(await twilio.send(unknown, text('From nobody'), never)).toMatchObject({
      outcome: 'rejected',
      failure: { code: 'twilio_63007' },
    })
  })

  test('has contents: made, reviewed, rejected, deleted', async () => {
    const played = await play()
    const api = twilio.templates
    const template = (name: string) => ({
      name,
      language: 'en',
      category: 'utility' as const,
      parameterFormat: 'positional' as const,
      components: [{ type: 'BODY', text: 'Your table {{1}} is ready', example: { body_text: [['7']] } }],
    })
    const made = await api?.create(played.account, template('table_ready'), never)
    expect(made).toMatchObject({ ok: true, status: 'pending' })
    await api?.create(played.account, template('reject_me'), never)
    await until(async () => {
      const listed = await api?.list(played.account, never)
      expect(listed?.ok && listed.templates).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ name: 'table_ready', status: 'approved' }),
          expect.objectContaining({ name: 'reject_me', status: 'rejected', reason: 'The name asks for it.' }),
        ]),
      )
    })
    for (const name of ['table_ready', 'reject_me']) {
      expect(await api?.remove(played.account, name, null, never)).toEqual({ ok: true })
    }
    const left = await api?.list(played.account, never)
    expect(left?.ok && left.templates.map(({ name }) => name)).toEqual(['order_update', 'visit_reminder'])
  })

  test('fails as it is told to', async () => {
    const played = await play()
    await write(played, { text: 'Hello' })
    const outcomes = []
    const faults = [
      { kind: 'error', status: 429, code: 20429 },
      { kind: 'html' },
      { kind: 'no_answer' },
      { kind: 'undelivered', code: 63024 },
    ]
    for (const fault of faults) {
      expect((await played.post('faults', fault)).status).toBe(201)
      outcomes.push(await twilio.send(played.account, text(fault.kind), never))
    }
    expect(outcomes).toMatchObject([
      { outcome: 'rejected', failure: { code: '130429' } },
      { outcome: 'unknown' },
      { outcome: 'unknown' },
      { outcome: 'accepted' },
    ])
    await until(async () =>
      expect((await played.seen()).slice(1)).toMatchObject([
        { text: 'no_answer', status: 'delivered' },
        { text: 'undelivered', status: 'undelivered', errorCode: 63024 },
      ]),
    )
    expect((await played.get('calls')).map(({ status }) => status)).toEqual([429, 502, 201, 201])
  })
})

test('what was said outlives the process, and the channel follows the simulator to another port', async () => {
  const first = await play()
  await write(first, { text: 'Are you there?' })
  await until(async () => expect(await heard(first)).toHaveLength(1))
  await twilio.send(first.account, text('Yes'), never)
  await until(async () => expect((await first.seen())[1]).toMatchObject({ status: 'delivered' }))
  const said = await first.seen()
  await first.stop()

  const second = await play({ dataDir: first.dataDir, phone: first.account.phone, channel: first.channel })
  expect(await second.seen()).toEqual(said)
  const [{ config } = {}] = await parley.rows('select config from channels where id = $1', first.channel)
  expect(config).toMatchObject({ apiUrl: `${parley.url}/simulator/twilio` })
})

test('the page has its files, allows nothing else, and its code can be read', async () => {
  const played = await play()
  const page = played.account.apiUrl.replace(/twilio$/, 'twilio-phone')
  const answer = await fetch(page)
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  await readPage(page)
  expect((await fetch(`${page}/style.css`)).headers.get('content-type')).toContain('text/css')
})
