import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CAPABILITIES } from '../../../src/channels/whatsapp-cloud/capabilities.ts'
import { interactiveContent } from '../../../src/channels/whatsapp-cloud/interactive-content.ts'
import { draftInteractive } from '../../../src/dev/simulator/graph/interactive.ts'
import {
  type InteractiveMessage,
  type InteractiveRules,
  interactiveProblem,
} from '../../../src/domain/interactive-message.ts'

const RULES = CAPABILITIES.interactive as InteractiveRules

describe('a text with something to tap, as Meta takes it (reference §5.2)', () => {
  it.each<[string, InteractiveMessage, object]>([
    [
      'buttons',
      {
        text: 'Choose',
        header: 'Hi',
        footer: 'f',
        choice: { kind: 'buttons', buttons: [{ id: 'yes', title: 'Yes' }] },
      },
      {
        type: 'button',
        header: { type: 'text', text: 'Hi' },
        body: { text: 'Choose' },
        footer: { text: 'f' },
        action: { buttons: [{ type: 'reply', reply: { id: 'yes', title: 'Yes' } }] },
      },
    ],
    [
      'a list',
      {
        text: 'Choose',
        header: null,
        footer: null,
        choice: {
          kind: 'list',
          button: 'Open',
          sections: [
            { title: 'S1', rows: [{ id: 'r1', title: 'Row', description: 'd' }] },
            { title: null, rows: [{ id: 'r2', title: 'Row 2', description: null }] },
          ],
        },
      },
      {
        type: 'list',
        body: { text: 'Choose' },
        action: {
          button: 'Open',
          sections: [
            { title: 'S1', rows: [{ id: 'r1', title: 'Row', description: 'd' }] },
            { rows: [{ id: 'r2', title: 'Row 2' }] },
          ],
        },
      },
    ],
    [
      'a link',
      { text: 'b', header: null, footer: null, choice: { kind: 'link', title: 'Open', url: 'https://a.example' } },
      {
        type: 'cta_url',
        body: { text: 'b' },
        action: { name: 'cta_url', parameters: { display_text: 'Open', url: 'https://a.example' } },
      },
    ],
  ])('%s', (_name, message, interactive) => {
    expect(interactiveContent(message)).toEqual({ type: 'interactive', interactive })
  })

  const text = (max: number) => fc.string({ unit: 'grapheme', minLength: 1, maxLength: max })
  const row = fc.record({ id: text(12), title: text(12), description: fc.option(text(40)) })
  const choice = fc.oneof(
    fc.record({
      kind: fc.constant('buttons' as const),
      buttons: fc.array(fc.record({ id: text(30), title: text(21) }), { maxLength: 4 }),
    }),
    fc.record({
      kind: fc.constant('list' as const),
      button: text(21),
      sections: fc.array(fc.record({ title: fc.option(text(12)), rows: fc.array(row, { maxLength: 6 }) }), {
        maxLength: 3,
      }),
    }),
    fc.record({
      kind: fc.constant('link' as const),
      title: text(21),
      url: fc.oneof(fc.webUrl(), text(30)),
    }),
  )
  const message = fc.record({ text: text(60), header: fc.option(text(61)), footer: fc.option(text(61)), choice })

  it('what passes our own look passes the provider’s', () => {
    let passed = 0
    fc.assert(
      fc.property(message, (one) => {
        if (interactiveProblem(one, RULES) !== null) return
        passed++
        const { interactive } = interactiveContent(one) as { interactive: Record<string, unknown> }
        expect(() => draftInteractive(interactive)).not.toThrow()
      }),
      { numRuns: 2000 },
    )
    expect(passed).toBeGreaterThan(100)
  })
})
