import { describe, expect, it } from 'vitest'
import { cursorsAt } from '../../../web/src/scenario-editor/code/cursor.ts'
import { valueSource } from '../../../web/src/scenario-editor/code/value-source.ts'

/** `‸` is the cursor. */
const at = (marked: string) => cursorsAt(marked.replace('‸', ''), marked.indexOf('‸')).cursors

const BEFORE = 'id: a\ntrigger: { event: message.received }\nsteps:\n  - id: one\n'

describe('what is written at the cursor', () => {
  it.each<[string, unknown[]]>([
    [`${BEFORE}    se‸`, [{ at: 'key', path: ['steps', 0], siblings: { id: 'one' } }]],
    [`${BEFORE}    ‸`, [{ at: 'key', path: ['steps', 0], siblings: { id: 'one' } }]],
    [`${BEFORE}    assign: { gr‸ }\n`, [{ at: 'key', path: ['steps', 0, 'assign'], siblings: {} }]],
    [`${BEFORE}    assign: { rule: x, gr‸`, [{ at: 'key', path: ['steps', 0, 'assign'] }]],
    [`${BEFORE}    setStatus: in‸\n`, [{ at: 'value', path: ['steps', 0, 'setStatus'] }]],
    [`${BEFORE}    setStatus: ‸\n`, [{ at: 'value', path: ['steps', 0, 'setStatus'] }]],
    [`${BEFORE}    setStatus: 'in‸'\n`, [{ at: 'value', path: ['steps', 0, 'setStatus'] }]],
    [`${BEFORE}    wait: { for: [mess‸] }\n`, [{ at: 'value', path: ['steps', 0, 'wait', 'for', 0] }]],
    ['id: a\n‸', [{ at: 'key', path: [], siblings: { id: 'a' } }]],
    ['id: a\ntrig‸ger: x\n', [{ at: 'key', path: [], hasColon: true }]],
    ['{ "id": "a", "na‸" }', [{ at: 'key', path: [], siblings: { id: 'a' } }]],
    ['{ "concurrency": "sk‸" }', [{ at: 'value', path: ['concurrency'] }]],
    [`${BEFORE}    sendText: { text: 'Hi {{ cont‸act }}' }`, [{ at: 'field' }]],
    [`${BEFORE}    sendText: { text: 'Hi {{ contact.name | de‸' }`, [{ at: 'filter' }]],
    ['id: a # what is th‸', []],
  ])('%s', (marked, wanted) => {
    const cursors = at(marked)
    expect(cursors.slice(0, wanted.length)).toMatchObject(wanted)
    expect(cursors.length === 0).toBe(wanted.length === 0)
  })

  it('offers both a key and a value behind a dash', () => {
    const cursors = at('steps:\n  - id: w\n    wait:\n      for:\n        - mes‸\n')
    expect(cursors.map((cursor) => cursor.at)).toEqual(['key', 'value'])
  })
})

describe('whose names can stand there', () => {
  it.each([
    [['steps', 0, 'sendTemplate', 'name'], 'templates'],
    [['steps', 0, 'sendText', 'ifWindowClosed', 'template', 'name'], 'templates'],
    [['name'], null],
    [['steps', 0, 'assign', 'group'], 'groups'],
    [['steps', 0, 'addParticipants', 'employees', 1], 'peopleIds'],
    [['steps', 0, 'wait', 'calendar'], 'calendars'],
    [['steps', 0, 'openTask', 'template'], 'taskTemplates'],
    [['steps', 0, 'if', 'is'], 'statuses'],
    [['steps', 0, 'if', 'contains'], 'statuses'],
    [['steps', 0, 'http', 'endpoint'], 'endpoints'],
  ])('%j', (path, source) => {
    const document = { steps: [{ if: { field: 'task.status.key', is: 'new' } }] }
    expect(valueSource(document, path)).toBe(source)
  })
})
