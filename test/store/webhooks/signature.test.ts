import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import {
  isSigningSecret,
  newSigningSecret,
  sign,
  signedHeaders,
  verifyHmac,
  verifyStandard,
  verifyToken,
} from '../../../src/store/webhooks/signature.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const NOW = 1_700_000_000

describe('a Standard Webhooks signature', () => {
  it('is the one of the specification’s example', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    const body = '{"test": 2432232314}'
    expect(sign(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, body)).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    )
  })

  it('is what the library makes and takes, for any body and id', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 1 }), (body, id) => {
        const secret = newSigningSecret()
        const at = new Date(NOW * 1_000)
        expect(sign(secret, id, NOW, body)).toBe(new Webhook(secret).sign(id, at, body))
      }),
    )
    const secret = newSigningSecret()
    const now = Math.floor(Date.now() / 1_000)
    const headers = signedHeaders([secret], { id: 'msg_1', timestamp: now, body: '{"a":1}' })
    expect(new Webhook(secret).verify('{"a":1}', headers)).toEqual({ a: 1 })
    expect(verifyStandard([secret], new Headers(headers), bytes('{"a":1}'), now)).toBe('msg_1')
  })

  it('is there for both secrets while one takes the place of the other', () => {
    const [fresh, old] = [newSigningSecret(), newSigningSecret()]
    const now = Math.floor(Date.now() / 1_000)
    const headers = signedHeaders([fresh, old], { id: 'msg_2', timestamp: now, body: '{}' })
    for (const secret of [fresh, old]) expect(new Webhook(secret).verify('{}', headers)).toEqual({})
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2)
  })

  const secret = newSigningSecret()
  const good = (change: Record<string, string | null> = {}, at = NOW) => {
    const headers = new Headers(signedHeaders([secret], { id: 'msg_3', timestamp: at, body: '{}' }))
    for (const [name, value] of Object.entries(change)) value === null ? headers.delete(name) : headers.set(name, value)
    return headers
  }
  const signature = (of: string) => sign(of, 'msg_3', NOW, '{}')
  it.each<[string, Headers, string, string | null]>([
    ['as it is', good(), '{}', 'msg_3'],
    ['five minutes late', good({}, NOW - 300), '{}', 'msg_3'],
    ['older', good({}, NOW - 301), '{}', null],
    ['from the future', good({}, NOW + 301), '{}', null],
    ['with another body', good(), '{ }', null],
    ['with another id', good({ 'webhook-id': 'msg_4' }), '{}', null],
    ['without an id', good({ 'webhook-id': null }), '{}', null],
    ['without a time', good({ 'webhook-timestamp': null }), '{}', null],
    ['with a time that is none', good({ 'webhook-timestamp': `${NOW}x` }), '{}', null],
    ['with an endless time', good({ 'webhook-timestamp': '9'.repeat(400) }), '{}', null],
    ['without a signature', good({ 'webhook-signature': null }), '{}', null],
    ['with an empty signature', good({ 'webhook-signature': '' }), '{}', null],
    ['with the version alone', good({ 'webhook-signature': 'v1,' }), '{}', null],
    ['with another version', good({ 'webhook-signature': signature(secret).replace('v1', 'v1a') }), '{}', null],
    ['with another secret’s', good({ 'webhook-signature': signature(newSigningSecret()) }), '{}', null],
    ['with several, one right', good({ 'webhook-signature': `v1a,x v1,y ${signature(secret)}` }), '{}', 'msg_3'],
    [
      'with a flood of them',
      good({ 'webhook-signature': `${'v1,x '.repeat(10_000)}${signature(secret)}` }),
      '{}',
      null,
    ],
    ['with an id without end', good({ 'webhook-id': 'x'.repeat(256) }), '{}', null],
  ])('%s', (_, headers, body, id) => {
    expect(verifyStandard([secret], headers, bytes(body), NOW)).toBe(id)
  })

  it.each([
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', true],
    [newSigningSecret(), true],
    ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', false],
    ['whsec_', false],
    ['whsec_c2hvcnQ=', false],
    [`whsec_${Buffer.alloc(65).toString('base64')}`, false],
    ['whsec_not base64 at all, but long enough', false],
  ])('takes %s as a secret: %s', (text, isOne) => {
    expect(isSigningSecret(text)).toBe(isOne)
  })
})

describe('other ways to verify', () => {
  const mac = (body: string, key = 'key') => createHmac('sha256', key).update(body)
  it.each<[string, string | null, boolean]>([
    ['GitHub’s form', `sha256=${mac('{}').digest('hex')}`, true],
    ['upper case', `SHA256=${mac('{}').digest('hex').toUpperCase()}`, true],
    ['hex alone', mac('{}').digest('hex'), true],
    ['base64', mac('{}').digest('base64'), true],
    ['another body’s', `sha256=${mac('{ }').digest('hex')}`, false],
    ['another key’s', `sha256=${mac('{}', 'other').digest('hex')}`, false],
    ['half of it', `sha256=${mac('{}').digest('hex').slice(0, 32)}`, false],
    ['sha1', `sha1=${createHmac('sha1', 'key').update('{}').digest('hex')}`, false],
    ['nothing', '', false],
    ['no header', null, false],
  ])('HMAC in %s', (_, header, isRight) => {
    expect(verifyHmac(['old', 'key'], header, bytes('{}'))).toBe(isRight)
  })

  it.each<[string, string | null, boolean]>([
    ['the token', 'Bearer right', true],
    ['any case of Bearer', 'bearer right', true],
    ['another token', 'Bearer wrong', false],
    ['a longer one', 'Bearer right ones', false],
    ['another scheme', 'Basic right', false],
    ['the token alone', 'right', false],
    ['nothing', null, false],
  ])('a token: %s', (_, header, isRight) => {
    expect(verifyToken(['old', 'right'], header)).toBe(isRight)
  })
})
