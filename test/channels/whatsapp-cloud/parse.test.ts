import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { InboundItem } from '../../../src/channels/port.ts'
import { parseWebhook } from '../../../src/channels/whatsapp-cloud/parse.ts'
import { MAX_DEAD_LETTERS } from '../../../src/channels/wire/item-list.ts'
import { bodyOf, bytes, fixture, fixtureNames, METADATA, only, PHONE_NUMBER_ID, summary } from './fixtures.ts'

const message = (fields: object = {}) => ({
  from: '1',
  id: 'wamid.A',
  timestamp: '1',
  type: 'text',
  text: { body: 'x' },
  ...fields,
})

describe('bodies that are not what they should be (P1)', () => {
  const MB3 = 3 * 1024 * 1024
  test.each<[string, Uint8Array, string]>([
    ['empty', bytes(''), 'not_json'],
    ['cut short', fixture('in_text').subarray(0, 300), 'not_json'],
    ['a form', bytes('MessageSid=SM1&Body=hi'), 'not_json'],
    ['no UTF-8', Uint8Array.of(0x22, 0xc3, 0x28, 0x22), 'not_json'],
    ['3 MB of open brackets', bytes('['.repeat(MB3)), 'not_json'],
    ['3 MB of nested lists', bytes('['.repeat(MB3 / 2) + ']'.repeat(MB3 / 2)), 'not_json'],
    ['3 MB of nested objects', bytes('{"a":'.repeat(MB3 / 5)), 'not_json'],
    ['3 MB of one string', bytes(`"${'\\"'.repeat(MB3 / 2)}"`), 'unknown_object'],
    ['3 MB of digits', bytes('9'.repeat(MB3)), 'unknown_object'],
    ['3 MB of zeros in a list', bytes(`[${'0,'.repeat(MB3 / 2)}0]`), 'unknown_object'],
    ['a number', bytes('1'), 'unknown_object'],
    ['null', bytes('null'), 'unknown_object'],
    ['a list', bytes([]), 'unknown_object'],
    ['another object', bytes({ object: 'page', entry: [] }), 'unknown_object'],
    ['an object in the prototype', bytes('{"__proto__":{"object":"whatsapp_business_account"}}'), 'unknown_object'],
  ])('%s: one dead letter', (_name, body, reason) => {
    expect(only(parseWebhook(body))).toMatchObject({ to: 'dead_letter', path: '', reason, account: null })
  })

  test.each<[string, object, string]>([
    ['no entries', {}, '/entry'],
    ['entries that are no list', { entry: {} }, '/entry'],
    ['an entry that is no object', { entry: [1] }, '/entry/0/changes'],
    ["Instagram's form of an entry", { entry: [{ id: '1', messaging: [] }] }, '/entry/0/changes'],
    ['a change without value', { entry: [{ changes: [{ field: 'messages' }] }] }, '/entry/0/changes/0'],
    ['a change with nothing in it', { entry: [{ changes: [{ field: 'messages', value: {} }] }] }, '/entry/0/changes/0'],
    [
      'messages that are no list',
      { entry: [{ changes: [{ field: 'messages', value: { messages: 1 } }] }] },
      '/entry/0/changes/0/value/messages',
    ],
    [
      'no number',
      { entry: [{ changes: [{ field: 'messages', value: { messages: [message()] } }] }] },
      '/entry/0/changes/0/value/messages/0',
    ],
  ])('%s: a dead letter with its place', (_name, body, path) => {
    const item = only(parseWebhook(bytes({ object: 'whatsapp_business_account', ...body })))
    expect(item).toMatchObject({ to: 'dead_letter', reason: 'malformed_item', path })
  })

  test('an item that cannot be read takes nothing with it', () => {
    const messages = [message({ id: 'a' }), null, message({ id: 'b' }), { id: 'c' }, 7, message({ id: 'd' })]
    const statuses = [{}, { id: 's', status: 'sent', timestamp: '1' }]
    expect(parseWebhook(bodyOf('messages', { metadata: METADATA, messages, statuses })).map(summary)).toEqual([
      'message.received text wa_id:1 opens',
      'dead_letter malformed_item /entry/0/changes/0/value/messages/1',
      'message.received text wa_id:1 opens',
      'dead_letter malformed_item /entry/0/changes/0/value/messages/3',
      'dead_letter malformed_item /entry/0/changes/0/value/messages/4',
      'message.received text wa_id:1 opens',
      'dead_letter malformed_item /entry/0/changes/0/value/statuses/0',
      'delivery sent',
    ])
  })

  test('a million bad items are counted, good ones among them still come through', () => {
    const messages = [...Array.from({ length: 1_000_000 }, () => 0), message()]
    const items = parseWebhook(bodyOf('messages', { metadata: METADATA, messages }))
    expect(items).toHaveLength(MAX_DEAD_LETTERS + 2)
    expect(items.at(-2)).toMatchObject({ to: 'conversation' })
    expect(items.at(-1)).toMatchObject({
      path: `/entry/0/changes/0/value/messages/${MAX_DEAD_LETTERS}`,
      detail: `${1_000_000 - MAX_DEAD_LETTERS} more unreadable items, this one first`,
    })
  })

  test('what a database cannot store is replaced: NUL and halves of surrogate pairs', () => {
    const body = bodyOf('messages', {
      metadata: METADATA,
      messages: [message({ text: { body: 'a\u0000b\ud83dc👋' } })],
    })
    expect(only(parseWebhook(body))).toMatchObject({
      event: { message: { content: { text: 'a\uFFFDb\uFFFDc👋' } } },
    })
  })

  test('prototype names are data like any other, or nothing', () => {
    const text = JSON.stringify({ type: 'hologram', constructor: { prototype: {} }, hasOwnProperty: 1 })
    const whole = `{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":
      {"metadata":{"phone_number_id":"1"},"messages":[{"__proto__":{"from":"2"},"from":"1","id":"A","timestamp":"1",${text.slice(1)}]}}]}]}`
    const item = only(parseWebhook(bytes(whole)))
    expect(item).toMatchObject({ identities: [{ kind: 'wa_id', value: '1' }] })
    expect(JSON.stringify(item)).not.toContain('__proto__')
    expect(({} as { from?: string }).from).toBeUndefined()
  })

  test('of repeated keys the last stands', () => {
    const body = new TextDecoder().decode(fixture('in_text')).replace('"from":', '"from": "9", "from":')
    expect(summary(only(parseWebhook(bytes(body))))).toBe('message.received text wa_id:16505551234 opens')
  })
})

/** Pointers that must each have exactly one item. */
function expectedPaths(value: Record<string, unknown>): string[] {
  return ['messages', 'statuses'].flatMap((key) => {
    const list = value[key]
    return Array.isArray(list) ? list.map((_, index) => `/entry/0/changes/0/value/${key}/${index}`) : []
  })
}

function wellFormed(items: InboundItem[]): void {
  for (const item of items) {
    expect(() => JSON.stringify(item)).not.toThrow()
    if ('at' in item && item.at !== null) expect(Number.isNaN(item.at.getTime())).toBe(false)
    if (item.to === 'conversation') expect(item.identities.length).toBeGreaterThan(0)
  }
}

describe('parsing is total', () => {
  test('on any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (body) => wellFormed(parseWebhook(body))))
  })

  test('on any JSON in any place', () => {
    const fields = fc.constantFrom(
      'messages',
      'smb_message_echoes',
      'user_preferences',
      'history',
      'account_update',
      'x',
    )
    fc.assert(
      fc.property(fields, fc.jsonValue(), fc.jsonValue(), (field, value, entry) => {
        wellFormed(
          parseWebhook(
            bytes({ object: 'whatsapp_business_account', entry: [entry, { changes: [{ field, value }, value] }] }),
          ),
        )
      }),
    )
  })

  const half = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.record(
      {
        id: fc.oneof(fc.string(), fc.jsonValue({ maxDepth: 1 })),
        from: fc.oneof(fc.string(), fc.jsonValue({ maxDepth: 1 })),
        timestamp: fc.oneof(fc.constant('1760000000'), fc.jsonValue({ maxDepth: 1 })),
        status: fc.constantFrom('sent', 'failed', 'x'),
        type: fc.constantFrom(
          'text',
          'image',
          'reaction',
          'edit',
          'system',
          'interactive',
          'order',
          'contacts',
          'location',
          'x',
        ),
        text: fc.jsonValue({ maxDepth: 2 }),
        image: fc.jsonValue({ maxDepth: 2 }),
        interactive: fc.record({ type: fc.constantFrom('nfm_reply', 'x'), nfm_reply: fc.jsonValue({ maxDepth: 2 }) }),
        order: fc.record({ product_items: fc.jsonValue({ maxDepth: 2 }) }),
        system: fc.jsonValue({ maxDepth: 2 }),
        context: fc.jsonValue({ maxDepth: 2 }),
        errors: fc.jsonValue({ maxDepth: 2 }),
      },
      { requiredKeys: [] },
    ),
  )

  test('every message and status has exactly one item or dead letter', () => {
    fc.assert(
      fc.property(fc.array(half, { maxLength: 6 }), fc.array(half, { maxLength: 6 }), (messages, statuses) => {
        const value = { metadata: { phone_number_id: PHONE_NUMBER_ID }, messages, statuses }
        const items = parseWebhook(bodyOf('messages', value))
        wellFormed(items)
        expect(items.map((item) => item.path)).toEqual(expectedPaths(value))
      }),
    )
  })

  test('on fixtures in which one value was replaced', () => {
    const whatsapp = fixtureNames.filter((name) => /^(in|st|echo|user|history|account|tpl|batch)_/.test(name))
    fc.assert(
      fc.property(fc.constantFrom(...whatsapp), fc.nat(), fc.jsonValue({ maxDepth: 2 }), (name, where, value) => {
        const body = JSON.parse(fixture(name).toString()) as Record<string, unknown>
        const slots = slotsOf(body)
        const slot = slots[where % slots.length]
        if (slot !== undefined) slot.holder[slot.key] = value
        wellFormed(parseWebhook(bytes(body)))
      }),
      { numRuns: 300 },
    )
  })
})

type Slot = { holder: Record<string, unknown>; key: string }

/** Every place in a value that can be replaced. */
function slotsOf(value: unknown): Slot[] {
  if (typeof value !== 'object' || value === null) return []
  const holder = value as Record<string, unknown>
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...slotsOf(holder[key])])
}
