import { describe, expect, test } from 'vitest'
import { parseWebhook } from '../../../src/channels/whatsapp-cloud/parse.ts'
import { bodyOf, METADATA } from './fixtures.ts'

const text = (fields: object) => ({ id: 'wamid.A', timestamp: '1', type: 'text', text: { body: 'x' }, ...fields })

function parsed(contacts: object[], ...messages: object[]) {
  return parseWebhook(bodyOf('messages', { metadata: METADATA, contacts, messages })).map((item) => {
    if (item.to !== 'conversation' || item.event.kind !== 'message.received') return item
    const names = item.identities.map((one) => `${one.kind} ${one.value}`)
    return [item.event.profile.name, item.event.profile.username, ...names]
  })
}

describe('who wrote (reference §2.1, §2.4)', () => {
  test('contacts are joined by name, not by position', () => {
    const contacts = [
      { wa_id: '2', profile: { name: 'Two' } },
      { wa_id: '1', user_id: 'US.1', profile: { name: 'One' } },
    ]
    expect(parsed(contacts, text({ from: '1' }), text({ from: '2' }), text({ from: '3' }))).toEqual([
      ['One', null, 'wa_id 1', 'bsuid US.1'],
      ['Two', null, 'wa_id 2'],
      [null, null, 'wa_id 3'],
    ])
  })

  test('a client with a user name and no phone', () => {
    const contacts = [{ user_id: 'US.1', parent_user_id: 'US.ENT.1', profile: { name: 'One', username: 'one' } }]
    expect(parsed(contacts, text({ from_user_id: 'US.1', from_parent_user_id: 'US.ENT.1' }))).toEqual([
      ['One', 'one', 'bsuid US.1', 'parent_bsuid US.ENT.1'],
    ])
  })

  test('the only contact belongs to the only sender, though Brazil writes the number in two ways', () => {
    const contacts = [{ wa_id: '5511987654321', profile: { name: 'Ana' } }]
    expect(parsed(contacts, text({ from: '551187654321' }), text({ from: '551187654321', id: 'wamid.B' }))).toEqual([
      ['Ana', null, 'wa_id 551187654321', 'wa_id 5511987654321'],
      ['Ana', null, 'wa_id 551187654321', 'wa_id 5511987654321'],
    ])
  })

  test('the only contact is nobody’s when two people wrote', () => {
    const contacts = [{ wa_id: '9', profile: { name: 'Nine' } }]
    expect(parsed(contacts, text({ from: '1' }), text({ from: '2' }))).toEqual([
      [null, null, 'wa_id 1'],
      [null, null, 'wa_id 2'],
    ])
  })

  test('two different user ids are two people, whatever the number says', () => {
    const contacts = [{ wa_id: '1', user_id: 'US.other', profile: { name: 'Other' } }]
    expect(parsed(contacts, text({ from: '1', from_user_id: 'US.me' }))).toEqual([
      [null, null, 'wa_id 1', 'bsuid US.me'],
    ])
  })

  test('an empty or blank name is no name', () => {
    expect(parsed([{ wa_id: '1', profile: { name: '  ' } }], text({ from: '1' }))).toEqual([[null, null, 'wa_id 1']])
  })
})
