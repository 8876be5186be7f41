import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answerHandshake } from '../../../src/channels/whatsapp-cloud/handshake.ts'
import { verifySignature } from '../../../src/channels/whatsapp-cloud/verify.ts'
import { APP_SECRET, bytes, fixture, signatureOf } from './fixtures.ts'

const sign = (body: Uint8Array, secret: string) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
const verify = (body: Uint8Array, signature: string | null, secrets = [APP_SECRET]) =>
  verifySignature(body, new Headers(signature === null ? {} : { 'x-hub-signature-256': signature }), secrets)

describe('signatures (reference §1.2)', () => {
  const body = fixture('in_text_unicode_escaped_wire')
  const genuine = signatureOf('in_text_unicode_escaped_wire')
  const hex = genuine.slice('sha256='.length)

  test.each<[string, string | null]>([
    ['missing', null],
    ['empty', ''],
    ['without its scheme', hex],
    ['of another scheme', `sha1=${hex}`],
    ['truncated', genuine.slice(0, -1)],
    ['too long', `${genuine}0`],
    ['upper case', `sha256=${hex.toUpperCase()}`],
    ['no hex', `sha256=${'z'.repeat(64)}`],
    ['twice', `${genuine}, ${genuine}`],
    ['with a wrong secret', sign(body, 'wrong')],
    ['over the same JSON written anew', sign(bytes(JSON.parse(body.toString())), APP_SECRET)],
  ])('%s: refused', (_name, signature) => {
    expect(verify(body, signature)).toBe(false)
  })

  test('either secret of a rotation, none without a secret', () => {
    expect(verify(body, genuine, ['new', APP_SECRET])).toBe(true)
    expect(verify(body, genuine, [APP_SECRET, 'new'])).toBe(true)
    expect(verify(body, genuine, [])).toBe(false)
    expect(verify(body, sign(body, ''), [''])).toBe(false)
  })

  test('any change of one byte is refused', () => {
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Uint8Array.from(body)
        changed[at] = (changed[at] ?? 0) ^ flip
        expect(verify(changed, genuine)).toBe(false)
      }),
    )
  })
})

describe("Meta's check of the address (reference §1.1)", () => {
  const ask = (query: string, token = 'secret') => answerHandshake(new URLSearchParams(query), token)
  test.each<[string, string, string, object | null]>([
    [
      'genuine',
      'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=secret',
      'secret',
      { ok: true, body: '1158201444' },
    ],
    ['wrong token', 'hub.mode=subscribe&hub.challenge=1&hub.verify_token=wrong', 'secret', { ok: false }],
    ['no token', 'hub.mode=subscribe&hub.challenge=1', 'secret', { ok: false }],
    ['no token on either side', 'hub.mode=subscribe&hub.challenge=1&hub.verify_token=', '', { ok: false }],
    ['another mode', 'hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=secret', 'secret', { ok: false }],
    ['no challenge', 'hub.mode=subscribe&hub.verify_token=secret', 'secret', { ok: false }],
    ['no check at all', 'a=b', 'secret', null],
  ])('%s', (_name, query, token, answer) => {
    expect(ask(query, token)).toEqual(answer)
  })
})
