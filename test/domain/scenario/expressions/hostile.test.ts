import { describe, expect, it } from 'vitest'
import { createBudget } from '../../../../src/domain/scenario/expressions/budget.ts'
import { compileCel, evaluateCel } from '../../../../src/domain/scenario/expressions/cel.ts'
import {
  type Condition,
  conditionSchema,
  evaluateCondition,
} from '../../../../src/domain/scenario/expressions/conditions.ts'
import { compilePattern } from '../../../../src/domain/scenario/expressions/patterns.ts'
import { compileText, renderText } from '../../../../src/domain/scenario/expressions/text.ts'
import { makeScope } from './make-scope.ts'

/** What a hostile author and a hostile client can do together. Meant to cost under 50 ms (reliability S14). */
const MAX_MILLISECONDS = 150

const list = Array.from({ length: 1_000 }, (_, place) => place)
/** Letters in an order that a machine of states finds hard; the same each time. */
const random = (length: number, alphabet: string) => {
  let state = 7
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return alphabet[Math.floor((state / 2_147_483_648) * alphabet.length)]
  }).join('')
}
const scope = makeScope({
  event: {
    text: random(4_096, 'ab'),
    letters: random(4_096, 'абвгд e!'),
    long: 'ab'.repeat(32_000),
    list,
    lists: Array.from({ length: 50 }, () => list),
    words: list.map((n) => `word ${n} `.repeat(20)),
  },
  contact: JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": 1}, "name": "x"}'),
})

/** Processor time of the middle one of three runs; a machine that is busy with others does not count. */
function cost(run: (round: number) => unknown): number {
  const times = [0, 1, 2].map((round) => {
    const before = process.cpuUsage()
    run(round)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000
  })
  return times.sort((left, right) => left - right)[1] ?? Number.NaN
}

/** The same again, and new to every cache. */
const anew = (round: number) => ' '.repeat(round)

const cel = (source: string) => (round: number) => {
  const compiled = compileCel(source + anew(round))
  return compiled.ok ? evaluateCel(compiled.expression, scope) : compiled
}
const text = (source: string) => (round: number) => {
  const compiled = compileText(source + anew(round))
  const options = { timeZone: 'UTC', locale: 'en', now: '2026-05-01T00:00:00Z' }
  return compiled.ok ? renderText(compiled.template, scope, options) : compiled
}
const pattern = (source: string, over: string) => (round: number) => {
  const compiled = compilePattern(`${source}${'(?:)'.repeat(round)}`)
  return compiled.ok ? compiled.pattern.found(over, createBudget()) : compiled
}
const condition = (value: unknown) => () => {
  const parsed = conditionSchema.safeParse(value)
  return parsed.success ? evaluateCondition(parsed.data, scope) : parsed
}

let deepCondition: unknown = { field: 'event.text', is: 'a' }
for (let level = 0; level < 10_000; level++) deepCondition = { all: [deepCondition] }
const rows = (row: (n: number) => Condition) => ({ any: list.slice(0, 990).map(row) })

const probes: [string, (round: number) => unknown][] = [
  ...[
    '(a+)+$',
    '(a|a)*$',
    '(x+x+)+y',
    '(.*a){20}$',
    '[ab]*a[ab]{14}$',
    '(?s).*a.{60}$',
    '(?:a?){200}a{200}',
    '(a{30}){30}',
    '((a{9}){9}){9}',
    '(a*)*(b*)*(a*)*$',
    '(\\pL{10}){10}',
    '(?s)(.*a.{20}$|.*b.{22}$)',
  ].flatMap((source): typeof probes => [
    [`pattern ${source}`, pattern(source, `${'a'.repeat(4_000)}!`)],
    [`pattern ${source}, disorder`, pattern(source, random(4_096, 'ab'))],
  ]),
  ['pattern of brackets', pattern('('.repeat(900), 'a')],
  ['pattern of repetitions', pattern('a{1000}'.repeat(140), 'a')],

  ['CEL: loop in a loop', cel('event.list.all(x, event.list.all(y, x + y >= 0))')],
  ['CEL: three loops', cel('event.list.all(x, event.list.all(y, event.list.all(z, true)))')],
  ['CEL: loop over lists', cel('event.lists.all(l, l.all(x, l == event.lists[0].map(y, y)))')],
  ['CEL: patterns in a loop', cel('event.words.exists(w, w.matches("(word.*)+x$"))')],
  ['CEL: patterns from values', cel('event.words.exists(w, "a".matches(w + "(a+)+$"))')],
  ['CEL: growing texts', cel(`event.list.map(x, ${Array.from({ length: 400 }, () => 'event.long').join(' + ')})`)],
  ['CEL: splitting and joining', cel('event.list.map(x, event.text.split("a").join("b"))')],
  ['CEL: searching', cel('event.list.exists(x, event.long.contains(event.long + "c"))')],
  ['CEL: searching slowly', cel(`event.list.exists(x, event.long.contains("${'ab'.repeat(2_000)}aa"))`)],
  ['CEL: nesting', cel(`${'['.repeat(9_000)}1`)],
  ['CEL: negations', cel(`${'!'.repeat(9_999)}true`)],
  ['CEL: a long chain', cel(Array.from({ length: 499 }, () => '1').join(' + '))],
  [
    'CEL: wide literals',
    cel(`[${Array.from({ length: 990 }, () => '1').join(',')}].all(x, event.list.exists(y, x == y))`),
  ],

  ['text: endless loop', text('{% for i in (1..1000000000) %}x{% endfor %}')],
  ['text: loop in a loop', text('{% for a in event.list %}{% for b in event.list %}{{ b }}{% endfor %}{% endfor %}')],
  [
    'text: many tags in a loop',
    text(`{% for a in event.list %}${'{% if a == a %}{% endif %}'.repeat(300)}{% endfor %}`),
  ],
  [
    'text: many filters',
    text(`{% for a in event.list %}{{ event.long ${'| upcase '.repeat(800)}| size }}{% endfor %}`),
  ],
  ['text: many dates', text(`{% for a in event.list %}{{ event.now | date: "%B %A %d" }}{% endfor %}`)],
  ['text: many amounts', text(`{% for a in event.list %}{{ a | money: "EUR" }}{{ a | number: 2 }}{% endfor %}`)],
  ['text: growing', text('{{ event.long | replace: "a", event.long | replace: "b", event.long }}')],
  ['text: nesting', text('{% if event.a %}'.repeat(480))],
  ['text: open brackets', text('{{ event'.repeat(1_000))],
  ['text: open indexes', text(`{{ event${'[event'.repeat(1_300)} }}`)],
  ['text: long conditions', text(`{% if ${'event.lists == event.lists and '.repeat(240)}true %}{% endif %}`)],
  ['text: prototypes', text('{{ contact.constructor.constructor }}{{ contact.__proto__.polluted }}')],

  ['condition: nesting', condition(deepCondition)],
  [
    'condition: many patterns',
    condition(rows((n) => ({ field: 'event.letters', matches: `(?i)([а-я]+ ?)+${n % 7}$` }))),
  ],
  ['condition: many searches', condition(rows((n) => ({ field: 'event.long', contains: `aa${n}` })))],
  ['condition: many lists', condition(rows(() => ({ field: 'event.words', in: list })))],
  ['condition: many CEL', condition(rows(() => ({ cel: 'event.list.all(x, event.list.all(y, true))' })))],
]

describe('hostile input', () => {
  it.each(probes)('%s', (_, run) => {
    expect(cost(run)).toBeLessThan(MAX_MILLISECONDS)
  })

  it('leaves no trace on prototypes', () => {
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})
