import { afterAll, beforeAll, expect, test } from 'vitest'
import { greenApi } from '../../../src/channels/green-api/adapter.ts'
import { greenApiAccount } from '../../../src/channels/green-api/config.ts'
import { never, openParley, type Parley } from './played.ts'
import {
  type PlayedService,
  playConversation,
  playEcho,
  playFaults,
  playLinks,
  playLostAnswer,
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
  greenApiAccount.parse({
    idInstance: String(7_105_000_000 + nth),
    apiToken: 'a-token-of-green-api-0001',
    webhookKey: 'a-webhook-key-0001',
    apiUrl,
  })
const play = (before?: PlayedService<ReturnType<typeof account>>) => playService(parley, 'green-api', account, before)

test('a conversation goes there and back, to the ticks; what the business writes in its phone is there, too', async () => {
  const played = await play()
  await playConversation(parley, played)
  await playQuote(parley, played)
  await playEcho(parley, played)
})

test('has files both ways', async () => {
  const played = await play()
  await playPicture(parley, greenApi, played)
  await playLinks(greenApi, played)
})

test('knows an instance before it has a channel, and then its token; takes its settings', async () => {
  const { account: own } = await play()
  expect(await greenApi.check({ ...own, idInstance: '1101' }, never)).toMatchObject({ ok: true })
  const wrong = { ...own, apiToken: 'another-token-0001' }
  expect(await greenApi.check(wrong, never)).toMatchObject({ ok: false, reason: 'token_rejected' })
  expect(await greenApi.subscribe(own, 'https://parley.example.test/webhooks/1', never)).toEqual({ ok: true })
})

test('fails as it is told to', async () => {
  await playFaults(greenApi, await play(), { busy: 'api_busy', taken: 200 })
})

test('a text whose answer was lost is settled by its echo', async () => {
  await playLostAnswer(parley, await play())
})

test('what was said outlives the process, the channel follows the simulator, and there is a page', async () => {
  await playRestart(parley, await play(), play)
})
