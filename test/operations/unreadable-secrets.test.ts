import { afterAll, beforeAll, expect, it } from 'vitest'
import { channelCache } from '../../src/store/channels/channel-cache.ts'
import { secretBox } from '../../src/store/secret-box.ts'
import { type Api, openApi } from '../http/api.ts'
import { addChannel, addUser } from '../kit/house.ts'

let api: Api
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api.close())

it('a channel whose secrets no given key opens is shown without the key in its address, and that is logged', async () => {
  const owner = await addUser(api.database, 'Olga Owner', 'owner')
  const template = (await api.owner('/api/task-templates', { body: { name: 'T', titlePattern: 'T' } })).json.id
  const channel = await addChannel(api.database, { owner, template })
  const readable = secretBox(['a'.repeat(64)])
  const foreign = secretBox(['c'.repeat(64)])
  const sealWith = (box: typeof foreign) =>
    api.database.db
      .updateTable('channels')
      .set({ provider: 'dialog360', secrets: box.seal({ apiKey: 'canary-api', webhookKey: 'canary-key' }) })
      .execute()

  const address = async () => {
    const answer = await api.owner(`/api/channels/${channel}`)
    expect(answer.status).toBe(200)
    return answer.json.webhookUrl as string
  }
  await sealWith(readable)
  expect(await address()).toContain('?key=canary-key')
  const said = () => api.logged.filter((line) => line.includes('shown without its key'))
  expect(said()).toEqual([])

  await sealWith(foreign)
  channelCache(api.database, api.deps.secrets).forget()
  expect(await address()).not.toContain('key=')
  expect(said()).toHaveLength(1)
  expect(JSON.parse(said()[0] ?? '{}')).toMatchObject({ level: 40, channel })
  expect(said()[0]).not.toContain('canary')
})
