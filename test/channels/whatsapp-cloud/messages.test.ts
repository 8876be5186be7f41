import { describe, expect, test } from 'vitest'
import { parseMessage } from './fixtures.ts'

/** The content of a message of the client. */
function contentOf(message: object) {
  const item = parseMessage(message)
  if (item.to !== 'conversation' || item.event.kind !== 'message.received') throw new Error(JSON.stringify(item))
  return item.event.message.content
}

const HEX = '139d544b821b13ebea14f1b0fe18577222e415c2966e3a3511c4196055232202'
const media = { id: '77', mime_type: 'image/jpeg', sha256: HEX.toUpperCase() }

describe('kinds of messages (reference §2.2)', () => {
  test.each<[string, object, object]>([
    ['text', { type: 'text', text: { body: 'Hi' } }, { kind: 'text', text: 'Hi', data: {}, media: null }],
    [
      'image',
      { type: 'image', image: { ...media, caption: 'c' } },
      { kind: 'image', text: 'c', media: { mediaId: '77', sha256: HEX } },
    ],
    ['image without a caption', { type: 'image', image: media }, { kind: 'image', text: null }],
    [
      'video',
      { type: 'video', video: { ...media, mime_type: 'video/mp4' } },
      { kind: 'video', media: { mime: 'video/mp4' } },
    ],
    [
      'audio file',
      { type: 'audio', audio: { ...media, mime_type: 'audio/mpeg' } },
      { kind: 'audio', media: { mime: 'audio/mpeg' } },
    ],
    [
      'voice note',
      { type: 'audio', audio: { ...media, mime_type: 'audio/ogg; codecs=opus', voice: true } },
      { kind: 'voice', media: { mime: 'audio/ogg' } },
    ],
    [
      'document',
      { type: 'document', document: { ...media, filename: '../a.pdf' } },
      { kind: 'document', media: { fileName: '../a.pdf' } },
    ],
    [
      'sticker',
      { type: 'sticker', sticker: { ...media, animated: true } },
      { kind: 'sticker', data: { animated: true } },
    ],
    [
      'media whose hash is neither base64 nor hex',
      { type: 'image', image: { ...media, sha256: '???' } },
      { kind: 'image', media: { sha256: null } },
    ],
    [
      'media whose id is a number',
      { type: 'image', image: { ...media, id: 77 } },
      { kind: 'image', media: { mediaId: '77' } },
    ],
    [
      'media that Meta could not fetch',
      { type: 'image', image: {}, errors: [{ code: 131052, title: 'Media download error' }] },
      {
        kind: 'image',
        media: null,
        data: { errors: [{ code: '131052', title: 'Media download error', details: null }] },
      },
    ],
    [
      'named location',
      {
        type: 'location',
        location: { latitude: 40.5, longitude: -73.25, name: 'Guggenheim', address: '1071 5th Ave', url: 'https://x' },
      },
      {
        kind: 'location',
        text: 'Guggenheim, 1071 5th Ave',
        data: { latitude: 40.5, longitude: -73.25, name: 'Guggenheim', address: '1071 5th Ave', url: 'https://x' },
      },
    ],
    [
      'bare location',
      { type: 'location', location: { latitude: '40.5', longitude: '-73.25' } },
      { kind: 'location', text: '40.5, -73.25', data: { latitude: 40.5, longitude: -73.25 } },
    ],
    [
      'location without coordinates',
      { type: 'location', location: { name: 'Home' } },
      { kind: 'location', text: 'Home', data: { name: 'Home' } },
    ],
    [
      'contact cards',
      {
        type: 'contacts',
        contacts: [{ name: { formatted_name: 'Barbara J.' } }, { name: { first_name: 'Al', last_name: 'B' } }],
      },
      { kind: 'contacts', text: 'Barbara J., Al B' },
    ],
    [
      'a phone shared on request',
      { type: 'contacts', contacts: [{ origin: 'contact_request', phones: [{ phone: '+1 650' }] }] },
      { kind: 'contacts', text: '+1 650', data: { contacts: [{ origin: 'contact_request' }] } },
    ],
    [
      'button reply',
      { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'b1', title: 'Cancel' } } },
      { kind: 'interactive', text: 'Cancel', data: { type: 'button_reply', id: 'b1', title: 'Cancel' } },
    ],
    [
      'list reply',
      {
        type: 'interactive',
        interactive: { type: 'list_reply', list_reply: { id: 'l1', title: 'Express', description: 'Next day' } },
      },
      { kind: 'interactive', text: 'Express', data: { type: 'list_reply', id: 'l1', description: 'Next day' } },
    ],
    [
      'flow reply',
      {
        type: 'interactive',
        interactive: { type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json: '{"a":1}' } },
      },
      { kind: 'interactive', text: 'Sent', data: { type: 'nfm_reply', name: 'flow', response: { a: 1 } } },
    ],
    [
      'flow reply that is no JSON',
      { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: { name: 'flow', response_json: '{' } } },
      { kind: 'interactive', text: 'flow', data: { response: '{' } },
    ],
    [
      'call permission',
      {
        type: 'interactive',
        interactive: {
          type: 'call_permission_reply',
          call_permission_reply: { response: 'accept', expiration_timestamp: 1, response_source: 'user_action' },
        },
      },
      {
        kind: 'interactive',
        text: 'Answer to a call request: accept',
        data: { response: 'accept', expiresAt: '1', source: 'user_action' },
      },
    ],
    [
      'an interactive reply of tomorrow',
      { type: 'interactive', interactive: { type: 'hologram', hologram: { x: 1 } } },
      {
        kind: 'interactive',
        text: 'An interactive reply (hologram)',
        data: { type: 'hologram', raw: { hologram: { x: 1 } } },
      },
    ],
    [
      "a template's quick reply",
      { type: 'button', button: { payload: 'confirm:1', text: 'Confirm' } },
      { kind: 'button', text: 'Confirm', data: { payload: 'confirm:1', text: 'Confirm' } },
    ],
    [
      'order',
      {
        type: 'order',
        order: {
          catalog_id: 'c',
          text: 'Love these!',
          product_items: [{ product_retailer_id: 'p', quantity: 2, item_price: 30, currency: 'USD' }],
        },
      },
      {
        kind: 'order',
        text: 'Order: 2 × p at 30 USD\nLove these!',
        data: {
          catalogId: 'c',
          text: 'Love these!',
          items: [{ productRetailerId: 'p', quantity: 2, itemPrice: 30, currency: 'USD' }],
        },
      },
    ],
    [
      'another notice of the system',
      { type: 'system', system: { type: 'customer_identity_changed', body: 'Security code changed' } },
      { kind: 'system', text: 'Security code changed' },
    ],
    [
      'poll',
      { type: 'unsupported', unsupported: { type: 'poll_creation' }, errors: [{ code: 131051 }] },
      {
        kind: 'unsupported',
        text: 'WhatsApp does not pass this on: a poll.',
        data: { subtype: 'poll_creation', raw: { type: 'unsupported' } },
      },
    ],
    [
      'unavailable',
      { type: 'unsupported', unsupported: { type: 'errors' }, errors: [{ code: 131060 }] },
      { kind: 'unsupported', text: 'A message that can be seen only in the WhatsApp app on the phone.' },
    ],
    [
      'too large',
      { type: 'unsupported', errors: [{ code: 131052 }] },
      { kind: 'unsupported', text: 'A file that WhatsApp could not hand over, for instance because it is too large.' },
    ],
    [
      'unsupported of an older version',
      { type: 'unsupported' },
      { kind: 'unsupported', text: 'A message of a kind that WhatsApp does not pass on.' },
    ],
    ['type unknown', { type: 'unknown' }, { kind: 'unsupported' }],
    [
      'a kind of tomorrow',
      { type: 'hologram', hologram: { x: 1 } },
      {
        kind: 'unsupported',
        text: 'A message of a kind that is not known here: hologram.',
        data: { subtype: 'hologram', raw: { hologram: { x: 1 } } },
      },
    ],
    [
      'a kind named like a property of objects',
      { type: 'constructor', constructor: {} },
      { kind: 'unsupported', data: { subtype: 'constructor' } },
    ],
    ['a known kind without its object', { type: 'text' }, { kind: 'unsupported', data: { subtype: 'text' } }],
    ['no kind at all', {}, { kind: 'unsupported', data: { subtype: 'unknown' } }],
    ['a group message', { type: 'text', text: { body: 'x' }, group_id: 'G' }, { kind: 'text', data: { groupId: 'G' } }],
  ])('%s', (_name, message, expected) => {
    expect(contentOf(message)).toMatchObject(expected)
  })
})

describe('riders (reference §2.3)', () => {
  const text = { type: 'text', text: { body: 'x' } }
  const none = { quoted: null, forwarded: 'no', referral: null, product: null }
  test.each<[string, object, object]>([
    ['none', {}, none],
    ['quote', { context: { from: '1', id: 'wamid.Q' } }, { ...none, quoted: 'wamid.Q' }],
    ['forwarded', { context: { forwarded: true } }, { ...none, forwarded: 'forwarded' }],
    [
      'frequently forwarded',
      { context: { frequently_forwarded: true, forwarded: true } },
      { ...none, forwarded: 'frequently' },
    ],
    [
      'product',
      { context: { id: 'wamid.Q', referred_product: { catalog_id: 'c' } } },
      { ...none, quoted: 'wamid.Q', product: { catalog_id: 'c' } },
    ],
    [
      'advertisement',
      { referral: { source_type: 'ad', ctwa_clid: 'A' } },
      { ...none, referral: { source_type: 'ad', ctwa_clid: 'A' } },
    ],
    ['riders of the wrong shape', { context: 'x', referral: [] }, none],
  ])('%s', (_name, rider, expected) => {
    expect(parseMessage({ ...text, ...rider })).toMatchObject({ event: { message: { context: expected } } })
  })

  test('an advertisement rides on any kind', () => {
    const item = parseMessage({ type: 'image', image: media, referral: { source_id: '1' } })
    expect(item).toMatchObject({ event: { message: { context: { referral: { source_id: '1' } } } } })
  })
})

describe('what is no new message', () => {
  test.each<[string, object, object]>([
    [
      'reaction',
      { type: 'reaction', reaction: { message_id: 'wamid.T', emoji: '❤️' } },
      { opensWindow: true, event: { kind: 'message.reacted', target: 'wamid.T', emoji: '❤️', by: 'contact' } },
    ],
    [
      'reaction taken back',
      { type: 'reaction', reaction: { message_id: 'wamid.T' } },
      { opensWindow: false, event: { emoji: null } },
    ],
    [
      'reaction with an empty emoji',
      { type: 'reaction', reaction: { message_id: 'wamid.T', emoji: '' } },
      { opensWindow: false, event: { emoji: null } },
    ],
    [
      'edit',
      { type: 'edit', edit: { original_message_id: 'wamid.T', message: { type: 'text', text: { body: 'new' } } } },
      {
        opensWindow: false,
        event: { kind: 'message.edited', target: 'wamid.T', content: { kind: 'text', text: 'new' }, by: 'contact' },
      },
    ],
    [
      'revoke',
      { type: 'revoke', revoke: { original_message_id: 'wamid.T' } },
      { opensWindow: false, event: { kind: 'message.deleted', target: 'wamid.T', by: 'contact' } },
    ],
    [
      'new number',
      { type: 'system', system: { type: 'user_changed_number', wa_id: '16505554321', body: 'User A changed' } },
      {
        opensWindow: false,
        identities: [{ kind: 'wa_id', value: '16505551234' }],
        event: {
          kind: 'contact.number_changed',
          from: [{ kind: 'wa_id', value: '16505551234' }],
          to: [{ kind: 'wa_id', value: '16505554321' }],
          note: 'User A changed',
        },
      },
    ],
    [
      'new number in an old version',
      { type: 'system', system: { type: 'customer_changed_number', new_wa_id: '16505554321' } },
      { event: { kind: 'contact.number_changed', to: [{ kind: 'wa_id', value: '16505554321' }] } },
    ],
    [
      'new number and user id',
      {
        from_user_id: 'US.old',
        type: 'system',
        system: { type: 'user_changed_number', wa_id: '16505554321', user_id: 'US.new' },
      },
      {
        event: {
          from: [
            { kind: 'wa_id', value: '16505551234' },
            { kind: 'bsuid', value: 'US.old' },
          ],
          to: [
            { kind: 'wa_id', value: '16505554321' },
            { kind: 'bsuid', value: 'US.new' },
          ],
        },
      },
    ],
    [
      'new user id',
      {
        from: undefined,
        from_user_id: 'US.new',
        type: 'system',
        system: { type: 'user_changed_user_id', user_id: 'US.new', previous_user_id: 'US.old' },
      },
      {
        identities: [{ kind: 'bsuid', value: 'US.old' }],
        event: { from: [{ kind: 'bsuid', value: 'US.old' }], to: [{ kind: 'bsuid', value: 'US.new' }] },
      },
    ],
    [
      'new user id, named only inside',
      {
        from: undefined,
        type: 'system',
        system: { type: 'user_changed_user_id', user_id: 'US.new', previous_user_id: 'US.old' },
      },
      { identities: [{ kind: 'bsuid', value: 'US.old' }] },
    ],
    [
      'another system notice',
      { type: 'system', system: { body: 'x' } },
      { opensWindow: false, event: { kind: 'message.received' } },
    ],
    ['group message', { group_id: 'G', type: 'text', text: { body: 'x' } }, { opensWindow: false }],
  ])('%s', (_name, message, expected) => {
    expect(parseMessage(message)).toMatchObject({ to: 'conversation', dedupeKey: 'message:wamid.A', ...expected })
  })

  test.each<[string, object, string]>([
    ['reaction to nothing', { type: 'reaction', reaction: {} }, 'no usable message_id'],
    ['edit without a message', { type: 'edit', edit: { original_message_id: 'w' } }, 'an edit without its new message'],
    ['revoke of nothing', { type: 'revoke' }, 'no usable original_message_id'],
    ['no id', { id: undefined, type: 'text', text: { body: 'x' } }, 'no usable id'],
    ['an id too long for an index', { id: 'w'.repeat(600), type: 'text', text: { body: 'x' } }, 'no usable id'],
    ['no time', { timestamp: 'soon', type: 'text', text: { body: 'x' } }, 'no usable timestamp'],
    ['no client', { from: undefined, type: 'text', text: { body: 'x' } }, 'it names no client'],
  ])('%s is a dead letter that quotes nothing', (_name, message, detail) => {
    expect(parseMessage(message)).toEqual({
      to: 'dead_letter',
      account: { accountId: '106540352242922', businessId: '102290129340398', displayPhone: '15550783881' },
      path: '/entry/0/changes/0/value/messages/0',
      reason: 'malformed_item',
      detail,
    })
  })

  test('ids, times and texts as numbers are accepted', () => {
    const item = parseMessage({ id: 12, from: 16505551234, timestamp: 1760000000, type: 'text', text: { body: 5 } })
    expect(item).toMatchObject({
      dedupeKey: 'message:12',
      at: new Date(1760000000_000),
      identities: [{ kind: 'wa_id', value: '16505551234' }],
      event: { message: { content: { text: '5' } } },
    })
  })
})
