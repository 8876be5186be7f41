import { afterAll, beforeAll, expect, test } from 'vitest'
import { gupshup } from '../../../src/channels/gupshup/adapter.ts'
import { gupshupAccount } from '../../../src/channels/gupshup/config.ts'
import type { OutgoingBody } from '../../../src/channels/port.ts'
import { syncChannelTemplates } from '../../../src/http/template-sync.ts'
import { chooseTemplate } from '../../../src/store/templates/choose-template.ts'
import { secrets } from '../../kit/house.ts'
import { type Json, until } from './harness.ts'
import { CLIENT, never, openParley, outgoing, type Parley } from './played.ts'
import {
  type PlayedService,
  playConversation,
  playFaults,
  playLinks,
  playPicture,
  playQuote,
  playRestart,
  playService,
} from './played-service.ts'

let parley: Parley
beforeAll(async () => {
  parley = await openParley()
})
afterAll(() => parley.close())

const account = (apiUrl: string, nth: number) =>
  gupshupAccount.parse({
    appName: `Shop${nth}`,
    appId: `5bae1cea-c3d4-4aa0-a43b-${String(nth).padStart(12, '0')}`,
    phone: `+1555079${1000 + nth}`,
    apiKey: 'a-key-of-gupshup-0001',
    webhookKey: 'a-webhook-key-0001',
    apiUrl,
  })

const play = (before?: PlayedService<ReturnType<typeof account>>) => playService(parley, 'gupshup', account, before)

test('a conversation goes there and back, to the ticks', async () => {
  const played = await play()
  await playConversation(parley, played)
  await playQuote(parley, played)
})

test('outside of the window a text does not arrive, and an approved template does', async () => {
  const played = await play()
  await played.write({ text: 'Hello' })
  await until(async () => expect(await parley.heard(played.channel)).toHaveLength(1))
  await played.post('backdate', { from: CLIENT, timestamp: '2020-01-01T00:00:00Z' })
  await parley.answer(played.channel, { kind: 'text', text: 'Too late' })
  await until(async () =>
    expect(await parley.fate(played.channel)).toMatchObject({ state: 'failed', error_code: '131047' }),
  )

  const of = { database: parley.database, secrets }
  expect(await syncChannelTemplates(of, played.channel, { kind: 'system', id: null })).toMatchObject({ refused: null })
  const choice = { name: 'visit_reminder', language: 'en', parameters: { body: ['Tara'] } }
  const chosen = await chooseTemplate(parley.database.db, played.channel, choice)
  if (chosen.refused) throw new Error(chosen.refused.message)
  await parley.answer(played.channel, { kind: 'template', template: chosen.value.filled })
  await until(async () => expect(await parley.fate(played.channel)).toMatchObject({ state: 'delivered' }))
  const shown = (await played.seen()).at(-1)
  expect(shown).toMatchObject({ text: 'Hello Tara, we would like to see you again. Shall we find a time?' })
  const [, no] = (shown?.choices ?? []) as Json[]
  await played.write({ tap: { sid: shown?.sid, id: no?.id } })
  await until(async () =>
    expect((await parley.heard(played.channel)).at(-1)).toMatchObject({ kind: 'button', text: 'Not now' }),
  )
})

test('has files both ways, buttons and lists', async () => {
  const played = await play()
  await playPicture(parley, gupshup, played)
  await playLinks(gupshup, played)

  const rows = [{ id: 's', title: 'Small', description: null }]
  const list = { kind: 'list', button: 'Sizes', sections: [{ title: null, rows }] }
  const buttons = { kind: 'buttons', buttons: [{ id: 'b1', title: 'Take it' }] }
  for (const choice of [list, buttons]) {
    const message = { text: 'Which?', header: null, footer: null, choice }
    const sent = await gupshup.send(played.account, outgoing({ kind: 'interactive', message } as OutgoingBody), never)
    expect(sent).toMatchObject({ outcome: 'accepted' })
    const shown = (await played.seen()).at(-1)
    const [first] = (shown?.choices ?? []) as Json[]
    expect((await played.write({ tap: { sid: shown?.sid, id: first?.id } })).status).toBe(201)
  }
  await until(async () =>
    expect((await parley.heard(played.channel)).slice(1)).toMatchObject([
      { kind: 'interactive', text: 'Small', data: { id: 's' } },
      { kind: 'interactive', text: 'Take it', data: { id: 'b1' } },
    ]),
  )
})

test('fails as it is told to', async () => {
  await playFaults(gupshup, await play(), { busy: 'http_429', taken: 202 })
})

test('knows an app before it has a channel, and then its key', async () => {
  const { account: own } = await play()
  expect(await gupshup.check({ ...own, appName: 'New', appId: undefined }, never)).toMatchObject({ ok: true })
  const wrong = { ...own, apiKey: 'another-key-0001' }
  expect(await gupshup.check(wrong, never)).toMatchObject({ ok: false, reason: 'token_rejected' })
})

test('what was said outlives the process, the channel follows the simulator, and there is a page', async () => {
  await playRestart(parley, await play(), play)
})
