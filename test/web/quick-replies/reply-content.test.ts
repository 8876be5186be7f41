import { describe, expect, it } from 'vitest'
import { insertVariable } from '../../../web/src/quick-replies/insert-variable.ts'
import { contentOf, initialReply, problemsOf, shortcutOf } from '../../../web/src/quick-replies/reply-content.ts'

describe('a variable is inserted', () => {
  it.each([
    ['Hi ', 3, 3, 'contact.name', 'Hi {{contact.name}}', 19, 19],
    ['Hi you!', 3, 6, 'contact.name', 'Hi {{contact.name}}!', 19, 19],
    ['', 0, 0, 'task.fields.…', '{{task.fields.field}}', 14, 19],
    ['ab', 1, 1, 'me.name', 'a{{me.name}}b', 12, 12],
  ])('into %j from %i to %i: %s', (text, start, end, variable, result, from, to) => {
    const inserted = insertVariable(text, { start, end }, variable, 'field')
    expect(inserted).toEqual({ text: result, start: from, end: to })
  })

  it('and the name of a field is what is selected, to be written over', () => {
    const { text, start, end } = insertVariable('x', { start: 1, end: 1 }, 'contact.fields.…', 'поле')
    expect(text.slice(start, end)).toBe('поле')
  })
})

it.each([
  ['/delivery', 'delivery'],
  [' delivery ', 'delivery'],
  ['/', null],
  ['', null],
])('the shortcut %j is %j', (typed, shortcut) => {
  expect(shortcutOf(typed)).toBe(shortcut)
})

describe('what keeps a quick reply from being saved', () => {
  const whole = { title: 'Delivery', shortcut: '', folder: '', text: 'Three days', shared: false }
  it.each([
    [{}, 0, {}],
    [{ title: '  ' }, 0, { title: true }],
    [{ shortcut: 'доставка-1' }, 0, {}],
    [{ shortcut: 'two words' }, 0, { shortcut: true }],
    [{ shortcut: 'x'.repeat(51) }, 0, { shortcut: true }],
    [{ text: ' ' }, 0, { empty: true }],
    [{ text: '' }, 1, {}],
  ])('%j with %i files', (change, files, problems) => {
    expect(problemsOf({ ...whole, ...change }, files)).toEqual(problems)
  })

  it('nothing of an untouched one is another one', () => {
    const kept = {
      id: '1',
      title: 'Delivery',
      shortcut: null,
      folder: 'Orders',
      text: 'Hi',
      attachments: [{ id: 'f', name: 'a.pdf', mime: 'application/pdf', size: 1 }],
      shared: true,
      updatedAt: '2026-01-01T00:00:00Z',
    }
    expect(contentOf(initialReply(kept, null), kept.attachments)).toEqual({
      title: 'Delivery',
      shortcut: null,
      folder: 'Orders',
      text: 'Hi',
      attachmentIds: ['f'],
      shared: true,
    })
    expect(initialReply(null, 'Orders').folder).toBe('Orders')
  })
})
