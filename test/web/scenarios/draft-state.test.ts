import { describe, expect, it } from 'vitest'
import {
  canSave,
  changed,
  type DraftChange,
  type DraftState,
  firstState,
  isUnsaved,
} from '../../../web/src/scenarios/draft-state.ts'

const server = { text: 'a', updatedAt: '1' }
const theirs = { text: 'their text', updatedAt: '2' }
const stateAfter = (...changes: DraftChange[]): DraftState => changes.reduce(changed, firstState(server, null))

describe('a draft that is opened', () => {
  it.each([
    ['nothing was kept', null, { text: 'a', conflict: null }],
    ['what was kept is what the server has', { text: 'a', updatedAt: '0' }, { text: 'a', conflict: null }],
    ['what was kept was not saved yet', { text: 'ab', updatedAt: '1' }, { text: 'ab', conflict: null }],
    ['a colleague saved meanwhile', { text: 'ab', updatedAt: '0' }, { text: 'ab', conflict: server }],
  ])('%s', (_, kept, expected) => {
    expect(firstState(server, kept)).toMatchObject(expected)
  })

  it('is saved only once somebody has chosen', () => {
    const state = firstState(server, { text: 'ab', updatedAt: '0' })
    expect([isUnsaved(state), canSave(state)]).toEqual([true, false])
    expect(canSave(changed(state, { kind: 'mine' }))).toBe(true)
  })
})

describe('a draft that is written', () => {
  it('is saved, and what was typed meanwhile is saved after it', () => {
    const state = stateAfter({ kind: 'typed', text: 'ab' }, { kind: 'sent' }, { kind: 'typed', text: 'abc' })
    expect(canSave(state)).toBe(false)
    const saved = changed(state, { kind: 'saved', updatedAt: '2' })
    expect(saved).toMatchObject({ text: 'abc', base: { text: 'ab', updatedAt: '2' } })
    expect(canSave(saved)).toBe(true)
  })

  it('hears of its own save without a change', () => {
    const saved = stateAfter({ kind: 'typed', text: 'ab' }, { kind: 'sent' }, { kind: 'saved', updatedAt: '2' })
    expect(changed(saved, { kind: 'heard', server: { text: 'ab', updatedAt: '2' } })).toBe(saved)
  })

  it.each([
    ['follows a colleague where nothing is unsaved', [], { text: 'their text', conflict: null }],
    ['never loses what is unsaved', [{ kind: 'typed', text: 'mine' }], { text: 'mine', conflict: theirs }],
    ['sees that both wrote the same', [{ kind: 'typed', text: 'their text' }], { text: 'their text', conflict: null }],
    [
      'waits for the answer of its own save',
      [{ kind: 'typed', text: 'mine' }, { kind: 'sent' }],
      { text: 'mine', conflict: null },
    ],
  ] as [string, DraftChange[], object][])('%s', (_, changes, expected) => {
    expect(stateAfter(...changes, { kind: 'heard', server: theirs })).toMatchObject(expected)
  })

  it('goes on where the same words were saved again', () => {
    const state = stateAfter({ kind: 'typed', text: 'mine' }, { kind: 'heard', server: { text: 'a', updatedAt: '2' } })
    expect(state).toMatchObject({ text: 'mine', base: { text: 'a', updatedAt: '2' }, conflict: null })
    expect(canSave(state)).toBe(true)
  })

  const overtaken = stateAfter({ kind: 'typed', text: 'mine' }, { kind: 'sent' }, { kind: 'overtaken', by: theirs })
  it('is overtaken, and keeps mine over theirs', () => {
    expect(canSave(overtaken)).toBe(false)
    const mine = changed(overtaken, { kind: 'mine' })
    expect(mine).toMatchObject({ text: 'mine', base: theirs, conflict: null })
    expect(canSave(mine)).toBe(true)
  })
  it('is overtaken, and takes theirs', () => {
    const taken = changed(overtaken, { kind: 'theirs' })
    expect(taken).toMatchObject({ text: 'their text', base: theirs, conflict: null })
    expect(isUnsaved(taken)).toBe(false)
  })

  it('is tried again after a lost connection, but not after a refusal', () => {
    const sent = stateAfter({ kind: 'typed', text: 'ab' }, { kind: 'sent' })
    expect(canSave(changed(sent, { kind: 'failed', problem: 'offline' }))).toBe(true)
    expect(canSave(changed(sent, { kind: 'failed', problem: 'refused' }))).toBe(false)
  })
})
