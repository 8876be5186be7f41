import { describe, expect, it } from 'vitest'
import { replyWindow } from '../../src/domain/reply-window.ts'

const at = (text: string) => new Date(`2026-03-01T${text}Z`)

describe('the reply window', () => {
  it.each([
    ['just written', at('12:00:00'), true],
    ['61 s before it closes', new Date('2026-03-02T11:58:59Z'), true],
    ['60 s before', new Date('2026-03-02T11:59:00Z'), false],
    ['at its end', new Date('2026-03-02T12:00:00Z'), false],
    ['long after', new Date('2027-01-01T00:00:00Z'), false],
    ['a message from a clock ahead of ours', at('11:00:00'), true],
  ])('%s', (_, now, open) => {
    expect(replyWindow(at('12:00:00'), 24, now)).toEqual({ open, closesAt: new Date('2026-03-02T12:00:00Z') })
  })

  it('is closed for one who never wrote, and does not exist for some providers', () => {
    expect(replyWindow(null, 24, at('12:00:00'))).toEqual({ open: false, closesAt: null })
    expect(replyWindow(null, null, at('12:00:00'))).toEqual({ open: true, closesAt: null })
  })
})
