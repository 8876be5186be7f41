import { describe, expect, test } from 'vitest'
import { parseWebhook } from '../../../src/channels/whatsapp-cloud/parse.ts'
import { bodyOf, METADATA, only, summary, WABA_ID } from './fixtures.ts'

const parsed = (field: string, value: object, entry?: object) => only(parseWebhook(bodyOf(field, value, entry)))
const effect = (field: string, value: object) => {
  const item = parsed(field, value)
  return item.to === 'channel' ? item.event.effect : item
}

describe('effects on the channel (reference §4.2, §4.3)', () => {
  const update = (value: object) => effect('account_update', value)
  test.each<[string, object, object]>([
    [
      'removed in the app',
      { event: 'PARTNER_REMOVED', disconnection_info: { reason: 'PRIMARY_INACTIVITY', initiated_by: 'SYSTEM' } },
      {
        does: 'disconnect',
        reason:
          'PARTNER_REMOVED PRIMARY_INACTIVITY SYSTEM (the phone with the WhatsApp Business app was offline for about 14 days)',
      },
    ],
    ['uninstalled', { event: 'PARTNER_APP_UNINSTALLED' }, { does: 'disconnect' }],
    ['offboarded', { event: 'ACCOUNT_OFFBOARDED' }, { does: 'disconnect' }],
    ['deleted', { event: 'ACCOUNT_DELETED' }, { does: 'disconnect' }],
    ['reconnected', { event: 'ACCOUNT_RECONNECTED' }, { does: 'reconnect' }],
    [
      'restricted',
      {
        event: 'ACCOUNT_RESTRICTION',
        restriction_info: [{ restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', expiration: 1760000000 }],
      },
      {
        does: 'restrict',
        reason: 'Meta restricted the account: no templates can be sent until 2025-10-09T08:53:20.000Z',
        sends: [{ type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', blocks: 'templates', until: '2025-10-09T08:53:20.000Z' }],
      },
    ],
    [
      'restricted in two things, without an end',
      {
        event: 'ACCOUNT_RESTRICTION',
        restriction_info: [
          { restriction_type: 'RESTRICTED_CUSTOMER_INITIATED_MESSAGING', expiration: '1760000000' },
          { restriction_type: 'RESTRICTED_UTILITY_TEMPLATES' },
          { restriction_type: 'RESTRICTED_CALLING' },
        ],
      },
      {
        sends: [
          { type: 'RESTRICTED_CUSTOMER_INITIATED_MESSAGING', blocks: 'replies', until: '2025-10-09T08:53:20.000Z' },
          { type: 'RESTRICTED_UTILITY_TEMPLATES', blocks: 'utility_templates', until: null },
        ],
      },
    ],
    [
      'restricted in what nobody knows yet: in everything',
      {
        event: 'ACCOUNT_RESTRICTION',
        restriction_info: [{ restriction_type: 'RESTRICTED_MESSAGING_OF_TOMORROW', expiration: 1760000000 }],
      },
      {
        does: 'restrict',
        reason: 'Meta restricted the account: RESTRICTED_MESSAGING_OF_TOMORROW until 2025-10-09T08:53:20.000Z',
      },
    ],
    [
      'restricted in adding numbers only',
      { event: 'ACCOUNT_RESTRICTION', restriction_info: [{ restriction_type: 'RESTRICTED_ADD_PHONE_NUMBER_ACTION' }] },
      { does: 'notice' },
    ],
    ['violation', { event: 'ACCOUNT_VIOLATION', violation_info: { violation_type: 'ADULT' } }, { does: 'notice' }],
    [
      'banned',
      { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: ['DISABLE'], waba_ban_date: 'April 17, 2025' } },
      { does: 'restrict', reason: 'Meta disabled the account on April 17, 2025' },
    ],
    [
      'to be banned',
      { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'SCHEDULE_FOR_DISABLE' } },
      { does: 'notice' },
    ],
    [
      'reinstated',
      { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'REINSTATE' } },
      { does: 'reconnect', only: 'restriction' },
    ],
    ['verified', { event: 'VERIFIED_ACCOUNT' }, { does: 'nothing' }],
    ['an event of tomorrow', { event: 'ACCOUNT_TELEPORTED' }, { does: 'nothing' }],
  ])('account_update: %s', (_name, value, expected) => {
    expect(update(value)).toMatchObject(expected)
  })

  test.each([
    ['ACCOUNT_DISCONNECTED', /in the phone app or in Meta Business settings/],
    ['BUSINESS_DOWNGRADE', /replaced by the ordinary one/],
    ['CHANGE_NUMBER', /the number was changed/],
    ['COMPANION_INACTIVITY', /about 30 days/],
    ['PRIMARY_INACTIVITY', /about 14 days/],
    ['USER_RE_REGISTERED', /registered anew/],
    ['A_REASON_OF_TOMORROW', /owner ended the connection/],
    ['constructor', /owner ended the connection/],
  ])('PARTNER_REMOVED for %s is said in words', (reason, words) => {
    expect(update({ event: 'PARTNER_REMOVED', disconnection_info: { reason, initiated_by: 'USER' } })).toEqual({
      does: 'disconnect',
      reason: expect.stringMatching(words),
    })
  })

  test.each<[string, object, string]>([
    ['account_alerts', { alert_info: { alert_severity: 'CRITICAL', alert_type: 'OBA_REJECTED' } }, 'notice'],
    ['account_review_update', { decision: 'REJECTED' }, 'notice'],
    ['phone_number_quality_update', { event: 'FLAGGED' }, 'notice'],
    ['security', { event: 'PIN_CHANGED' }, 'notice'],
    ['partner_solutions', {}, 'nothing'],
    ['calls', { calls: [] }, 'nothing'],
    ['a_field_of_tomorrow', { anything: 1 }, 'nothing'],
    ['constructor', { anything: 1 }, 'nothing'],
  ])('%s %j: %s', (field, value, does) => {
    expect(effect(field, value)).toMatchObject({ does })
  })
})

describe('whose event it is', () => {
  test.each<[string, object, object]>([
    ['account_update', { event: 'PARTNER_REMOVED', waba_info: { waba_id: 'W' } }, { businessId: 'W' }],
    ['account_update', { event: 'PARTNER_REMOVED', phone_number: '15550783881' }, { displayPhone: '15550783881' }],
    ['account_update', { event: 'ACCOUNT_DELETED' }, { businessId: 'portfolio' }],
    [
      'phone_number_quality_update',
      { display_phone_number: '15550783881' },
      { businessId: 'portfolio', displayPhone: '15550783881' },
    ],
    [
      'history',
      { metadata: METADATA },
      { accountId: METADATA.phone_number_id, businessId: 'portfolio', displayPhone: METADATA.display_phone_number },
    ],
  ])('%s %j', (field, value, account) => {
    expect(parsed(field, value, { id: 'portfolio', time: 1760000000 })).toMatchObject({
      to: 'channel',
      at: new Date(1760000000_000),
    })
    expect(parsed(field, value, { id: 'portfolio' }).account).toEqual(account)
  })
})

describe('account events', () => {
  test('have a key of what they say, not of the order of their keys', () => {
    const key = (value: object, time = 1) => {
      const item = parsed('account_update', value, { id: WABA_ID, time })
      return item.to === 'channel' ? item.dedupeKey : ''
    }
    expect(key({ event: 'A', b: { c: 1, d: 2 } })).toBe(key({ b: { d: 2, c: 1 }, event: 'A' }))
    expect(key({ event: 'A' })).not.toBe(key({ event: 'A' }, 2))
    expect(key({ event: 'A' })).not.toBe(key({ event: 'B' }))
    expect(key({ event: 'A' })).toMatch(/^account:[0-9a-f]{64}$/)
  })

  test('template ids keep every digit, quality is known by its keys', () => {
    const raw = `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"message_template_status_update",
      "value":{"new_quality_score":"RED","message_template_id":92233720368547758071,"n":1689556908129832}}]}]}`
    expect(only(parseWebhook(new TextEncoder().encode(raw)))).toMatchObject({
      event: {
        kind: 'message_template_quality_update',
        value: { message_template_id: '92233720368547758071', n: 1689556908129832 },
      },
    })
  })

  test('imported history never becomes messages, whatever stands in it', () => {
    const message = { from: '1', id: 'wamid.H', timestamp: '1', type: 'text', text: { body: 'x' } }
    const value = { metadata: METADATA, messages: [message], message_echoes: [message], statuses: [{}] }
    const [item, ...others] = parseWebhook(bodyOf('history', value))
    expect(item && summary(item)).toBe('channel history history')
    expect(others.every(({ to }) => to === 'dead_letter')).toBe(true)
  })

  test('errors beside messages are an event of their own', () => {
    const value = {
      metadata: METADATA,
      messages: [{ from: '1', id: 'wamid.A', timestamp: '1', type: 'text', text: { body: 'x' } }],
      errors: [{ code: 131042, title: 'Business eligibility payment issue' }],
    }
    expect(parseWebhook(bodyOf('messages', value)).map(summary)).toEqual([
      'message.received text wa_id:1 opens',
      'channel errors needs_attention',
    ])
    expect(effect('messages', { metadata: METADATA, errors: [{ code: 130429 }] })).toEqual({ does: 'nothing' })
  })
})

describe('echoes, preferences, statuses', () => {
  const echo = (fields: object) =>
    parsed('smb_message_echoes', {
      metadata: METADATA,
      message_echoes: [{ from: '15550783881', to: '16505551234', id: 'wamid.E', timestamp: '1', ...fields }],
    })
  test.each<[string, object, object]>([
    ['text', { type: 'text', text: { body: 'x' } }, { kind: 'message.echoed', by: 'phone_app' }],
    [
      'edit',
      { type: 'edit', edit: { original_message_id: 'T', message: { type: 'text', text: { body: 'y' } } } },
      { kind: 'message.edited', target: 'T', by: 'phone_app' },
    ],
    [
      'revoke',
      { type: 'revoke', revoke: { original_message_id: 'T' } },
      { kind: 'message.deleted', target: 'T', by: 'phone_app' },
    ],
    [
      'reaction',
      { type: 'reaction', reaction: { message_id: 'T', emoji: '👍' } },
      { kind: 'message.reacted', by: 'phone_app' },
    ],
  ])('an echoed %s belongs to its addressee and never opens the window', (_name, fields, event) => {
    expect(echo(fields)).toMatchObject({
      to: 'conversation',
      dedupeKey: 'message:wamid.E',
      identities: [{ kind: 'wa_id', value: '16505551234' }],
      opensWindow: false,
      event,
    })
  })

  const preference = (fields: object) =>
    parsed('user_preferences', {
      metadata: METADATA,
      user_preferences: [
        { wa_id: '1', category: 'marketing_messages', value: 'stop', timestamp: 1731705721, ...fields },
      ],
    })
  test('preferences', () => {
    expect(preference({ detail: 'User asked' })).toMatchObject({
      dedupeKey: 'preference:1:marketing_messages:stop:1731705721',
      event: { kind: 'contact.opted_out', scope: 'marketing', note: 'User asked' },
      opensWindow: false,
    })
    expect(preference({ value: 'resume', wa_id: undefined, user_id: 'US.1' })).toMatchObject({
      dedupeKey: 'preference:US.1:marketing_messages:resume:1731705721',
      event: { kind: 'contact.opted_in' },
    })
    expect(preference({ value: 'pause' })).toMatchObject({ to: 'dead_letter' })
    expect(preference({ category: 'utility' })).toMatchObject({ to: 'dead_letter' })
  })

  const status = (fields: object, contacts?: object[]) =>
    parsed('messages', {
      metadata: METADATA,
      contacts,
      statuses: [{ id: 'wamid.S', status: 'delivered', timestamp: '1', recipient_id: '1', ...fields }],
    })
  const ours = '0198F2A4-1111-7222-8333-444455556666'
  test.each<[string, object, object]>([
    ['our id', { biz_opaque_callback_data: ours }, { deliveryId: ours.toLowerCase() }],
    ["another system's id", { biz_opaque_callback_data: '{"msg":"1"}' }, { deliveryId: null }],
    [
      'an error',
      { status: 'failed', errors: [{ code: 131049, message: 'm', error_data: { details: 'd' } }] },
      { state: 'failed', errors: [{ code: '131049', title: 'm', details: 'd' }] },
    ],
    [
      'user ids',
      { recipient_id: undefined, recipient_user_id: 'US.1', recipient_parent_user_id: 'US.ENT.1' },
      {
        identities: [
          { kind: 'bsuid', value: 'US.1' },
          { kind: 'parent_bsuid', value: 'US.ENT.1' },
        ],
      },
    ],
    [
      'a group',
      { recipient_type: 'group', recipient_id: 'G', recipient_participant_id: '2' },
      { state: 'delivered', identities: [] },
    ],
    ['a price', { pricing: { category: 'utility' } }, { pricing: { category: 'utility' } }],
  ])('a status with %s', (_name, fields, expected) => {
    expect(status(fields)).toMatchObject({ to: 'delivery', account: METADATA.phone_number_id, status: expected })
  })

  test("a status takes its recipient's other names from contacts", () => {
    const contacts = [
      { wa_id: '2', user_id: 'US.2' },
      { wa_id: '1', user_id: 'US.1' },
    ]
    expect(status({}, contacts)).toMatchObject({
      status: {
        identities: [
          { kind: 'wa_id', value: '1' },
          { kind: 'bsuid', value: 'US.1' },
        ],
      },
    })
  })

  test('a status word that is none of ours is a dead letter', () => {
    expect(status({ status: 'deleted' })).toMatchObject({ to: 'dead_letter', detail: 'an unknown status word' })
  })
})
