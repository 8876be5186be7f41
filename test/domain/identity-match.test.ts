import { describe, expect, it } from 'vitest'
import { candidateNames, matchConversation } from '../../src/domain/identity-match.ts'
import type { ConversationId } from '../../src/domain/ids.ts'

const [one, two, three] = ['1', '2', '3'] as ConversationId[] as [ConversationId, ConversationId, ConversationId]

describe('matchConversation', () => {
  it('opens a new one when nothing is known', () => expect(matchConversation([])).toBeNull())

  it.each([
    ['wa_id', 'phone'],
    ['phone', 'bsuid'],
    ['bsuid', 'parent_bsuid'],
    ['parent_bsuid', 'igsid'],
  ] as const)('%s is stronger than %s, in any order', (strong, weak) => {
    const known = [
      { kind: weak, conversation: two },
      { kind: strong, conversation: one },
    ]
    expect(matchConversation(known)).toEqual({ conversation: one, conflicts: [two] })
    expect(matchConversation(known.toReversed())).toEqual({ conversation: one, conflicts: [two] })
  })

  it('names each other conversation once', () => {
    const known = [
      { kind: 'bsuid', conversation: three },
      { kind: 'wa_id', conversation: one },
      { kind: 'parent_bsuid', conversation: three },
      { kind: 'phone', conversation: two },
    ] as const
    expect(matchConversation(known)).toEqual({ conversation: one, conflicts: [two, three] })
  })

  it('sees no conflict where all agree', () => {
    const known = [
      { kind: 'wa_id', conversation: one },
      { kind: 'bsuid', conversation: one },
    ] as const
    expect(matchConversation(known)).toEqual({ conversation: one, conflicts: [] })
  })
})

describe('candidateNames', () => {
  it('are the other kinds and forms of the number, without the name itself', () => {
    expect(candidateNames({ kind: 'wa_id', value: '16505551234' })).toEqual([
      { kind: 'phone', value: '16505551234' },
      { kind: 'phone', value: '+16505551234' },
    ])
    expect(candidateNames({ kind: 'phone', value: '+5511987654321' })).toContainEqual({
      kind: 'wa_id',
      value: '551187654321',
    })
  })
  it.each(['bsuid', 'parent_bsuid', 'igsid'] as const)('%s has no other form', (kind) => {
    expect(candidateNames({ kind, value: '16505551234' })).toEqual([])
  })
})
