import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instagram } from '../../../src/channels/instagram/adapter.ts'
import { parseWebhook } from '../../../src/channels/instagram/parse.ts'
import type { InboundItem } from '../../../src/channels/port.ts'

const FIXTURES = join(import.meta.dirname, '../../fixtures/webhooks')
const ACCOUNT = '17841405822304914'
const CLIENT = '6742819350127743'
const signatures = JSON.parse(readFileSync(join(FIXTURES, '../signatures.json'), 'utf8'))
const names = readdirSync(FIXTURES)
  .filter((name) => name.startsWith('ig_'))
  .map((name) => name.replace('.json', ''))
const bytesOf = (name: string) => readFileSync(join(FIXTURES, `${name}.json`))

const parse = (value: unknown) => parseWebhook(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)))
const body = (...messaging: unknown[]) => ({
  object: 'instagram',
  entry: [{ id: ACCOUNT, time: 1760000000700, messaging }],
})
const said = (message: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  sender: { id: CLIENT },
  recipient: { id: ACCOUNT },
  timestamp: 1760000001000,
  message: { mid: 'mid.1', ...message },
  ...more,
})
type Arrived = Extract<InboundItem, { to: 'conversation' }>
const only = (items: InboundItem[]): Arrived => {
  expect(items).toHaveLength(1)
  expect(items[0]?.to).toBe('conversation')
  return items[0] as Arrived
}
const contentOf = (message: Record<string, unknown>) => {
  const { event } = only(parse(body(said(message))))
  if (event.kind !== 'message.received') throw new Error(event.kind)
  return event.message.content
}

describe('the fixtures', () => {
  it.each(names)('%s is signed, and read whole', (name) => {
    const bytes = bytesOf(name)
    const headers = new Headers({ 'x-hub-signature-256': signatures[name] })
    const request = { url: new URL('http://x'), headers, body: bytes }
    expect(instagram.verify(request, [signatures._app_secret])).toBe(true)
    expect(instagram.verify(request, ['another secret', ''])).toBe(false)
    expect(
      instagram.verify({ ...request, body: Buffer.concat([bytes, Buffer.from(' ')]) }, [signatures._app_secret]),
    ).toBe(false)
    const [item, ...others] = parseWebhook(bytes)
    expect(others).toEqual([])
    expect(item?.to).not.toBe('dead_letter')
    if (item && 'account' in item && typeof item.account === 'string') expect(item.account).toBe(ACCOUNT)
  })

  const eventOf = (name: string) => only(parseWebhook(bytesOf(name)))
  it('a text, in milliseconds, opens the window; a redelivery has the same key', () => {
    const text = eventOf('ig_text')
    expect(text).toMatchObject({
      identities: [{ kind: 'igsid', value: CLIENT }],
      at: new Date(1760000001000),
      opensWindow: true,
      event: { kind: 'message.received', message: { content: { kind: 'text', text: 'Do you ship abroad?' } } },
    })
    expect(eventOf('ig_text_duplicate_redelivery')).toEqual(text)
  })

  it.each([
    ['ig_image', { kind: 'image', media: { mime: 'image/jpeg' } }],
    ['ig_audio_voice', { kind: 'voice' }],
    ['ig_reel', { kind: 'video', data: { type: 'ig_reel' }, text: 'A shared reel' }],
    ['ig_shared_post', { kind: 'image', data: { type: 'ig_post' }, text: 'A shared post' }],
    ['ig_story_mention', { kind: 'image', data: { type: 'story_mention' }, text: 'Mentioned you in a story' }],
    ['ig_quick_reply', { kind: 'interactive', text: 'Blue', data: { type: 'button_reply', id: 'COLOR_BLUE' } }],
    ['ig_postback', { kind: 'button', text: 'Opening hours', data: { payload: 'FAQ_HOURS' } }],
    ['ig_unsupported', { kind: 'unsupported' }],
  ])('%s', (name, content) => {
    const { event, opensWindow } = eventOf(name)
    expect(event).toMatchObject({ kind: 'message.received', message: { content } })
    expect(opensWindow).toBe(true)
  })

  it('an answer to a story keeps the story beside it', () => {
    const { event } = eventOf('ig_reply_to_story')
    expect(event).toMatchObject({
      message: {
        content: {
          kind: 'text',
          text: 'Love this!',
          media: null,
          data: { repliesToStory: { id: '17869512378901234' } },
          moreMedia: [{ kind: 'image', media: { mediaId: expect.stringContaining('lookaside.fbsbx.com') } }],
        },
      },
    })
  })

  it('an answer to a message names it', () => {
    const { event } = eventOf('ig_reply_to_mid')
    expect(event).toMatchObject({
      message: { context: { quoted: expect.stringMatching(/^aWdf.*ODhFOEQzNDgzNkQ5ZD$/) } },
    })
  })

  it('an advertisement rides on the message', () => {
    expect(eventOf('ig_ad_referral').event).toMatchObject({
      message: { context: { referral: { ad_id: '120212345678900123' } } },
    })
  })

  it('an echo is a word of the business, and opens nothing', () => {
    expect(eventOf('ig_echo_text')).toMatchObject({
      identities: [{ kind: 'igsid', value: CLIENT }],
      opensWindow: false,
      event: { kind: 'message.echoed', by: 'phone_app', message: { content: { text: 'Yes, worldwide!' } } },
    })
  })

  it('edits, withdrawals and reactions name their message', () => {
    const { id } = (eventOf('ig_text').event as { message: { id: string } }).message
    expect(eventOf('ig_message_edit')).toMatchObject({
      event: { kind: 'message.edited', target: id, content: { text: 'Do you ship to Canada?' } },
      dedupeKey: `edited:${id}:1`,
      opensWindow: false,
    })
    expect(eventOf('ig_deleted')).toMatchObject({
      event: { kind: 'message.deleted', target: id, by: 'contact' },
      opensWindow: false,
    })
    expect(eventOf('ig_reaction')).toMatchObject({
      event: { kind: 'message.reacted', emoji: '❤️', by: 'contact' },
      opensWindow: true,
    })
  })

  it('what is seen is a report of everything up to it', () => {
    expect(parseWebhook(bytesOf('ig_seen'))).toEqual([
      expect.objectContaining({ to: 'delivery', status: expect.objectContaining({ state: 'read', upTo: true }) }),
    ])
  })

  it('a comment under a post names it, and opens no window', () => {
    expect(eventOf('ig_comment_fb_login')).toMatchObject({
      at: new Date(1760000000000),
      opensWindow: false,
      dedupeKey: 'comment:17890455512345678',
      event: {
        kind: 'message.received',
        profile: { username: 'flora.fan' },
        message: {
          id: 'comment:17890455512345678',
          content: { kind: 'text', text: 'How much?', data: { type: 'comment', place: 'feed' } },
          publicComment: {
            id: '17890455512345678',
            postId: '18012345678901234',
            answerUntil: new Date(1760000000000 + 7 * 86_400_000).toISOString(),
          },
        },
      },
    })
  })
})

describe('what is not in the fixtures', () => {
  const image = (n: number) => ({ type: 'image', payload: { url: `https://lookaside.fbsbx.com/x?n=${n}` } })

  it('several attachments are one message with several files', () => {
    const content = contentOf({
      text: 'these',
      attachments: [image(1), { type: 'video', payload: { url: 'https://a.fbcdn.net/v' } }, image(3)],
    })
    expect(content).toMatchObject({
      kind: 'image',
      text: 'these',
      media: { mediaId: 'https://lookaside.fbsbx.com/x?n=1' },
    })
    expect(content.moreMedia?.map(({ kind, media }) => [kind, media.mediaId])).toEqual([
      ['video', 'https://a.fbcdn.net/v'],
      ['image', 'https://lookaside.fbsbx.com/x?n=3'],
    ])
  })

  it.each([
    ['a picture seen once, without an address', { attachments: [{ type: 'ephemeral' }] }, 'unsupported', /only once/],
    [
      'a kind that is not known, without an address',
      { attachments: [{ type: 'hologram' }] },
      'unsupported',
      /hologram/,
    ],
    [
      'a kind that is not known, with one',
      { attachments: [{ type: 'hologram', payload: { url: 'https://a.fbcdn.net/h' } }] },
      'document',
      null,
    ],
    [
      'a shared post that is a page',
      { attachments: [{ type: 'share', payload: { url: 'https://www.instagram.com/p/abc/', title: 'Vase' } }] },
      'text',
      /A shared post: Vase\nhttps:\/\/www\.instagram\.com\/p\/abc\//,
    ],
    ['a template', { attachments: [{ type: 'template', payload: {} }] }, 'unsupported', /card/],
  ])('%s', (_, message, kind, text) => {
    const content = contentOf(message)
    expect(content.kind).toBe(kind)
    if (text) expect(content.text).toMatch(text)
  })

  it('finds the account although the entry names the client, and although it names nobody', () => {
    const postback = {
      sender: { id: CLIENT },
      recipient: { id: ACCOUNT },
      timestamp: 1760000001000,
      postback: { mid: 'm', title: 'Hi', payload: 'HI' },
    }
    for (const id of [CLIENT, undefined]) {
      const item = only(parse({ object: 'instagram', entry: [{ id, messaging: [postback] }] }))
      expect([item.account, item.identities[0]?.value]).toEqual([ACCOUNT, CLIENT])
    }
  })

  it('reads ids that came as whole numbers, whatever their size', () => {
    const raw = `{"object":"instagram","entry":[{"id":17841405822304914,"messaging":[{"sender":{"id":6742819350127743123},"recipient":{"id":17841405822304914},"timestamp":"1760000001000","message":{"mid":"m","text":"x"}}]}]}`
    expect(only(parse(raw))).toMatchObject({
      account: ACCOUNT,
      identities: [{ value: '6742819350127743123' }],
      at: new Date(1760000001000),
    })
  })

  it('a reaction that is taken back opens nothing and has no emoji', () => {
    const taken = {
      sender: { id: CLIENT },
      recipient: { id: ACCOUNT },
      timestamp: 1760000001000,
      reaction: { mid: 'm', action: 'unreact' },
    }
    expect(only(parse(body(taken)))).toMatchObject({
      event: { kind: 'message.reacted', emoji: null },
      opensWindow: false,
    })
  })

  it('what the business withdrew, edited or sent itself is its own', () => {
    const own = { sender: { id: ACCOUNT }, recipient: { id: CLIENT }, timestamp: 1760000001000 }
    expect(only(parse(body({ ...own, message: { mid: 'm', is_deleted: true, is_echo: true } }))).event).toMatchObject({
      kind: 'message.deleted',
      by: 'phone_app',
    })
    expect(only(parse(body({ ...own, message_edit: { mid: 'm', text: 'x', num_edit: '2' } }))).event).toMatchObject({
      kind: 'message.edited',
      by: 'phone_app',
    })
    expect(only(parse(body({ ...own, message: { mid: 'm', text: 'x' } }))).event).toMatchObject({
      kind: 'message.echoed',
    })
  })

  it('keeps what concerns no conversation as an event of the account', () => {
    const self = {
      sender: { id: ACCOUNT },
      recipient: { id: ACCOUNT },
      timestamp: 1760000001000,
      message: { mid: 'm', text: 'test', is_self: true, is_echo: true },
    }
    const link = {
      sender: { id: CLIENT },
      recipient: { id: ACCOUNT },
      timestamp: 1760000001000,
      referral: { ref: 'spring', source: 'IGME_LINK', type: 'OPEN_THREAD' },
    }
    const mention = { field: 'mentions', value: { media_id: '1', comment_id: '2' } }
    const items = parse({
      object: 'instagram',
      entry: [{ id: ACCOUNT, time: 1, messaging: [self, link], changes: [mention] }],
    })
    expect(items.map((item) => (item.to === 'channel' ? item.event.kind : item.to))).toEqual([
      'self_message',
      'referral',
      'mentions',
    ])
  })

  it("takes the business's own comments for no word of a client", () => {
    const value = { from: { id: ACCOUNT, username: 'shop' }, id: '5', text: 'Sent you a message', media: { id: '1' } }
    expect(
      parse({
        object: 'instagram',
        entry: [{ id: ACCOUNT, time: 1760000000, changes: [{ field: 'comments', value }] }],
      })[0]?.to,
    ).toBe('channel')
  })

  it('reads field and value in the entry itself, and the samples of the dashboard', () => {
    const value = { from: { id: CLIENT, username: 'flora' }, id: '5', text: 'Nice', media: { id: '1' }, parent_id: '4' }
    const direct = only(
      parse({ object: 'instagram', entry: [{ id: ACCOUNT, time: 1760000000, field: 'comments', value }] }),
    )
    expect(direct).toMatchObject({
      path: '/entry/0',
      event: { message: { publicComment: { id: '5' }, content: { data: { parentCommentId: '4' } } } },
    })
    const sample = {
      field: 'messages',
      value: {
        sender: { id: '12334' },
        recipient: { id: '23245' },
        timestamp: '1527459824',
        message: { mid: 'random_mid', text: 'random_text' },
      },
    }
    expect(
      only(parse({ object: 'instagram', entry: [{ id: '23245', time: 1527459824, changes: [sample] }] })),
    ).toMatchObject({ account: '23245', at: new Date(1527459824000) })
  })

  it.each([
    ['no JSON', '{', 'not_json', ''],
    ['another object', { object: 'whatsapp_business_account', entry: [] }, 'unknown_object', ''],
    ['no list of entries', { object: 'instagram', entry: {} }, 'malformed_item', '/entry'],
    ['an empty entry', { object: 'instagram', entry: [{ id: ACCOUNT }] }, 'malformed_item', '/entry/0'],
    [
      'a kind that is not known',
      body({ sender: { id: CLIENT }, recipient: { id: ACCOUNT }, timestamp: 1760000001000, game_play: {} }),
      'malformed_item',
      '/entry/0/messaging/0',
    ],
    ['an empty message', body(said({})), 'malformed_item', '/entry/0/messaging/0'],
    [
      'nobody',
      body({ timestamp: 1760000001000, message: { mid: 'm', text: 'x' } }),
      'malformed_item',
      '/entry/0/messaging/0',
    ],
    ['no id', body(said({ mid: undefined, text: 'x' })), 'malformed_item', '/entry/0/messaging/0'],
  ])('%s is a dead letter with its place', (_, value, reason, path) => {
    expect(parse(value)).toEqual([expect.objectContaining({ to: 'dead_letter', reason, path })])
  })

  it('a bad element takes no neighbour with it', () => {
    const items = parse(body(said({ text: 'one' }), { nonsense: true }, said({ mid: 'mid.2', text: 'two' })))
    expect(items.map(({ to }) => to)).toEqual(['conversation', 'dead_letter', 'conversation'])
  })

  it('never throws, and gives every element something', () => {
    const json = fc.jsonValue({ maxDepth: 4 })
    const element = fc.record(
      {
        sender: fc.oneof(fc.record({ id: json }), json),
        recipient: fc.record({ id: json }),
        timestamp: json,
        message: json,
        read: json,
        reaction: json,
        message_edit: json,
        postback: json,
        referral: json,
      },
      { requiredKeys: [] },
    )
    const entry = fc.record({
      id: json,
      time: json,
      messaging: fc.array(element),
      changes: fc.array(fc.record({ field: fc.constantFrom('comments', 'messages', 'x'), value: json })),
    })
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 3 }), (entries) => {
        const items = parse({ object: 'instagram', entry: entries })
        const elements = entries.reduce((sum, one) => sum + one.messaging.length + one.changes.length, 0)
        expect(items).toHaveLength(elements)
      }),
      { numRuns: 300 },
    )
  })
})
