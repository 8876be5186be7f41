import { describe, expect, it } from 'vitest'
import { pathText } from '../../../src/domain/scenario/document/problem.ts'
import { parsePath } from '../../../web/src/scenario-editor/text/path.ts'
import { offsetOf, pathAt, rangeOf } from '../../../web/src/scenario-editor/text/positions.ts'
import { readText } from '../../../web/src/scenario-editor/text/read-text.ts'
import { stepAbove } from '../../../web/src/scenario-editor/tree/branches.ts'
import { documents } from './documents.ts'
import { pathsOf } from './edits.ts'

const read = (text: string) => {
  const found = readText(text)
  if (!found.ok) throw new Error(JSON.stringify(found.problems))
  return found
}

describe('the path of a finding', () => {
  it.each([
    ['', []],
    ['steps[2].wait.timeout', ['steps', 2, 'wait', 'timeout']],
    ['steps[0]["a.b"][3]', ['steps', 0, 'a.b', 3]],
    ['vars["say \\"x\\""].default', ['vars', 'say "x"', 'default']],
    ['vars.ключ', ['vars', 'ключ']],
  ])('%s', (text, path) => {
    expect(parsePath(text)).toEqual(path)
    expect(pathText(parsePath(text))).toBe(text)
  })
})

const TEXT = `id: a
steps:
  - id: one # first
    wait: { for: [message.received], timeout: 2d }
    onTimeout:
      - { id: two, stop: true }
  - id: three
    tag: vip
`

describe('where a part stands', () => {
  it.each([
    [['id'], 'id: a'],
    [['steps', 0, 'wait', 'timeout'], 'timeout: 2d'],
    [['steps', 0, 'wait', 'for', 0], 'message.received'],
    [['steps', 0, 'onTimeout', 0], '- { id: two, stop: true }'],
    [['steps', 1], '- id: three\n    tag: vip'],
    [['steps', 1, 'tag', 'nothing'], 'tag: vip'],
  ])('%j', (path, written) => {
    const range = rangeOf(read(TEXT), path)
    expect(range && TEXT.slice(range.from, range.to)).toBe(written)
  })

  it.each([
    ['message.received', ['steps', 0, 'wait', 'for', 0]],
    ['stop', ['steps', 0, 'onTimeout', 0, 'stop']],
    ['tag', ['steps', 1, 'tag']],
    ['# first', ['steps', 0, 'id']],
  ])('%s stands at', (written, path) => {
    expect(pathAt(read(TEXT), TEXT.indexOf(written) + 1)).toEqual(path)
  })

  it('knows the step that a place belongs to', () => {
    const { value } = read(TEXT)
    expect(stepAbove(value, ['steps', 0, 'wait', 'for', 0])).toEqual(['steps', 0])
    expect(stepAbove(value, ['steps', 0, 'onTimeout', 0, 'stop'])).toEqual(['steps', 0, 'onTimeout', 0])
    expect(stepAbove(value, ['trigger'])).toBeNull()
  })

  it('counts lines and columns from 1', () => {
    expect(TEXT.slice(offsetOf(TEXT, 3, 5))).toMatch(/^id: one/)
    expect(offsetOf(TEXT, 99, 1)).toBe(TEXT.length)
  })
})

it.each(Object.entries(documents).filter(([name]) => !/aliases/.test(name)))(
  '%s: a path leads to a place, and the place back to it',
  (_name, text) => {
    const source = read(text)
    for (const path of pathsOf(source.value)) {
      const range = rangeOf(source, path)
      expect(range, JSON.stringify(path)).not.toBeNull()
      // Of `- id: x` the list's element and its first key begin with the dash.
      expect(pathAt(source, range?.from ?? 0).slice(0, path.length), JSON.stringify(path)).toEqual(path)
    }
  },
)
