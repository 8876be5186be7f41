import { describe, expect, it } from 'vitest'
import { withNewest } from '../../../web/src/commands/recent-commands.ts'
import { score } from '../../../web/src/commands/score.ts'
import { isPressed, isSingleKey, type Shortcut } from '../../../web/src/commands/shortcut.ts'

const press = (code: string, more: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {}) => ({
  code,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...more,
})

describe('a shortcut is pressed', () => {
  const cases: [string, Shortcut, ReturnType<typeof press>, string | null, boolean][] = [
    ['by its place, whatever the layout', { code: 'KeyJ' }, press('KeyJ'), null, true],
    ['not with Ctrl', { code: 'KeyJ' }, press('KeyJ', { ctrlKey: true }), null, false],
    ['not with Shift', { code: 'KeyA' }, press('KeyA', { shiftKey: true }), null, false],
    ['with Ctrl', { code: 'KeyK', mod: true }, press('KeyK', { ctrlKey: true }), null, true],
    ['with the key of a Mac', { code: 'KeyK', mod: true }, press('KeyK', { metaKey: true }), null, true],
    ['the question mark', { code: 'Slash', shift: true }, press('Slash', { shiftKey: true }), null, true],
    ['after another key', { code: 'KeyI', after: 'KeyG' }, press('KeyI'), 'KeyG', true],
    ['not without the key before', { code: 'KeyI', after: 'KeyG' }, press('KeyI'), null, false],
    ['a single one, whatever came before', { code: 'KeyI' }, press('KeyI'), 'KeyG', true],
  ]
  it.each(cases)('%s', (_, shortcut, event, before, expected) => {
    expect(isPressed(shortcut, event, before)).toBe(expected)
  })

  it('letters alone are those that can be switched off', () => {
    expect(isSingleKey({ code: 'KeyI', after: 'KeyG' })).toBe(true)
    expect(isSingleKey({ code: 'KeyK', mod: true })).toBe(false)
    expect(isSingleKey({ code: 'KeyM', alt: true })).toBe(false)
  })
})

describe('the command bar', () => {
  it.each([
    ['done', 'Done, and open the next', true],
    ['next done', 'Done, and open the next', true],
    ['отлож', 'Отложить…', true],
    ['xyz', 'Done, and open the next', false],
    ['done xyz', 'Done, and open the next', false],
    ['', 'Anything', true],
  ])('"%s" in "%s"', (typed, title, found) => {
    expect(score('id', typed, [title]) > 0).toBe(found)
  })

  it('puts what begins a word before what stands within one', () => {
    expect(score('', 'read', ['Mark read'])).toBeGreaterThan(score('', 'read', ['Mark unread']))
    expect(score('', 'assign', ['Assign…'])).toBeGreaterThan(score('', 'assign', ['Not to assign']))
  })

  it('remembers what was used last, each once', () => {
    expect(withNewest(['a', 'b', 'c'], 'c')).toEqual(['c', 'a', 'b'])
    expect(withNewest(['a', 'b', 'c', 'd', 'e', 'f'], 'g')).toEqual(['g', 'a', 'b', 'c', 'd', 'e'])
  })
})
