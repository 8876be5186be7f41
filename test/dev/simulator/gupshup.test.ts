import { afterAll, beforeAll, expect, test } from 'vitest'
import { gupshup } from '../../../src/channels/gupshup/adapter.ts'
import { gupshupAccount } from '../../../src/channels/gupshup/config.ts'
import type { OutgoingBody } from '../../../src/channels/port.ts'
import { syncChannelTemplates } from '../../../src/http/template-sync.ts'
import { chooseTemplate } from '../../../src/store/templates/choose-template.ts'
import { secrets } from '../../kit/house.ts'
import { type Json, until } from './harness.ts'
import { CLIENT, never, openParley, outgoing, type Parley } from './played.ts'
import { playService } from './played-service.ts'
import { SERVICE_CASES } from './service-cases.ts'

/** What Gupshup has beside the common frame (services.test.ts). */
let parley: Parley
beforeAll(async () => {
  parley = await openParley()
})
afterAll(() => parley.close())

const play = () =>
  playService(parley, 'gupshup', (apiUrl, nth) => gupshupAccount.parse(SERVICE_CASES.gupshup.keys(apiUrl, nth)))

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

test('has buttons and lists', async () => {
  const played = await play()
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
    expect(await parley.heard(played.channel)).toMatchObject([
      { kind: 'interactive', text: 'Small', data: { id: 's' } },
      { kind: 'interactive', text: 'Take it', data: { id: 'b1' } },
    ]),
  )
})
