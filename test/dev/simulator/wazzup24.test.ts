import { afterAll, beforeAll, expect, test } from 'vitest'
import { wazzup24 } from '../../../src/channels/wazzup24/adapter.ts'
import { wazzupAccount } from '../../../src/channels/wazzup24/config.ts'
import { never, openParley, type Parley, text } from './played.ts'
import {
  type PlayedService,
  playConversation,
  playEcho,
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
  wazzupAccount.parse({
    channelId: `e3f1c6a4-0f0b-4b47-a2c5-${String(nth).padStart(12, '0')}`,
    apiKey: `a-key-of-wazzup-${nth}`,
    webhookKey: 'a-webhook-key-0001',
    apiUrl,
  })
const play = (before?: PlayedService<ReturnType<typeof account>>) => playService(parley, 'wazzup24', account, before)

test('a conversation goes there and back, to the ticks; what the business writes in its phone is there, too', async () => {
  const played = await play()
  await playConversation(parley, played)
  await playQuote(parley, played)
  await playEcho(parley, played)
})

test('has files both ways', async () => {
  const played = await play()
  await playPicture(parley, wazzup24, played)
  await playLinks(wazzup24, played)
})

test('a new account has one channel to connect; a key is of its own channels alone', async () => {
  const { account: own } = await play()
  const free = { ...own, apiKey: 'a-new-key-0001', channelId: '00000000-0000-4000-8000-000000000024' }
  expect(await wazzup24.check(own, never)).toMatchObject({ ok: true })
  expect(await wazzup24.check(free, never)).toMatchObject({ ok: true, account: { displayPhone: '+15550100024' } })
  expect(await wazzup24.check({ ...own, apiKey: 'a-new-key-0001' }, never)).toMatchObject({ ok: false })
  expect(await wazzup24.subscribe(own, 'https://parley.example.test/webhooks/1', never)).toEqual({ ok: true })
})

test('fails as it is told to', async () => {
  await playFaults(wazzup24, await play(), { busy: 'api_busy', taken: 201 })
})

test('what was sent before under the same key is refused, and that is the proof', async () => {
  const played = await play()
  await played.post('faults', { kind: 'no_answer' })
  const message = text('Once')
  expect(await wazzup24.send(played.account, message, never)).toMatchObject({ outcome: 'unknown' })
  expect(await wazzup24.send(played.account, message, never)).toMatchObject({ outcome: 'accepted' })
  expect(await played.seen()).toMatchObject([{ text: 'Once' }])
})

test('what was said outlives the process, the channel follows the simulator, and there is a page', async () => {
  await playRestart(parley, await play(), play)
})
