import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRateLimit } from '../../../src/dev/simulator/rate-limits.ts'
import { encodeWebhookBody, signWebhookBody } from '../../../src/dev/simulator/wire/encoding.ts'
import { newNumericId, newWamid } from '../../../src/dev/simulator/wire/ids.ts'
import { canonicalWaId, formatPhone, recipientOf } from '../../../src/dev/simulator/wire/phone-number.ts'
import { signatureOf } from './harness.ts'

describe('webhook bytes', () => {
  test('have the form of the captured wire', () => {
    const wire = String.raw`{"name":"\u0410\u0439\u0433\u04af\u043b","body":"\ud83d\udc4b https:\/\/example.com\/a?b=1&c=2 mail@example.com"}`
    const value = { name: 'Айгүл', body: '👋 https://example.com/a?b=1&c=2 mail@example.com' }
    expect(encodeWebhookBody(value).toString('latin1')).toBe(wire)
    expect(encodeWebhookBody(JSON.parse(wire)).toString('latin1')).toBe(wire)
  })

  test('are ASCII and say the same, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const bytes = encodeWebhookBody({ text })
        expect(bytes.every((byte) => byte < 0x80)).toBe(true)
        expect(bytes.toString()).not.toMatch(/[^\\]\//)
        expect(JSON.parse(bytes.toString())).toEqual({ text })
      }),
    )
  })

  test('are signed as an independent HMAC over the bytes says', () => {
    const bytes = encodeWebhookBody({ text: 'Салем / 👋' })
    expect(signWebhookBody('secret', bytes)).toBe(signatureOf(bytes, 'secret'))
  })
})

describe('ids', () => {
  test('a wamid has the observed layout', () => {
    for (const [direction, mark, length] of [
      ['to_client', 0x11, 18],
      ['from_client', 0x12, 20],
    ] as const) {
      const id = newWamid('16505551234', direction)
      const bytes = Buffer.from(id.replace('wamid.', ''), 'base64')
      expect(id).toMatch(/^wamid\.HBgL/)
      expect([...bytes.subarray(0, 3)]).toEqual([0x1c, 0x18, 11])
      expect(bytes.subarray(3, 14).toString()).toBe('16505551234')
      expect([...bytes.subarray(14, 20)]).toEqual([0x15, 0x02, 0x00, mark, 0x18, length])
      expect(bytes.subarray(20, 20 + length).toString()).toMatch(/^[0-9A-F]+$/)
      expect(bytes.at(-1)).toBe(0)
    }
  })

  test('numeric ids survive JSON numbers', () => {
    for (let n = 0; n < 200; n += 1) {
      const id = newNumericId()
      expect(id).toMatch(/^\d{16}$/)
      expect(String(Number(id))).toBe(id)
    }
  })
})

describe('phone numbers', () => {
  test.each([
    ['16505551234', '16505551234'],
    ['5541987654321', '554187654321'],
    ['554187654321', '554187654321'],
    ['5511987654321', '5511987654321'],
    ['551187654321', '5511987654321'],
    ['551132654321', '551132654321'],
    ['525512345678', '5215512345678'],
    ['5215512345678', '5215512345678'],
    ['541112345678', '5491112345678'],
    ['5491112345678', '5491112345678'],
    ['77011234567', '77011234567'],
  ])('%s is known as %s', (written, known) => {
    expect(canonicalWaId(written)).toBe(known)
    expect(canonicalWaId(known)).toBe(known)
  })

  test.each([
    ['+16505551234', '15550783881', '16505551234'],
    ['16505551234', '15550783881', '116505551234'],
    ['07011234567', '77011234567', '77011234567'],
    ['+7 (701) 123-45-67', '15550783881', '77011234567'],
    ['Anna', '15550783881', null],
    ['+12', '15550783881', null],
  ])('%s written by %s leads to %s', (to, business, waId) => {
    expect(recipientOf(to, business)).toBe(waId)
  })

  test('are formatted as the Graph field has them', () => {
    expect(formatPhone('77011234567')).toMatch(/^\+7 701 123 4567$/)
  })
})

describe('token buckets', () => {
  test('let a burst through, then one per interval', () => {
    const limit = createRateLimit()
    const take = (at: number) => limit.take('pair', 45, 1 / 6, at)
    for (let n = 0; n < 45; n += 1) expect(take(0)).toBe(true)
    expect(take(0)).toBe(false)
    expect(take(5999)).toBe(false)
    expect(take(6000)).toBe(true)
    expect(take(6000)).toBe(false)
    expect(limit.take('other pair', 45, 1 / 6, 6000)).toBe(true)
  })

  test('never give more than capacity plus refill', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 300 }), (steps) => {
        const limit = createRateLimit()
        let at = 0
        let given = 0
        for (const step of steps) {
          at += step
          if (limit.take('k', 10, 4, at)) given += 1
        }
        expect(given).toBeLessThanOrEqual(10 + (at / 1000) * 4 + 1e-3)
      }),
    )
  })
})

test('the page has no inline script and no markup from data', () => {
  for (const file of ['script.ts', 'bubble-script.ts', 'markup.ts']) {
    const source = readFileSync(new URL(`../../../src/dev/simulator/phone/page/${file}`, import.meta.url), 'utf8')
    expect(source).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\son\w+="/)
  }
})
