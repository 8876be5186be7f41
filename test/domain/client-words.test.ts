import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientFileName } from '../../src/domain/client-file.ts'
import { cleanName, clientName, clientPhone } from '../../src/domain/client-name.ts'
import { standBefore } from '../../src/domain/feed-place.ts'
import { lastInbound } from '../../src/domain/last-inbound.ts'
import { looksLikeText } from '../../src/domain/looks-like-text.ts'

describe('clientName (M8)', () => {
  const waId = [{ kind: 'wa_id' as const, value: '16505551234' }]
  it.each([
    [{ name: 'Sheena', username: 'sh' }, waId, 'Sheena'],
    [{ name: '  ', username: 'sh' }, waId, '+16505551234'],
    [{ name: null, username: 'sh' }, [{ kind: 'bsuid' as const, value: 'US.1' }], '@sh'],
    [null, [{ kind: 'bsuid' as const, value: 'US.1' }], 'Client'],
    [{ name: '🌸', username: null }, waId, '🌸'],
    [{ name: 'evil\u202egpj.exe\n', username: null }, waId, 'evil gpj.exe'],
  ])('%j %j → %s', (profile, identities, expected) => {
    expect(clientName(profile, identities)).toBe(expected)
  })

  it('is one harmless line for any profile', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(cleanName(name)).not.toMatch(/[\p{Cc}\u202a-\u202e]/u)
        expect([...cleanName(name)].length).toBeLessThanOrEqual(120)
      }),
    )
  })

  it('makes a readable phone only of digits', () => {
    expect(clientPhone([{ kind: 'wa_id', value: '5511987654321' }])).toBe('+5511987654321')
    expect(clientPhone([{ kind: 'wa_id', value: 'abc' }])).toBeNull()
    expect(clientPhone([{ kind: 'igsid', value: '12345678' }])).toBeNull()
  })
})

describe('clientFileName', () => {
  it.each([
    ['image', 'image/jpeg', 'image.jpg'],
    ['voice', 'audio/ogg', 'voice.ogg'],
    ['договор.pdf', 'application/pdf', 'договор.pdf'],
    ['../../etc/passwd', 'text/plain', 'passwd.txt'],
    ['data', 'application/x-unknown', 'data'],
  ])('%s (%s) → %s', (name, mime, expected) => {
    expect(clientFileName(name, mime)).toBe(expected)
  })
})

describe('standBefore (P5)', () => {
  const at = (position: number, storedAt: number) => ({ position, at: 0, storedAt })
  it('is the first later message that came within a minute, else the end', () => {
    expect(standBefore([at(5, 100_000), at(6, 101_000)], 130_000)?.position).toBe(5)
    expect(standBefore([at(5, 0), at(6, 100_000)], 130_000)?.position).toBe(6)
    expect(standBefore([at(5, 0)], 61_000)).toBeNull()
    expect(standBefore([], 0)).toBeNull()
  })
})

describe('lastInbound', () => {
  it('moves forward only, and never into our future', () => {
    const moment = fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
    fc.assert(
      fc.property(fc.option(moment), moment, moment, (previous, at, receivedAt) => {
        const result = lastInbound(previous, { at, receivedAt })
        if (previous) expect(result >= previous).toBe(true)
        if (!previous || result > previous) expect(result <= receivedAt).toBe(true)
      }),
    )
  })
})

describe('looksLikeText', () => {
  const bytes = (text: string) => new TextEncoder().encode(text)
  it.each([
    ['plain words', bytes('hello\n'), true],
    ['Cyrillic', bytes('привет'), true],
    ['Cyrillic cut in the middle of a letter', bytes('привет').subarray(0, 11), true],
    ['nothing', new Uint8Array(), false],
    ['a NUL', new Uint8Array([104, 0]), false],
    ['broken UTF-8', new Uint8Array([0x68, 0xff, 0xfe, 0x68, 0x68, 0x68]), false],
  ])('%s', (_, head, expected) => {
    expect(looksLikeText(head)).toBe(expected)
  })
})
