import { describe, expect, it } from 'vitest'
import {
  draftOf,
  keyFor,
  problemsOf,
  titleExample,
  valuesOf,
} from '../../../web/src/settings/task-templates/template-draft.ts'

const values = {
  name: 'Orders',
  titlePattern: 'Order of {contact}',
  assigneeIds: ['a'],
  extraAssigneeIds: [],
  statuses: [
    { key: 'new', name: 'New', active: true },
    { key: 'done', name: 'Done', active: false },
  ],
  fields: { amount: 12.5, paid: false, note: 'x', lines: [1, 2] },
}

describe('a task template as it is edited', () => {
  it('is the same again, with what cannot be edited', () => {
    expect(valuesOf(draftOf(values))).toEqual(values)
  })

  it('reads a number as people write it', () => {
    const draft = draftOf({ ...values, fields: { amount: 1 } })
    const fields = draft.fields.map((field) => ({ ...field, value: ' 3,5 ' }))
    expect(valuesOf({ ...draft, fields }).fields).toEqual({ amount: 3.5 })
  })

  it.each([
    ['Waits for parts', [], 'waits_for_parts'],
    ['Ждём оплату', [], 'zhdem_oplatu'],
    ['Щука и Ёж', [], 'shchuka_i_ezh'],
    ['Éclair', [], 'eclair'],
    ['123 go', [], 'go'],
    ['***', [], 'status'],
    ['New', ['new'], 'new_2'],
    ['New', ['new', 'new_2'], 'new_3'],
  ])('names the status %j for scenarios', (name, taken, key) => {
    expect(keyFor(name, new Set(taken))).toBe(key)
    expect(keyFor(name, new Set(taken))).toMatch(/^[a-z][a-z0-9_]{0,49}$/)
  })

  it.each([
    ['nothing', {}, []],
    ['no name', { name: ' ' }, ['name']],
    ['no title', { titlePattern: '' }, ['title']],
    ['no active status', { statuses: [{ key: 'done', name: 'Done', active: false }] }, ['noActive']],
    ['no inactive status', { statuses: [{ key: 'new', name: 'New', active: true }] }, ['noInactive']],
    ['a field with a dot', { fields: { 'a.b': 'x' } }, ['fieldName']],
  ])('misses %s', (_, changes, problems) => {
    expect(problemsOf(draftOf({ ...values, ...changes }))).toEqual(problems)
  })

  it('misses a number that is none, and a name that is there twice', () => {
    const draft = draftOf(values)
    const [amount] = draft.fields
    if (!amount) throw new Error('no field')
    expect(problemsOf({ ...draft, fields: [{ ...amount, value: 'much' }] })).toEqual(['number'])
    expect(problemsOf({ ...draft, fields: [amount, { ...amount, row: 99 }] })).toEqual(['fieldTwice'])
    expect(problemsOf({ ...draft, fields: [{ ...amount, name: 'lines' }] })).toEqual(['fieldTwice'])
  })

  it('shows what its titles will look like', () => {
    const example = { contact: 'Anna', phone: '+1', channel: 'Shop' }
    expect(titleExample('{contact} ({channel}) {amount}', example)).toBe('Anna (Shop) {amount}')
  })
})
