import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editAllData } from '../../../web/src/scenario-editor/text/edit.ts'
import { editText } from '../../../web/src/scenario-editor/text/edit-text.ts'
import { type JsonMap, valueAt } from '../../../web/src/scenario-editor/text/json.ts'
import type { Path } from '../../../web/src/scenario-editor/text/path.ts'
import { readText } from '../../../web/src/scenario-editor/text/read-text.ts'
import { ACTIONS, newStep } from '../../../web/src/scenario-editor/tree/actions.ts'
import { branchesOf, idOf, stepsIn } from '../../../web/src/scenario-editor/tree/branches.ts'
import { renameReference } from '../../../web/src/scenario-editor/tree/references.ts'
import {
  addStep,
  type Direction,
  duplicateStep,
  freeIds,
  moveStep,
  removeStep,
  type StepChange,
  shiftStep,
  targetsOf,
} from '../../../web/src/scenario-editor/tree/step-edits.ts'
import { documents } from './documents.ts'

const read = (text: string): JsonMap => {
  const found = readText(text)
  if (!found.ok) throw new Error(JSON.stringify(found.problems))
  return found.value
}
const idsOf = (document: JsonMap) => [...stepsIn(document)].map(({ step }) => idOf(step))
const at = (document: JsonMap, id: string): Path =>
  [...stepsIn(document)].find(({ step }) => idOf(step) === id)?.path ?? []

const commentsIn = (text: string): string[] =>
  [...text.matchAll(/(?:^|\s)(#[^\r\n]*)/g)].map(([, comment = '']) => comment)

const deed = fc.record({
  what: fc.constantFrom('add', 'duplicate', 'remove', 'up', 'down', 'in', 'out', 'into'),
  which: fc.nat(1000),
  action: fc.constantFrom(...ACTIONS),
})

/** What a person can do with a step, by numbers. */
function changeFor(
  document: JsonMap,
  { what, which, action }: { what: string; which: number; action: (typeof ACTIONS)[number] },
): StepChange | null {
  const all = [...stepsIn(document)]
  const place = all[which % Math.max(all.length, 1)]
  if (what === 'add' || !place) {
    const lists: { list: Path; length: number }[] = [
      { list: ['steps'], length: Array.isArray(document.steps) ? document.steps.length : 0 },
      ...all.flatMap(({ step, path }) =>
        branchesOf(step).map((branch) => ({ list: [...path, ...branch.path], length: branch.steps.length })),
      ),
    ]
    const target = lists[which % lists.length]
    return target
      ? addStep(document, target.list, which % (target.length + 1), newStep(action, freeIds(document)))
      : null
  }
  switch (what) {
    case 'duplicate':
      return duplicateStep(document, place.path)
    case 'remove':
      return removeStep(document, place.path)
    case 'into': {
      const targets = targetsOf(document, place.path)
      const target = targets[which % Math.max(targets.length, 1)]
      return target ? moveStep(document, place.path, target.list, target.index) : null
    }
    default:
      return shiftStep(document, place.path, what as Direction)
  }
}

describe.each(Object.entries(documents))('%s', (name, text) => {
  it('keeps its ids unique, its other steps, and the comments, whatever is done with steps', () => {
    fc.assert(
      fc.property(fc.array(deed, { minLength: 1, maxLength: 8 }), (deeds) => {
        let now = text
        for (const one of deeds) {
          const before = read(now)
          const change = changeFor(before, one)
          if (!change) continue
          const written = commentsIn(now)
          now = editText(now, change.edits)
          const after = read(now)
          expect(after).toEqual(editAllData(before, change.edits))
          const ids = idsOf(after)
          expect(new Set(ids).size).toBe(ids.length)
          if (change.selected) expect(valueAt(after, change.selected)).toBeDefined()
          // What is said of a step in brackets, or of a branch that goes, goes with it.
          const goes = change.edits.some((edit) => edit.do === 'remove') || name === 'flow over several lines'
          if (!goes) expect(commentsIn(now)).toEqual(expect.arrayContaining(written))
          if (one.what !== 'remove') for (const id of idsOf(before)) expect(ids).toContain(id)
          else if (idsOf(before).length > 0) expect(ids.length).toBeLessThan(idsOf(before).length)
        }
      }),
      { numRuns: 10 },
    )
  })
})

const TREE = `steps:
  # says hello
  - id: hello # here
    sendText: { text: Hello }
  - id: ask
    if: { field: event.text, is: x }
    then:
      # inside
      - id: yes
        tag: a
  - id: last
    stop: true
`

describe('one place on', () => {
  it.each<[string, Direction, string]>([
    ['hello', 'down', 'ask yes hello last'],
    ['hello', 'up', 'hello ask yes last'],
    ['last', 'up', 'hello last ask yes'],
    ['last', 'in', 'hello ask yes last'],
    ['yes', 'out', 'hello ask yes last'],
    ['yes', 'up', 'hello yes ask last'],
    ['yes', 'down', 'hello ask yes last'],
  ])('%s %s', (id, direction, order) => {
    const document = read(TREE)
    const change = shiftStep(document, at(document, id), direction)
    const text = change ? editText(TREE, change.edits) : TREE
    expect(idsOf(read(text)).join(' ')).toBe(order)
    for (const comment of ['# says hello', '# here', '# inside']) expect(text).toContain(comment)
    if (change?.selected) expect(idOf(valueAt(read(text), change.selected))).toBe(id)
  })

  it('takes a step into the branch before it and out again, with its comments', () => {
    const document = read(TREE)
    const into = shiftStep(document, at(document, 'last'), 'in')
    const inside = editText(TREE, into?.edits ?? [])
    expect(at(read(inside), 'last')).toEqual(['steps', 1, 'then', 1])
    const out = shiftStep(read(inside), ['steps', 1, 'then', 1], 'out')
    expect(editText(inside, out?.edits ?? [])).toBe(TREE)
  })

  it('leaves no empty branch behind that may be left out', () => {
    const text =
      'steps:\n  - id: w\n    wait: { timeout: 1d }\n    onTimeout:\n      - { id: only, stop: true }\n  - { id: z, stop: true }\n'
    const document = read(text)
    const change = shiftStep(document, at(document, 'only'), 'out')
    expect(read(editText(text, change?.edits ?? []))).toEqual({
      steps: [
        { id: 'w', wait: { timeout: '1d' } },
        { id: 'only', stop: true },
        { id: 'z', stop: true },
      ],
    })
  })
})

it('gives a variable another name everywhere', () => {
  const text = `vars: { sum: { type: number }, summary: { type: string } }
steps:
  - { id: a, set: { sum: { cel: 'vars.sum + vars.summary.size()' } } }
  - { id: b, sendText: { text: 'vars.sum is {{ vars.sum | money: "EUR" }} {{ vars["sum"] }}' } }
  - { id: c, sendText: { text: 'no vars.sum here' } }
  - { id: d, if: { field: vars.sum, gt: 1 }, then: [] }
  - { id: e, call: { scenario: x, into: sum } }
`
  const changed = editText(text, renameReference(read(text), 'vars', 'sum', 'total'))
  expect(changed).toBe(`vars: { total: { type: number }, summary: { type: string } }
steps:
  - { id: a, set: { total: { cel: 'vars.total + vars.summary.size()' } } }
  - { id: b, sendText: { text: 'vars.total is {{ vars.total | money: "EUR" }} {{ vars["total"] }}' } }
  - { id: c, sendText: { text: 'no vars.sum here' } }
  - { id: d, if: { field: vars.total, gt: 1 }, then: [] }
  - { id: e, call: { scenario: x, into: total } }
`)
})
