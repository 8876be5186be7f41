import { describe, expect, it } from 'vitest'
import { placed } from '../../../web/src/scenarios/button-order.ts'
import { documentChange } from '../../../web/src/scenarios/document-change.ts'
import { findStep } from '../../../web/src/scenarios/find-step.ts'
import { withLook } from '../../../web/src/scenarios/look-in-text.ts'
import { readButton } from '../../../web/src/scenarios/read-button.ts'
import { comparable, draftText } from '../../../web/src/scenarios/sides.ts'

const base = {
  id: 'x',
  name: 'X',
  trigger: { event: 'message.received' },
  steps: [
    { id: 'a', tag: 'seen' },
    { id: 'b', wait: { timeout: '1d' }, onReply: [{ id: 'c', sendText: { text: 'Hi' } }], onTimeout: [] },
  ],
}
const [a, b] = base.steps

describe('what changed between two versions', () => {
  it.each([
    ['nothing', base, { parts: [], added: [], removed: [], changed: [] }],
    [
      'the order of keys',
      { steps: base.steps, trigger: base.trigger, name: 'X', id: 'x' },
      { parts: [], added: [], removed: [], changed: [] },
    ],
    [
      'its name and trigger',
      { ...base, name: 'Y', trigger: { event: 'task.created' } },
      { parts: ['name', 'trigger'], added: [], removed: [], changed: [] },
    ],
    [
      'a step inside another',
      { ...base, steps: [a, { ...b, onReply: [{ id: 'c', sendText: { text: 'Ho' } }] }] },
      { parts: [], added: [], removed: [], changed: ['c'] },
    ],
    [
      'a step more',
      { ...base, steps: [...base.steps, { id: 'd', tag: 'x' }] },
      { parts: [], added: ['d'], removed: [], changed: [] },
    ],
    ['a step less', { ...base, steps: [b] }, { parts: [], added: [], removed: ['a'], changed: [] }],
    ['the order of steps', { ...base, steps: [b, a] }, { parts: ['order'], added: [], removed: [], changed: [] }],
    [
      'a step in another branch',
      { ...base, steps: [a, { ...b, onReply: [], onTimeout: [{ id: 'c', sendText: { text: 'Hi' } }] }] },
      { parts: ['order'], added: [], removed: [], changed: [] },
    ],
    [
      'a new variable',
      { ...base, vars: { n: { type: 'number' } } },
      { parts: ['vars'], added: [], removed: [], changed: [] },
    ],
  ])('%s', (_, after, expected) => {
    expect(documentChange(base, after)).toEqual(expected)
  })

  it('finds a step wherever it stands', () => {
    expect(findStep(base.steps, 'c')).toEqual({ id: 'c', sendText: { text: 'Hi' } })
    expect(findStep(base.steps, 'z')).toBeNull()
  })
})

describe('two versions beside each other', () => {
  const yaml = { text: 'id: x # mine\n', document: { id: 'x' } }
  const json = { text: '{ "id": "y" }', document: { id: 'y' } }
  const old = { text: null, document: { id: 'z' } }
  it.each([
    ['as they were written', yaml, yaml, ['id: x # mine\n', 'id: x # mine\n']],
    ['written alike where the notations differ', yaml, json, ['id: x\n', 'id: y\n']],
    ['written alike where one text is not known', old, yaml, ['id: z\n', 'id: x\n']],
  ])('%s', (_, one, other, texts) => {
    const { before, after } = comparable(one, other)
    expect([before.text, after.text]).toEqual(texts)
  })

  it('comes back to the draft as it was written', () => {
    const version = {
      version: 1,
      sha256: '',
      inFlight: 'pin',
      publishedAt: '',
      publishedBy: null,
      openRuns: 0,
      state: 'retired',
    } as const
    expect(draftText({ ...version, ...yaml })).toBe('id: x # mine\n')
    expect(draftText({ ...version, ...old })).toBe('id: z\n')
  })
})

describe('the look in the text of a button', () => {
  const text = `# ours
id: x
trigger:
  button: { label: Send, confirm: true } # asks
  when: { field: task.status.active, is: true }
steps: [{ id: a, tag: x }]
`
  it('is written, changed and taken away, and comments stay', () => {
    const green = withLook(text, { colour: 'green', position: 2 }) ?? ''
    expect(readButton(green)).toEqual({ label: 'Send', look: { colour: 'green', position: 2 } })
    expect(green).toContain('# ours')
    expect(green).toContain('# asks')
    const plain = withLook(green, {}) ?? ''
    expect(readButton(plain)).toEqual({ label: 'Send', look: {} })
    expect(plain).not.toContain('look')
  })

  it('is written into JSON, too', () => {
    const json = JSON.stringify({ id: 'x', trigger: { button: { label: 'Send' } } })
    const changed = withLook(json, { icon: 'pin' }) ?? ''
    expect(JSON.parse(changed)).toEqual({ id: 'x', trigger: { button: { label: 'Send', look: { icon: 'pin' } } } })
    expect(JSON.parse(withLook(changed, {}) ?? '')).toEqual(JSON.parse(json))
  })

  it.each(['id: x\ntrigger: { event: message.received }', 'id: [', '', '{'])(
    'is none where there is no button: %j',
    (other) => {
      expect(withLook(other, { icon: 'pin' })).toBeNull()
      expect(readButton(other)).toBeNull()
    },
  )

  it('orders buttons as a task does', () => {
    const button = (id: string, position: number | null, priority: number) => ({
      id,
      label: id,
      look: position === null ? {} : { position },
      priority,
    })
    const order = placed([button('c', null, 5), button('a', 9, 0), button('d', null, 1), button('b', 2, 0)])
    expect(order.map(({ id }) => id)).toEqual(['b', 'a', 'c', 'd'])
  })
})
