import { afterAll, beforeAll, expect, test } from 'vitest'
import { chatApp } from '../../../src/channels/chatapp/adapter.ts'
import { chatAppAccount } from '../../../src/channels/chatapp/config.ts'
import { never, openParley, type Parley } from './played.ts'
import {
  type PlayedService,
  playConversation,
  playEcho,
  playFaults,
  playLinks,
  playLostAnswer,
  playPicture,
  playRestart,
  playService,
} from './played-service.ts'

let parley: Parley
beforeAll(async () => {
  parley = await openParley()
})
afterAll(() => parley.close())

const account = (apiUrl: string, nth: number) =>
  chatAppAccount.parse({
    line: `${2000 + nth}/grWhatsApp`,
    email: `shop${nth}@example.com`,
    password: 'a password of chatapp',
    appId: 'app_1_1',
    webhookKey: 'a-webhook-key-0001',
    apiUrl,
  })
const play = (before?: PlayedService<ReturnType<typeof account>>) => playService(parley, 'chatapp', account, before)

test('a conversation goes there and back, to the ticks; what the business writes in its phone is there, too', async () => {
  const played = await play()
  await playConversation(parley, played)
  await playEcho(parley, played)
})

test('has files both ways', async () => {
  const played = await play()
  await playPicture(parley, chatApp, played)
  await playLinks(chatApp, played)
})

test('a new account has one line to connect; a password is asked for; the address is tried', async () => {
  const { account: own } = await play()
  const free = { ...own, email: 'new@example.com', line: '1001/grWhatsApp' }
  expect(await chatApp.check(own, never)).toMatchObject({ ok: true })
  expect(await chatApp.check(free, never)).toMatchObject({ ok: true })
  expect(await chatApp.check({ ...free, line: own.line }, never)).toMatchObject({ ok: false })
  const wrong = { ...own, password: 'another password' }
  expect(await chatApp.check(wrong, never)).toMatchObject({ ok: false, reason: 'token_rejected' })
  expect(await chatApp.subscribe(own, 'https://parley.example.test/webhooks/1', never)).toEqual({ ok: true })
})

test('fails as it is told to', async () => {
  await playFaults(chatApp, await play(), { busy: 'api_busy', taken: 200 })
})

test('a text whose answer was lost is settled by its echo', async () => {
  await playLostAnswer(parley, await play())
})

test('what was said outlives the process, the channel follows the simulator, and there is a page', async () => {
  await playRestart(parley, await play(), play)
})
