import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, writeYaml } from '../../../../src/domain/scenario/document/canonical.ts'
import { readDocument } from '../../../../src/domain/scenario/document/read-document.ts'
import { ACTIONS, actionOf } from '../../../../src/domain/scenario/document/step.ts'
import { steps } from '../../../../src/domain/scenario/document/walk.ts'
import { around, EVERY_STEP, QUOTE_FOLLOW_UP, SEND_ADDRESS } from './examples.ts'

function read(input: string | object) {
  const result = readDocument(input)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result
}
/** `line:column path | message` */
function problems(input: string | object): string[] {
  const result = readDocument(input)
  return result.ok
    ? []
    : result.problems.map(({ line, column, path, message }) => `${line}:${column} ${path} | ${message}`)
}

describe('a document', () => {
  it.each([
    ['the follow-up', QUOTE_FOLLOW_UP],
    ['the button', SEND_ADDRESS],
    ['every step', EVERY_STEP],
  ])('is the same from YAML, from its own YAML, from JSON and from an object: %s', (_, text) => {
    const { document, canonical } = read(text)
    expect(read(writeYaml(document)).canonical).toBe(canonical)
    expect(read(canonical).canonical).toBe(canonical)
    expect(read(JSON.stringify(document, null, '\t')).canonical).toBe(canonical)
    expect(read(JSON.parse(canonical)).document).toEqual(document)
  })

  it('has every action in the example of all of them', () => {
    const used = new Set([...steps(read(EVERY_STEP).document)].map(({ step }) => actionOf(step)))
    expect([...used].sort()).toEqual(ACTIONS.toSorted())
  })

  it('has its defaults written out', () => {
    const { document } = read(around('  - { id: w, wait: { for: [message.received] } }'))
    expect(document).toMatchObject({
      concurrency: 'skip',
      priority: 0,
      limits: { messages: 20, lifetime: '90d' },
      vars: {},
      steps: [{ onInterrupt: { humanReply: 'cancel', taskClosed: 'cancel', newScenario: 'ignore' } }],
    })
  })

  it('is canonical whatever the order of its keys', () => {
    expect(canonicalJson({ b: [1, { d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[1,{"c":2,"d":1}]}')
    const flipped = Object.fromEntries(Object.entries(JSON.parse(read(SEND_ADDRESS).canonical)).reverse())
    expect(read(flipped).canonical).toBe(read(SEND_ADDRESS).canonical)
  })
})

describe('what is wrong', () => {
  it('is told all at once, each at its key or value', () => {
    const text = `id: x
name: y
trigger: { event: mesage.received }
concurency: skip
steps:
  - id: a
    sendTxt: { text: hi }
  - id: 'b c'
    sendText: { txt: hi, hold: 2bd }
  - id: d
    wait: { for: [message.recieved], timout: 3x }
  - id: e
    wait: { for: [{ event: field.changed }], timeout: 3x }
    onTimout: []
  - id: f
    sendText: { text: 5 }
    setStatus: x
  - id: g
    assign: { rule: least, group: sales }
  - id: h
    repeat: { while: { field: task.x, is: 1 } }
    steps: []
  - id: i
    if: { field: event.text, matches: '(' }
    then: []
vars: { a-b: { type: string }, d: { type: number, default: x } }
limits: { lifetime: 100d }
`
    expect(problems(text)).toEqual([
      '3:19 trigger.event | event is none that there is: is it “message.received”?',
      '4:1 concurency | unknown key “concurency”: is it “concurrency”?',
      '7:5 steps[0].sendTxt | A step has no “sendTxt”: is it “sendText”?',
      '8:9 steps[1].id | id must begin with a letter and have at most 64 letters, digits, _ and -',
      '9:5 steps[1].sendText.text | text is missing',
      '9:17 steps[1].sendText.txt | unknown key “txt”: is it “text”?',
      '9:32 steps[1].sendText.hold | hold must be a duration by the clock: 30s, 5m, 2h, 3d',
      '11:19 steps[2].wait.for[0] | for[0] is none that there is: is it “message.received”?',
      '11:38 steps[2].wait.timout | unknown key “timout”: is it “timeout”?',
      '13:19 steps[3].wait.for[0].field | field is missing',
      '13:55 steps[3].wait.timeout | timeout must be a duration: 30s, 5m, 2h, 3d, or in open hours 4bh, 2bd',
      '14:5 steps[3].onTimout | unknown key “onTimout”: is it “onTimeout”?',
      '17:5 steps[4].setStatus | A step is one thing: this has both sendText and setStatus',
      '19:21 steps[5].assign.rule | rule must be one of: round_robin, least_busy',
      '21:5 steps[6].repeat.max | max is missing',
      expect.stringMatching(/^24:39 steps\[7\]\.if\.matches \| /),
      '26:9 vars.a-b | a-b must begin with a letter and have at most 64 letters, digits and _',
      expect.stringMatching(/^26:60 vars\.d\.default \| default does not have the type/),
      '27:21 limits.lifetime | lifetime must be at most 90d',
    ])
  })

  it.each([
    ['', '1:1  | The text is empty'],
    ['# nothing\n', '1:1  | The text is empty'],
    ['x', '1:1  | the document must be a map'],
    ['a: *x', '1:4 a | “*x” names no part above it'],
    ['a: &x [*x]', '1:8 a[0] | “*x” names no part above it'],
    ['a: 1\na: 2', '2:1 a | “a” is there twice'],
    ['{"a": 1, "a": 2}', '1:10 a | “a” is there twice'],
    ['--- {}\n--- {}', '2:1  | There is more than one document: each scenario is a text of its own'],
    ['%YAML 1.1\n---\na: 1', '1:1  | Only YAML 1.2 is read'],
    ['? [a]\n: b', '1:3  | A key must be a plain word'],
    ['a: .nan', '1:4 a | a is no number that JSON has'],
    ['a: 12345678901234567890', '1:4 a | a is too large to be kept exactly: put it in quotes'],
    ['{"__proto__": 1}', '1:15 __proto__ | “__proto__” cannot be a name'],
    ['!!js/function x', expect.stringContaining('1:1  | Unresolved tag')],
    ['[', expect.stringContaining('Flow sequence')],
  ])('is told of a text that is no document: %j', (text, first) => {
    expect(problems(text)[0]).toEqual(first)
  })

  it('has no place where there is no text', () => {
    expect(readDocument({ ...JSON.parse(read(SEND_ADDRESS).canonical), steps: [{ id: 'a' }] })).toMatchObject({
      ok: false,
      problems: [{ path: 'steps[0]', line: null, column: null }],
    })
  })

  it('is an id that comes twice, steps that stand too deep, and too many of them', () => {
    expect(problems(around('  - { id: a, stop: true }\n  - { id: a, stop: true }'))).toEqual([
      '6:11 steps[1].id | There is a step “a” already: ids are unique in a scenario',
    ])
    const nested = (depth: number): object =>
      depth === 1
        ? { id: 's1', stop: true }
        : // biome-ignore lint/suspicious/noThenProperty: the word of the format; a step is never awaited
          { id: `s${depth}`, if: { field: 'event.a', is: 1 }, then: [nested(depth - 1)] }
    const base = JSON.parse(read(around('  - { id: a, stop: true }')).canonical)
    expect(problems({ ...base, steps: [nested(20)] })).toEqual([])
    expect(problems({ ...base, steps: [nested(21)] })).toEqual([expect.stringContaining('at most 20 levels')])
    const many = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({ id: `t${from + index}`, tag: 'x' }))
    const wide = (count: number) => [
      // biome-ignore lint/suspicious/noThenProperty: the word of the format; a step is never awaited
      { id: 'i', if: { field: 'event.a', is: 1 }, then: many(0, count), else: many(1_000, 250) },
    ]
    expect(problems({ ...base, steps: wide(249) })).toEqual([])
    expect(problems({ ...base, steps: wide(250) })).toEqual([expect.stringContaining('at most 500 steps')])
  })
})

describe('hostile texts', () => {
  const size = 256 * 1024
  it.each([
    ['brackets', '['.repeat(size)],
    ['braces', '{a: '.repeat(size / 4)],
    ['dashes', '- '.repeat(size / 2)],
    ['documents', '---\n'.repeat(size / 4)],
    ['quotes', '"'.repeat(size)],
    ['commas', `[${','.repeat(size - 2)}]`],
    ['aliases', '- *a\n'.repeat(size / 5)],
    ['keys', Array.from({ length: 15_000 }, (_, index) => `k${index}: 1\n`).join('')],
    [
      'laughs',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdef'].map((name, index) => `${name}: &${name} [${`*${'abcde'[index]},`.repeat(9)}]\n`).join('')}`,
    ],
    ['too many bytes', `a: ${'я'.repeat(size / 2)}`],
  ])('are refused: %s', (_, text) => {
    const result = readDocument(text)
    expect(result.ok).toBe(false)
    if (!result.ok) expect(result.problems.length).toBeLessThanOrEqual(100)
  })

  it('are refused as objects too: rings, depth, classes', () => {
    const ring: Record<string, unknown> = {}
    ring.self = ring
    let deep: object = {}
    for (let level = 0; level < 100_000; level++) deep = { deep }
    for (const input of [ring, deep, { id: new Date(0) }, { id: () => 1 }, { id: '\ud800' }, []]) {
      expect(readDocument(input).ok).toBe(false)
    }
  })

  it('never make it throw', () => {
    const words = fc.constantFrom(
      'id: a\n',
      'steps:\n',
      '  - ',
      '{',
      '}',
      '[',
      ']',
      '*a',
      '&a ',
      '"',
      "'",
      ': ',
      '|\n',
      '\t',
      '\n',
      '? ',
      '!!str ',
      '#',
      '%',
      '---\n',
      'x',
      '<<',
      '\u0000',
      '\ud800',
    )
    fc.assert(
      fc.property(fc.array(words, { maxLength: 60 }), (parts) => {
        readDocument(parts.join(''))
      }),
      { numRuns: 300 },
    )
    fc.assert(
      fc.property(fc.object({ maxDepth: 5 }), (value) => void readDocument(value)),
      { numRuns: 200 },
    )
  })

  it('never make it throw where a good document is changed in one place', () => {
    const good = JSON.parse(read(EVERY_STEP).canonical)
    const paths: (string | number)[][] = []
    const visit = (value: unknown, path: (string | number)[]) => {
      paths.push(path)
      if (typeof value !== 'object' || value === null) return
      for (const [key, inner] of Object.entries(value))
        visit(inner, [...path, Array.isArray(value) ? Number(key) : key])
    }
    visit(good, [])
    const anything = fc.oneof(fc.constantFrom(null, 0, '', 'x', true, [], {}, [[]], { cel: 'x' }), fc.jsonValue())
    fc.assert(
      fc.property(fc.constantFrom(...paths.slice(1)), anything, (path, value) => {
        const changed = structuredClone(good)
        let parent = changed
        for (const part of path.slice(0, -1)) parent = parent[part]
        parent[path.at(-1) ?? ''] = value
        const result = readDocument(changed)
        if (!result.ok) {
          for (const { message } of result.problems) expect(message).not.toMatch(/invalid|expected|undefined/i)
        }
      }),
      { numRuns: 300 },
    )
  })
})
