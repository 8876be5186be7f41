import { describe, expect, it } from 'vitest'
import { CAPABILITIES } from '../../../src/channels/whatsapp-cloud/capabilities.ts'
import type { Comment } from '../../../web/src/api/types.ts'
import { type FileProblem, fileProblem, shownLimits } from '../../../web/src/composer/send-rules.ts'
import { sends } from '../../../web/src/composer/send-settings.ts'
import { overtakes } from '../../../web/src/composer/use-overtaken.ts'

const MB = 1024 * 1024
const limits = { media: [...CAPABILITIES.media] }

describe('files that a channel takes', () => {
  it.each<[string, number, FileProblem | null]>([
    ['image/png', MB, null],
    ['image/png', 6 * MB, { why: 'size', bytes: 5 * MB }],
    ['video/mp4', 17 * MB, { why: 'size', bytes: 16 * MB }],
    ['application/pdf', 99 * MB, null],
    ['image/svg+xml', 10, { why: 'type' }],
    ['application/x-msdownload', 10, { why: 'type' }],
    ['', 10, null],
  ])('%s of %i bytes', (mime, size, expected) => {
    expect(fileProblem(limits, { mime, size })).toEqual(expected)
  })

  it('are not judged where the limits are not known, and no sticker is chosen for anybody', () => {
    expect(fileProblem(undefined, { mime: 'image/svg+xml', size: 1 })).toBeNull()
    expect(shownLimits(limits).map(({ kind }) => kind)).toEqual(['image', 'video', 'audio', 'document'])
  })
})

describe('the key that sends', () => {
  const press = (change = {}) => ({
    key: 'Enter',
    isComposing: false,
    keyCode: 13,
    shiftKey: false,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    ...change,
  })
  it.each([
    ['Enter', press(), true, false],
    ['Ctrl+Enter', press({ ctrlKey: true }), true, true],
    ['⌘+Enter', press({ metaKey: true }), true, true],
    ['Shift+Enter', press({ shiftKey: true }), false, false],
    ['Enter of an input method', press({ isComposing: true }), false, false],
    ['Enter of an older input method', press({ keyCode: 229 }), false, false],
    ['a letter', press({ key: 'a' }), false, false],
  ])('%s', (_, event, byEnter, byModEnter) => {
    expect([sends(event, 'enter'), sends(event, 'mod-enter')]).toEqual([byEnter, byModEnter])
  })
})

describe('a colleague who was faster', () => {
  const said = (change: object): Comment =>
    ({
      at: '2026-05-01T12:01:00Z',
      bulk: false,
      deletedAt: null,
      author: { kind: 'employee', id: 'olga', name: 'Olga' },
      notified: [{ kind: 'contact', id: 'anna' }],
      ...change,
    }) as Comment
  it.each([
    ['wrote to the client', said({}), true],
    ['wrote from the phone app', said({ author: { kind: 'phone_app', id: null, name: '' }, notified: [] }), true],
    ['wrote inside', said({ notified: [{ kind: 'employee', id: 'x' }] }), false],
    ['wrote before', said({ at: '2026-05-01T11:59:00Z' }), false],
    ['is me', said({ author: { kind: 'employee', id: 'me', name: 'Me' } }), false],
    ['is a scenario', said({ author: { kind: 'scenario', id: 's', name: 'S' } }), false],
    ['is a mailing', said({ bulk: true }), false],
  ])('%s', (_, comment, expected) => {
    expect(overtakes(comment, 'me', '2026-05-01T12:00:00Z')).toBe(expected)
  })
})
