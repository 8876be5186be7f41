import { describe, expect, test } from 'vitest'
import { parseWebhook } from '../../../src/channels/whatsapp-cloud/parse.ts'
import type { ImportedMessage } from '../../../src/domain/imported-message.ts'
import { afterChunk } from '../../../src/store/intake/imported-messages.ts'
import { bodyOf, METADATA, only } from './fixtures.ts'

const parsed = (value: object, field = 'history') => parseWebhook(bodyOf(field, { metadata: METADATA, ...value }))
const importedOf = (value: object): readonly ImportedMessage[] => {
  const [item] = parsed(value)
  return item?.to === 'channel' ? (item.event.imported ?? []) : []
}
const BUSINESS = METADATA.display_phone_number
const CLIENT = '16505551234'
const text = (id: string, more: object = {}) => ({
  from: CLIENT,
  id,
  timestamp: '1759996400',
  type: 'text',
  text: { body: id },
  ...more,
})
const thread = (...messages: unknown[]) => ({
  history: [{ metadata: { phase: 1, chunk_order: 2, progress: 55 }, threads: [{ id: CLIENT, messages }] }],
})

describe('a chunk of history', () => {
  test('says who wrote each message, and how far it came', () => {
    const ours = text('b', { from: BUSINESS, to: CLIENT, history_context: { status: 'READ' } })
    expect(importedOf(thread(text('a'), ours))).toMatchObject([
      { id: 'a', client: CLIENT, direction: 'in', from: 'thread', status: null, at: new Date(1759996400_000) },
      { id: 'b', client: CLIENT, direction: 'out', status: 'read', content: { kind: 'text', text: 'b' } },
    ])
  })

  test('is one item, whatever it holds, and says how far the import is', () => {
    const many = Array.from({ length: 3_000 }, (_, n) => text(`wamid.${n}`))
    const item = only(parsed(thread(...many)))
    expect(item).toMatchObject({
      to: 'channel',
      event: { kind: 'history', effect: { does: 'history', declined: false, progress: [{ phase: 1, progress: 55 }] } },
    })
    expect(item.to === 'channel' && item.event.imported).toHaveLength(3_000)
  })

  test('with something unreadable in it loses only that', () => {
    const items = parsed(thread(text('a'), 'rubbish', text('b', { id: undefined }), text('c', { timestamp: 'soon' })))
    expect(items.map(({ to }) => to)).toEqual(['channel', 'dead_letter', 'dead_letter', 'dead_letter'])
    expect(items[2]).toMatchObject({
      path: '/entry/0/changes/0/value/history/0/threads/0/messages/2',
      detail: 'no usable id',
    })
  })

  test('that the owner does not share says so', () => {
    const errors = [{ code: 2593109, title: 'History sync is turned off' }]
    expect(only(parsed({ history: [{ errors }] }))).toMatchObject({
      event: { effect: { does: 'history', declined: true } },
    })
  })

  test('with a placeholder, and later its file, whose sender Meta itself gets wrong', () => {
    const placeholder = { from: BUSINESS, id: 'f', timestamp: '1759996400', type: 'media_placeholder' }
    expect(importedOf(thread(placeholder))).toMatchObject([
      { id: 'f', direction: 'out', content: { kind: 'unsupported', data: { placeholder: true } } },
    ])
    const image = { mime_type: 'image/jpeg', sha256: 'ab', id: '24230790383178626', caption: 'Look' }
    const file = { from: CLIENT, id: 'f', timestamp: '1759996400', type: 'image', image }
    expect(importedOf({ messages: [file] })).toMatchObject([
      { id: 'f', from: 'file', content: { kind: 'image', text: 'Look', media: { mediaId: '24230790383178626' } } },
    ])
  })

  test.each([
    [{ history: 'x' }],
    [{ history: [null, { threads: {} }, { threads: [{ messages: 1 }] }, { metadata: { phase: 9, progress: 'x' } }] }],
    [{}],
  ])('of no form does no harm: %j', (value) => {
    expect(parsed(value)).toMatchObject([{ to: 'channel', event: { effect: { does: 'history', progress: [] } } }])
  })
})

test('the phone book comes with names, and without them', () => {
  const contact = (action: string, more: object) => ({
    type: 'contact',
    action,
    contact: { phone_number: '+1 650', ...more },
  })
  const state_sync = [contact('add', { full_name: 'Pablo Morales' }), contact('remove', {}), { type: 'label' }, 7]
  expect(only(parsed({ state_sync }, 'smb_app_state_sync'))).toMatchObject({
    event: {
      phoneBook: [
        { phone: '1650', name: 'Pablo Morales' },
        { phone: '1650', name: null },
      ],
    },
  })
})

test('chunks come in any order: the furthest stands', () => {
  const now = new Date('2026-01-01T00:00:00Z')
  const chunk = (phase: number, progress: number) => ({ declined: false, progress: [{ phase, progress }] })
  const sync = [chunk(1, 40), chunk(0, 100), chunk(1, 20)].reduce((one, two) => afterChunk(one, two, now), {})
  expect(sync).toEqual({ phase: 1, progress: { 0: 100, 1: 40 }, chunks: 3, lastAt: now.toISOString() })
  expect(afterChunk(sync, { declined: true, progress: [] }, now)).toMatchObject({
    declinedAt: now.toISOString(),
    chunks: 3,
  })
})
