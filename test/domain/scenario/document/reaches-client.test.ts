import { describe, expect, it } from 'vitest'
import { mayReachClient } from '../../../../src/domain/scenario/document/reaches-client.ts'
import { readDocument } from '../../../../src/domain/scenario/document/read-document.ts'

const TEXT = '{ id: say, sendText: { text: Hi, ifWindowClosed: skip } }'

describe.each([
  ['a text', TEXT, true],
  ['a template', '{ id: a, sendTemplate: { name: welcome, language: en_US } }', true],
  [
    'a comment that notifies the client',
    '{ id: a, comment: { text: x, notify: [contact], ifWindowClosed: skip } }',
    true,
  ],
  ['a comment for colleagues', '{ id: a, comment: { text: x, notify: [assignee] } }', false],
  ['a new status', '{ id: a, setStatus: done }', false],
  ['a text deep inside', `{ id: a, if: { field: task.status.active, is: true }, then: [${TEXT}] }`, true],
  ['another scenario, which may write', '{ id: a, start: { scenario: other } }', true],
])('a button with %s', (_, step, expected) => {
  it(expected ? 'may reach the client' : 'stays inside', () => {
    const read = readDocument(`id: b\nname: B\ntrigger: { button: { label: B } }\nsteps:\n  - ${step}`)
    expect(read.ok && mayReachClient(read.document)).toBe(expected)
    expect(read.ok).toBe(true)
  })
})
