import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OutgoingMessage } from '../../../src/channels/port.ts'
import { allAdapters, type Provider } from '../../../src/channels/registry.ts'
import type { DeliveryId } from '../../../src/domain/ids.ts'
import { newId } from '../../../src/store/new-id.ts'
import { until } from './harness.ts'
import { never, openParley, type Parley, PNG } from './played.ts'
import { type Scene, setScene } from './scene.ts'

/**
 * What every provider must stand (conformance.test.ts), against the stand-in that plays it: over HTTP from its phone to
 * the database, and from the adapter to its phone.
 */
let parley: Parley
beforeAll(async () => {
  parley = await openParley()
})
afterAll(() => parley.close())

const providers = allAdapters().map(({ provider }) => provider as Provider)

describe.each(providers)('%s, played', (provider) => {
  /** Somebody has written, so that they can be answered. */
  async function begun(): Promise<Scene> {
    const scene = await setScene(parley, provider)
    await scene.write({ text: 'Do you ship abroad?' })
    await until(async () =>
      expect(await parley.heard(scene.channel)).toMatchObject([{ kind: 'text', text: 'Do you ship abroad?' }]),
    )
    return scene
  }
  const message = ({ recipient }: Scene, words: string): OutgoingMessage => ({
    deliveryId: newId<DeliveryId>(),
    recipient: recipient(),
    quoted: null,
    body: { kind: 'text', text: words },
  })
  const send = (scene: Scene, words: string, { as = scene.account, signal = never } = {}) =>
    scene.adapter.send(as, message(scene, words), signal)

  test('a text comes, and its answer reaches the phone', async () => {
    const scene = await begun()
    const sent = await send(scene, 'Да, и «кавычки» с 👋🏽')
    expect(sent).toMatchObject({ outcome: 'accepted', providerMessageId: expect.stringMatching(/\S/) })
    await until(async () => expect(await scene.seen()).toEqual(['Да, и «кавычки» с 👋🏽']))
  })

  test('is told to wait, and nothing has left', async () => {
    const scene = await begun()
    expect((await scene.fault('busy')).status).toBe(201)
    const sent = await send(scene, 'too fast')
    expect(sent).toMatchObject({ outcome: 'rejected' })
    if (sent.outcome === 'rejected') expect(['wait', 'retry']).toContain(sent.failure.class)
    expect(await scene.seen()).toEqual([])
    expect(await send(scene, 'now')).toMatchObject({ outcome: 'accepted' })
  })

  test('a token that is good no more is the channel’s trouble, and nothing has left', async () => {
    const scene = await begun()
    const sent = await send(scene, 'from nobody', { as: scene.revoked })
    expect(sent).toMatchObject({ outcome: 'rejected', failure: { class: 'channel_down' } })
    expect(await scene.seen()).toEqual([])
  })

  test('a page of HTML in place of an answer says nothing of the message', async () => {
    const scene = await begun()
    expect((await scene.fault('page')).status).toBe(201)
    expect(await send(scene, 'a page')).toMatchObject({ outcome: 'unknown' })
  })

  test('a message that was taken and never answered is unknown, and the client has it once', async () => {
    const scene = await begun()
    expect((await scene.fault('silence')).status).toBe(201)
    expect(await send(scene, 'once', { signal: AbortSignal.timeout(1_500) })).toMatchObject({ outcome: 'unknown' })
    await until(async () => expect(await scene.seen()).toEqual(['once']))
  })

  test('a file comes, with its bytes; once its address has run out it is gone', async () => {
    const scene = await begun()
    await scene.write({ png: PNG })
    await until(async () => expect((await parley.heard(scene.channel))[1]).toMatchObject({ kind: 'image' }))
    const events = `select payload from conversation_events
      where channel_id = $1 and kind = 'message.received' and payload -> 'message' -> 'content' ->> 'kind' = 'image'`
    const [{ payload } = {}] = await parley.rows(events, scene.channel)
    const { mediaId } = (payload as { message: { content: { media: { mediaId: string } } } }).message.content.media
    const file = await scene.adapter.download(scene.account, mediaId, never)
    if (!file.ok) throw new Error(file.failure.detail)
    expect(Buffer.from(await new Response(file.body).arrayBuffer()).toString('base64')).toBe(PNG)
    await scene.filesGone()
    expect(await scene.adapter.download(scene.account, mediaId, never)).toMatchObject({ ok: false })
  })
})
