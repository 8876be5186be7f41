import { describe, expect, it } from 'vitest'
import { EVENT_NAMES } from '../../../src/domain/scenario/document/events.ts'
import { documentJsonSchema } from '../../../src/domain/scenario/document/json-schema.ts'
import { ACTIONS as FORMAT_ACTIONS } from '../../../src/domain/scenario/document/step.ts'
import { ROW_OPERATORS } from '../../../src/domain/scenario/expressions/operators.ts'
import type { Schema } from '../../../web/src/scenario-editor/api.ts'
import { editText } from '../../../web/src/scenario-editor/text/edit-text.ts'
import { type Json, valueAt } from '../../../web/src/scenario-editor/text/json.ts'
import { readText } from '../../../web/src/scenario-editor/text/read-text.ts'
import { ACTIONS, newStep } from '../../../web/src/scenario-editor/tree/actions.ts'
import { EVENT_GROUPS } from '../../../web/src/scenario-editor/tree/events.ts'
import { OPERATORS } from '../../../web/src/scenario-editor/tree/fields.ts'
import { keysAt, schemasAt, valuesOf } from '../../../web/src/scenario-editor/tree/schema.ts'
import { SHOWN, shownKeys } from '../../../web/src/scenario-editor/tree/shown-keys.ts'
import { en } from '../../../web/src/scenario-editor/words.en.ts'
import { ru } from '../../../web/src/scenario-editor/words.ru.ts'
import { documents } from './documents.ts'
import { pathsOf } from './edits.ts'

const schema = documentJsonSchema() as Schema

describe('the editor knows the whole format', () => {
  it('every step', () => expect(ACTIONS.toSorted()).toEqual(FORMAT_ACTIONS.toSorted()))
  it('every event', () => expect(Object.values(EVENT_GROUPS).flat().toSorted()).toEqual(EVENT_NAMES.toSorted()))
  it('every comparison', () => expect(OPERATORS.toSorted()).toEqual([...ROW_OPERATORS].sort()))

  it('and has words for all of it', () => {
    for (const words of [en, ru]) {
      for (const event of EVENT_NAMES) expect(words.event.names[event], event).toBeTruthy()
      for (const action of ACTIONS) expect(words.actions[action] && words.about[action], action).toBeTruthy()
    }
    expect(Object.keys(ru.field.names).sort()).toEqual(Object.keys(en.field.names).sort())
    expect(Object.keys(ru.editor.syntax).sort()).toEqual(Object.keys(en.editor.syntax).sort())
  })

  it.each(ACTIONS)('%s: every key has a field', (action) => {
    const step = newStep(action, (id) => id)
    const document: Json = { id: 'a', name: 'A', trigger: { event: 'message.received' }, steps: [step] }
    const keys = keysAt(schema, document, ['steps', 0], step).map(({ key }) => key)
    expect(keys.length).toBeGreaterThan(2)
    expect(keys.filter((key) => !shownKeys(step, action).includes(key))).toEqual([])
    const inside = keysAt(schema, document, ['steps', 0, action], step[action]).map(({ key }) => key)
    const shown = SHOWN[action]
    if (shown !== null) expect(inside.filter((key) => !shown.includes(key))).toEqual([])
  })
})

describe('what can stand in a place', () => {
  const document: Json = { trigger: { event: 'window.closing' }, steps: [{ id: 'a', assign: { rule: 'x' } }] }
  it('are the keys of what is meant there', () => {
    expect(keysAt(schema, document, ['trigger'], { event: 'window.closing' }).map(({ key }) => key)).toEqual([
      'event',
      'before',
      'when',
    ])
  })
  it('are the words of the format', () => {
    expect(valuesOf(schemasAt(schema, document, ['concurrency']))).toEqual(['skip', 'restart', 'queue', 'parallel'])
    expect(valuesOf(schemasAt(schema, document, ['steps', 0, 'assign', 'rule']))).toEqual(['round_robin', 'least_busy'])
    expect(valuesOf(schemasAt(schema, document, ['trigger', 'event']))).toContain('task.created')
  })
})

it.each(Object.entries(documents))(
  '%s: a value that the form writes back as it was changes no letter',
  (_name, text) => {
    const read = readText(text)
    if (!read.ok) throw new Error('unreadable')
    for (const path of pathsOf(read.value)) {
      expect(editText(text, [{ do: 'set', path, value: structuredClone(valueAt(read.value, path) ?? null) }])).toBe(
        text,
      )
    }
  },
)
