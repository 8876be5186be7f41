import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adapterFor } from '../../../src/channels/registry.ts'
import type { ServiceProvider } from '../../../src/dev/simulator/services/index.ts'
import { until } from './harness.ts'
import { never, openParley, type Parley, text } from './played.ts'
import {
  type PlayedService,
  playChanges,
  playConversation,
  playEcho,
  playLinks,
  playLostAnswer,
  playPicture,
  playQuote,
  playRestart,
  playService,
  playUndelivered,
} from './played-service.ts'
import { SERVICE_CASES, type ServiceCase } from './service-cases.ts'

/** Every service between Parley and a messenger, played by the simulator over HTTP. */
let parley: Parley
beforeAll(async () => {
  parley = await openParley()
})
afterAll(() => parley.close())

const all = Object.entries(SERVICE_CASES) as [ServiceProvider, ServiceCase][]

describe.each(all)('%s', (provider, one) => {
  const adapter = adapterFor(provider)
  type Account = Record<string, unknown>
  const keys = (apiUrl: string, nth: number) => adapter.account.keys.parse(one.keys(apiUrl, nth)) as Account
  const play = (before?: PlayedService<Account>) => playService<Account>(parley, provider, keys, before)

  test('a conversation goes there and back, to the ticks; quotes and what is written in the phone are there, too', async () => {
    const played = await play()
    await playConversation(parley, played)
    if (one.quotes) await playQuote(parley, played)
    if (one.echoes) await playEcho(parley, played)
  })

  test('has files both ways', async () => {
    const played = await play()
    await playPicture(parley, adapter, played)
    await playLinks(adapter, played)
  })

  test.each(one.checks)('asked, it tells %s', async (_name, account, outcome) => {
    const { account: own } = await play()
    expect(await adapter.check(account(own), never)).toMatchObject(outcome)
  })

  test('takes the address', async () => {
    const { account } = await play()
    expect(await adapter.subscribe(account, 'https://parley.example.test/webhooks/1', never)).toEqual({ ok: true })
  })

  test('what a client does to a message is there, and what the service does not tell of cannot be done', async () => {
    await playChanges(parley, await play(), one.changes)
  })

  test.runIf(one.states.length > 0)('how the account stands is told', async () => {
    const { channel, post, account } = await play()
    const to = String(account[adapter.account.id])
    for (const [state, becomes] of one.states) {
      expect((await post('state', { to, state })).status).toBe(202)
      await until(async () =>
        expect(await parley.rows('select state from channels where id = $1', channel)).toEqual([{ state: becomes }]),
      )
    }
  })

  test('a message that did not arrive says so', async () => {
    await playUndelivered(parley, await play())
  })

  test.runIf(one.settledBy === 'echo')('a text whose answer was lost is settled by its echo', async () => {
    await playLostAnswer(parley, await play())
  })

  test.runIf(one.settledBy === 'key')('a call that is repeated under its key reaches the client once', async () => {
    const played = await play()
    await played.post('faults', { kind: 'no_answer' })
    const message = text('Once')
    expect(await adapter.send(played.account, message, never)).toMatchObject({ outcome: 'unknown' })
    expect(await adapter.send(played.account, message, never)).toMatchObject({ outcome: 'accepted' })
    expect(await played.seen()).toMatchObject([{ text: 'Once' }])
  })

  test('what was said outlives the process, the channel follows the simulator, and there is a page', async () => {
    await playRestart(parley, await play(), play)
  })
})
