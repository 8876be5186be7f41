import { describe, expect, it } from 'vitest'
import { type Expression, referencesOf } from '../../../../src/domain/scenario/expressions/references.ts'

describe('referencesOf', () => {
  it.each<[string, Expression, string[]]>([
    [
      'a condition',
      {
        condition: {
          all: [
            { field: 'event.to', is: 'x' },
            { any: [{ field: 'channel.kind', is: 'a' }, { none: [{ field: 'event.to', exists: true }] }] },
            { cel: 'task.fields["a b"] == vars.limit' },
          ],
        },
      },
      ['channel.kind', 'event.to', 'task.fields.a b', 'vars.limit'],
    ],
    [
      'CEL',
      { cel: 'vars.map[inputs.key] > size(event.list.filter(x, x.a > 1))' },
      ['event.list', 'inputs.key', 'vars.map'],
    ],
    [
      'a text',
      { text: '{{ vars.map[inputs.key] }} {{ contact.name | default: "x" }}' },
      ['contact.name', 'inputs.key', 'vars.map'],
    ],
    ['plain text', { text: 'nothing' }, []],
    ['what does not compile', { cel: '1 +' }, []],
    ['what does not compile', { text: '{{' }, []],
  ])('of %s', (_, expression, fields) => expect(referencesOf(expression)).toEqual(fields))
})
