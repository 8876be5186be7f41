import { describe, expect, it } from 'vitest'
import { bulkDraft, readBulk, USUAL_BULK } from '../../../web/src/channels/bulk-form.ts'
import { en } from '../../../web/src/channels/words.en.ts'
import { ru } from '../../../web/src/channels/words.ru.ts'

describe('the rule for mailings, as a form', () => {
  it.each([
    ['nothing set', {}, { threshold: 3, windowSeconds: 300, by: 'content' }],
    ['a month', { threshold: 5, windowSeconds: 60, by: 'kind' }, { threshold: 5, windowSeconds: 60, by: 'kind' }],
    [
      'seconds that are no whole minute',
      { windowSeconds: 100, holdDays: 7 },
      { threshold: 3, windowSeconds: 100, holdDays: 7, by: 'content' },
    ],
  ] as const)('keeps %s', (_, stored, sent) => {
    expect(readBulk(bulkDraft(stored)).options).toEqual(sent)
  })

  it.each([
    [{ threshold: '0' }, 'threshold'],
    [{ threshold: '' }, 'threshold'],
    [{ threshold: '2.5' }, 'threshold'],
    [{ minutes: '' }, 'minutes'],
    [{ minutes: '0' }, 'minutes'],
    [{ minutes: '1441' }, 'minutes'],
    [{ minutes: 'five' }, 'minutes'],
    [{ days: '' }, 'days'],
    [{ days: '367' }, 'days'],
  ] as const)('refuses %o', (changes, field) => {
    const { options, wrong } = readBulk({ ...USUAL_BULK, ...changes })
    expect(options).toBeNull()
    expect(wrong[field]).toBe(true)
  })

  it('takes a comma as people write it', () => {
    expect(readBulk({ ...USUAL_BULK, minutes: '2,5' }).options?.windowSeconds).toBe(150)
  })

  it('explains itself by the numbers', () => {
    const numbers = { threshold: 1, minutes: '5', days: 1, kind: false }
    expect(en.bulk.example(numbers)).toContain('2 equal messages within 5 min')
    expect(en.bulk.example(numbers)).toContain('within 1 day gets')
    expect(ru.bulk.example({ ...numbers, threshold: 4, days: null })).toContain('5 одинаковых сообщений за 5 мин')
    expect(ru.bulk.example(numbers)).toContain('включая первое')
  })
})
