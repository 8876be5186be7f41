import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEditor } from '../../../web/src/scenario-editor/state/editor.ts'
import { firstHistory, recorded, redone, undone } from '../../../web/src/scenario-editor/state/history.ts'
import { readText } from '../../../web/src/scenario-editor/text/read-text.ts'
import { documents } from './documents.ts'
import { someEdit } from './edits.ts'

describe('undo', () => {
  it.each(Object.entries(documents))('%s: gives back exactly the text that was there', (_name, text) => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), (seeds) => {
        const told: string[] = []
        const editor = createEditor(text, (next) => told.push(next))
        const texts = [text]
        for (const seed of seeds) {
          const read = readText(editor.history.get().now.text)
          const [edit] = read.ok ? fc.sample(someEdit(read.value), { seed, numRuns: 1 }) : []
          if (edit) expect(editor.change([edit])).toBe(true)
          const { now } = editor.history.get()
          if (now.text !== texts.at(-1)) texts.push(now.text)
        }
        for (const before of texts.toReversed().slice(1)) {
          editor.undo()
          expect(editor.history.get().now.text).toBe(before)
        }
        for (const after of texts.slice(1)) {
          editor.redo()
          expect(editor.history.get().now.text).toBe(after)
        }
        expect(told.at(-1) ?? text).toBe(editor.history.get().now.text)
      }),
      { numRuns: 3 },
    )
  })

  const type = (texts: readonly (readonly [string, number, string | null])[]) =>
    texts.reduce(
      (history, [text, at, about]) => recorded(history, { text, selected: null }, about, at),
      firstHistory(''),
    )

  it('takes letters that follow each other back together, those after a pause alone', () => {
    const history = type([
      ['a', 0, 'x'],
      ['ab', 100, 'x'],
      ['abc', 5_000, 'x'],
      ['abcd', 5_100, 'y'],
    ])
    expect(undone(history).now.text).toBe('abc')
    expect(undone(undone(history)).now.text).toBe('ab')
    expect(undone(undone(undone(history))).now.text).toBe('')
  })

  it('forgets what was undone once something else is done', () => {
    const history = undone(
      type([
        ['a', 0, null],
        ['b', 1, null],
      ]),
    )
    expect(redone(history).now.text).toBe('b')
    expect(redone(recorded(history, { text: 'c', selected: null }, null, 2)).now.text).toBe('c')
  })
})

it('takes a text from elsewhere, but not its own echo', () => {
  const editor = createEditor('id: a\n', () => undefined)
  editor.write('id: ab\n', 'code')
  editor.write('id: abc\n', 'code')
  editor.hear('id: ab\n')
  expect(editor.history.get().now.text).toBe('id: abc\n')
  editor.hear('id: abc\n')
  editor.hear('id: of-a-colleague\n')
  expect(editor.history.get().now.text).toBe('id: of-a-colleague\n')
  editor.undo()
  expect(editor.history.get().now.text).toBe('id: abc\n')
  // What was said back long ago is news when it comes again: somebody went back to it.
  editor.hear('id: abc\n')
  editor.hear('id: ab\n')
  expect(editor.history.get().now.text).toBe('id: ab\n')
})

it('refuses what cannot be done and stays as it is', () => {
  const editor = createEditor('id: [', () => undefined)
  expect(editor.change([{ do: 'set', path: ['name'], value: 'x' }])).toBe(false)
  expect(editor.history.get().now.text).toBe('id: [')
})
