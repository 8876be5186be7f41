import { describe, expect, it } from 'vitest'
import { checkSupported } from '../../../src/domain/scenario/check-supported.ts'
import { findings } from '../../../src/domain/scenario/document/checks/finding.ts'
import { EVENT_NAMES } from '../../../src/domain/scenario/document/events.ts'
import type { Supported } from '../../../src/domain/scenario/supported.ts'
import { makeDocument } from './interpreter/play.ts'

/** A version that knows hardly anything. */
const LITTLE: Supported = { events: new Set(['message.received']), actions: new Set(['wait', 'waitAny', 'stop']) }

function check(steps: unknown[], trigger: object = { event: 'message.received' }): string[] {
  const { report, found } = findings()
  checkSupported(makeDocument(steps as never, { trigger }), LITTLE, report)
  return found.map(({ severity, code, path }) => `${severity} ${code} ${path}`)
}

describe('what this version does not run', () => {
  // biome-ignore-start lint/suspicious/noThenProperty: the word of the format; a step is never awaited
  const branches = [
    { for: ['message.received'], then: [] },
    { for: ['window.closed'], then: [{ id: 'in', stop: true }] },
  ]
  // biome-ignore-end lint/suspicious/noThenProperty: the word of the format
  it.each([
    ['nothing', [{ id: 'a', stop: true }], { event: 'message.received' }, []],
    [
      'a trigger',
      [{ id: 'a', stop: true }],
      { event: 'schedule', cron: '0 9 * * *', timeZone: 'UTC' },
      ['trigger.event'],
    ],
    ['a button', [{ id: 'a', stop: true }], { button: { label: 'Go' } }, ['trigger.button']],
    ['an action', [{ id: 'a', tag: 'x' }], undefined, ['steps[0].tag']],
    [
      'what a wait waits for',
      [{ id: 'a', wait: { for: ['message.received', 'window.closed'], timeout: '1d' } }],
      undefined,
      ['steps[0].wait.for[1]'],
    ],
    [
      'what a branch waits for',
      [{ id: 'a', waitAny: { branches, timeout: '1d' } }],
      undefined,
      ['steps[0].waitAny.branches[1].for[0]'],
    ],
  ])('%s is refused by name, and never passed over', (_, steps, trigger, paths) => {
    expect(check(steps, trigger)).toEqual(paths.map((path) => `error not_supported ${path}`))
  })

  it('is told for every other event there is', () => {
    const refused = EVENT_NAMES.filter((event) => {
      const { report, found } = findings()
      const document = makeDocument([{ id: 'a', stop: true }] as never)
      checkSupported({ ...document, trigger: { ...document.trigger, event } as never }, LITTLE, report)
      return found.length > 0
    })
    expect(refused).toEqual(EVENT_NAMES.filter((event) => event !== 'message.received'))
  })
})
