import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adapterFor, allAdapters, type Provider } from '../../src/channels/registry.ts'
import { workRoutes } from '../../src/http/work/index.ts'
import { CASES } from '../channels/conformance/cases.ts'
import { addProviderChannel } from '../channels/provider-channel.ts'
import { type Api, openApi } from '../http/api.ts'

/** What a channel can do, as the screen asks before somebody tries in vain. */
let api: Api
let stop: () => Promise<void> = () => Promise.resolve()
beforeAll(async () => {
  api = await openApi({
    parts: (deps) => {
      const work = workRoutes(deps)
      stop = () => work.stop()
      return [{ mount: (app) => app.route('/api', work.routes) }]
    },
  })
})
afterAll(async () => {
  await stop()
  await api.close()
})

const limitsOf = async (provider: Provider) => {
  const account = CASES[provider]?.account('https://api.example') ?? {}
  const id = await addProviderChannel(api.database, provider, account)
  return (await api.owner(`/api/channels/${id}/send-limits`)).json
}

describe('what a channel takes is what its adapter says', () => {
  it.each(allAdapters().map(({ provider }) => provider as Provider))('%s', async (provider) => {
    const { capabilities } = adapterFor(provider)
    expect(await limitsOf(provider)).toMatchObject({
      maxTextLength: capabilities.maxTextLength,
      templates: capabilities.templates,
      quotes: capabilities.quotes,
      reactions: capabilities.reactions,
      buttons: capabilities.interactive !== null,
    })
  })

  it('ChatApp has no quotes, reactions and buttons, and the list of providers says so before one is chosen', async () => {
    const { json } = await api.owner('/api/channel-providers')
    const chatApp = json.items.find(({ provider }: { provider: string }) => provider === 'chatapp')
    expect(chatApp.capabilities).toMatchObject({ quotes: false, reactions: false, templates: true })
  })
})
