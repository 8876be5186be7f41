import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attachmentKind, settleMime, shownKind } from '../../src/domain/attachment-kind.ts'
import { DELIVERY_STATES, type DeliveryState } from '../../src/domain/delivery-state.ts'
import { displayFileName } from '../../src/domain/file-name.ts'
import { furthestBehind } from '../../src/domain/furthest-behind.ts'

const rules = [
  { kind: 'sticker', mimes: ['image/webp'], maxBytes: 100 },
  { kind: 'voice', mimes: ['audio/ogg'], maxBytes: 1000 },
  { kind: 'image', mimes: ['image/jpeg', 'image/png'], maxBytes: 500 },
  { kind: 'audio', mimes: ['audio/*'], maxBytes: 1000 },
  { kind: 'document', mimes: ['application/pdf', 'image/png'], maxBytes: 10_000 },
] as const

describe('how a file is sent', () => {
  it.each([
    ['image/png', 500, 'image'],
    ['image/png', 501, 'document'],
    ['image/jpeg', 501, null],
    ['image/webp', 50, null],
    ['audio/ogg', 10, 'audio'],
    ['audio/x-made-up', 10, 'audio'],
    ['application/pdf', 10_000, 'document'],
    ['application/pdf', 10_001, null],
    ['video/mp4', 1, null],
  ])('%s of %i bytes: %s', (mime, size, kind) => {
    expect(attachmentKind({ mime, size }, rules)).toBe(kind)
  })

  it('takes anything where anything is taken', () => {
    expect(attachmentKind({ mime: 'x/y', size: 1 }, [{ kind: 'document', mimes: ['*/*'], maxBytes: 1 }])).toBe(
      'document',
    )
  })

  it.each([
    ['image/svg+xml', 'image'],
    ['video/mp4', 'video'],
    ['audio/mp4', 'audio'],
    ['text/plain', 'document'],
  ])('%s is shown as %s', (mime, kind) => expect(shownKind(mime)).toBe(kind))
})

describe('what a file is', () => {
  const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
  it.each([
    [{ sniffed: 'image/png' }, 'image/png'],
    [{ sniffed: 'audio/ogg; codecs=opus' }, 'audio/ogg'],
    [{ sniffed: 'audio/x-m4a' }, 'audio/mp4'],
    [{ sniffed: 'application/zip', name: 'offer.DOCX' }, docx],
    [{ sniffed: 'application/zip', name: 'offer.zip' }, 'application/zip'],
    [{ sniffed: 'image/png', name: 'offer.docx' }, 'image/png'],
    [{ sniffed: 'application/x-cfb', name: 'old.xls' }, 'application/vnd.ms-excel'],
    [{ looksLikeText: true, declared: 'text/html' }, 'text/plain'],
    [{ looksLikeText: true, declared: 'text/csv; charset=utf-8' }, 'text/csv'],
    [{ looksLikeText: false, declared: 'image/png' }, 'application/octet-stream'],
  ])('%j: %s', (file, mime) => {
    expect(settleMime({ sniffed: null, looksLikeText: false, declared: '', name: '', ...file })).toBe(mime)
  })
})

describe('a name from outside', () => {
  it('has no path, no control or direction marks, and is never empty or too long', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 400 })), (name) => {
        const shown = displayFileName(name)
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}/\\]/u)
        expect(shown).not.toMatch(/^[. ]|[. ]$/)
        expect(Buffer.byteLength(shown)).toBeGreaterThan(0)
        expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(255)
        expect(displayFileName(shown)).toBe(shown)
      }),
    )
  })

  it('keeps its ending when it is cut', () => {
    expect(displayFileName(`${'я'.repeat(300)}.pdf`)).toMatch(/^я+\.pdf$/)
  })
})

describe('the part that speaks for a comment', () => {
  const part = (state: DeliveryState) => ({ state })
  it.each<[DeliveryState[], DeliveryState | null]>([
    [[], null],
    [['read'], 'read'],
    [['read', 'sent', 'delivered'], 'sent'],
    [['failed', 'queued'], 'failed'],
    [['queued', 'unknown'], 'unknown'],
    [['sending', 'queued'], 'queued'],
    [['played', 'read'], 'read'],
  ])('%j: %s', (states, expected) => {
    expect(furthestBehind(states.map(part))?.state ?? null).toBe(expected)
  })

  it('knows every state', () => {
    for (const state of DELIVERY_STATES) expect(furthestBehind([part(state), part('played')])?.state).toBe(state)
  })
})
