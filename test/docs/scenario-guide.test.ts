import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { checkSupported } from '../../src/domain/scenario/check-supported.ts'
import { checkDocument } from '../../src/domain/scenario/document/check-document.ts'
import { findings } from '../../src/domain/scenario/document/checks/finding.ts'
import { EVENT_NAMES, EVENTS, type EventName, RECEIVED_KINDS } from '../../src/domain/scenario/document/events.ts'
import { documentJsonSchema } from '../../src/domain/scenario/document/json-schema.ts'
import { readDocument } from '../../src/domain/scenario/document/read-document.ts'
import { ACTIONS } from '../../src/domain/scenario/document/step.ts'
import { tooManyMessages } from '../../src/domain/scenario/engine/too-many-messages.ts'
import { EVALUATION_UNITS } from '../../src/domain/scenario/expressions/budget.ts'
import { COMPREHENSIONS } from '../../src/domain/scenario/expressions/cel-check.ts'
import { CEL_FUNCTIONS, CEL_METHODS } from '../../src/domain/scenario/expressions/cel-functions.ts'
import { conditionSchema, evaluateCondition } from '../../src/domain/scenario/expressions/conditions.ts'
import { ROW_OPERATORS } from '../../src/domain/scenario/expressions/operators.ts'
import { createScope, ROOTS } from '../../src/domain/scenario/expressions/scope.ts'
import { compileText, renderText } from '../../src/domain/scenario/expressions/text.ts'
import { TEXT_FILTERS } from '../../src/domain/scenario/expressions/text-filters.ts'
import {
  LIMIT_WORDS,
  MOST_DEPTH,
  MOST_RUN_STEPS,
  MOST_STARTED,
  MOST_VARIABLES,
} from '../../src/domain/scenario/interpreter/limits.ts'
import { SUPPORTED } from '../../src/domain/scenario/supported.ts'
import { anchorsOf, type Block, blocksIn, codeIn, DOCS, linksIn, PAGES, readPage, rowsIn, sectionOf } from './guide.ts'

/** The conversation of which the pages speak: Anna writes in an open task. */
const ANNA = {
  event: {
    id: 'e1',
    name: 'message.received',
    at: '2026-05-04T09:30:00.000Z',
    now: '2026-05-04T09:30:01.000Z',
    kind: 'text',
    text: 'Yes, call me at 600 12 34 56',
  },
  contact: {
    id: 'c1',
    name: 'Anna Berg',
    firstName: 'Anna',
    phone: '+34600123456',
    tags: ['newsletter', 'vip'],
    optedOut: false,
    fields: { city: 'Madrid' },
  },
  task: {
    id: 't1',
    number: 42,
    title: 'WhatsApp: Anna Berg',
    status: { key: 'in_progress', name: 'In progress', active: true },
    assigneeIds: [],
    createdAt: '2026-05-03T08:00:00.000Z',
    fields: { amount: '1200', deadline: '2026-06-01' },
  },
  conversation: { id: 'v1', windowOpen: true, lastAuthor: 'contact' },
  channel: { id: 'h1', name: 'Support', provider: 'whatsapp-cloud', kind: 'whatsapp' },
}

/** What fragments of steps stand in: a button, so that there are inputs; in an open window, as behind a message. */
const AROUND = {
  id: 'guide',
  name: 'Guide',
  trigger: {
    button: { label: 'Guide', inputs: [{ name: 'branch', type: 'choice', options: ['north', 'south'] }] },
    when: { field: 'conversation.windowOpen', is: true },
  },
  vars: {
    addresses: { type: 'map', default: { north: '1 North St' } },
    answer: { type: 'map', default: {} },
    found: { type: 'list', default: [] },
    name: { type: 'string', default: '' },
    order: { type: 'map', default: { state: '' } },
    price: { type: 'number', default: 40 },
  },
}
const END = { id: 'guide-end', stop: true }

const documentOf = ({ kind, text }: Block): string => {
  if (kind === 'yaml steps') return stringify({ ...AROUND, steps: parse(text) })
  return kind === 'yaml trigger' ? stringify({ ...AROUND, trigger: parse(text), steps: [END] }) : text
}

const all = PAGES.flatMap(blocksIn)
const written = all.filter(({ kind }) => /^yaml( steps| trigger)?$/.test(kind))
const named = (blocks: readonly Block[]) => blocks.map((block) => [`${block.page}:${block.line}`, block] as const)

/**
 * All that an author would be told of a document by `lint`, and by publishing in this version. That the body of a webhook
 * may lack what `about` reads is left out: then it leads nowhere, and nothing is started.
 */
function saidOf(text: string): unknown[] {
  const read = readDocument(text)
  if (!read.ok) return read.problems
  const { report, found } = findings(read.placeOf)
  checkSupported(read.document, SUPPORTED, report)
  return [...checkDocument(read.document, read.placeOf), ...found].filter(
    ({ code, path }) => code !== 'may_be_missing' || !/\babout\b/.test(path),
  )
}

describe('examples', () => {
  it('are all of a kind that is looked at', () => {
    const kinds = new Set(all.map(({ kind }) => kind))
    expect([...kinds].sort()).toEqual(['', 'sh', 'yaml', 'yaml conditions', 'yaml steps', 'yaml trigger'])
    expect(written.length).toBeGreaterThan(40)
  })

  it.each(named(written))('%s can be published as it stands', (_, block) => {
    expect(saidOf(documentOf(block))).toEqual([])
  })

  it.each(named(all.filter(({ kind }) => kind === 'yaml conditions')))('%s holds for Anna', (_, { text }) => {
    const made = createScope(ANNA)
    if (!made.ok) throw new Error(made.message)
    for (const written of parse(text) as unknown[]) {
      const condition = conditionSchema.parse(written)
      expect(evaluateCondition(condition, made.scope), JSON.stringify(written)).toMatchObject({ ok: true })
    }
  })

  it('are told apart: what is wrong is seen', () => {
    const [block] = written
    const wrong = (text: string) => saidOf(documentOf({ ...(block as Block), kind: 'yaml steps', text }))
    expect(wrong('- { id: a, sendTxt: { text: Hi } }')).toHaveLength(1)
    expect(wrong("- { id: a, sendText: { text: '{{ vars.nobody }}' } }")).not.toEqual([])
    expect(wrong('- { id: w, wait: { timeout: 1d } }\n- { id: a, sendText: { text: Hi } }')).toHaveLength(1)
  })
})

describe('links', () => {
  it.each(PAGES)('of %s lead somewhere', (page) => {
    const broken = linksIn(page).filter(({ file, anchor }) => {
      const path = join(DOCS, file)
      if (!existsSync(path)) return true
      return anchor !== null && (statSync(path).isDirectory() || !anchorsOf(readPage(file)).includes(anchor))
    })
    expect(broken).toEqual([])
  })
})

describe('every step', () => {
  const pages = ['scenarios/steps.md', 'scenarios/steps-flow.md'] as const
  const headings = pages.flatMap((page) =>
    readPage(page)
      .split('\n')
      .filter((line) => line.startsWith('### '))
      .map((line) => ({ page, action: line.slice(4) })),
  )

  it('has a section', () => {
    expect(headings.map(({ action }) => action).sort()).toEqual(ACTIONS.toSorted())
  })

  it.each(headings)('$action is shown in an example, with every key that it has', ({ page, action }) => {
    const section = sectionOf(page, `### ${action}`)
    const examples = [...section.matchAll(/^```yaml steps\n([\s\S]*?)^```$/gm)].map(({ 1: text = '' }) => text)
    expect(examples.join('\n')).toContain(`${action}:`)
    // Of messages, what all of them have stands once above them.
    const shared = sectionOf('scenarios/steps.md', '## Messages to the client').split('### ')[0] ?? ''
    const known = new Set([...codeIn(section), ...codeIn(shared)].flatMap((code) => code.split(/[^a-zA-Z_]+/)))
    expect(keysOf(action).filter((key) => !known.has(key))).toEqual([])
  })
})

interface Shape {
  properties?: Record<string, Shape>
  anyOf?: Shape[]
  oneOf?: Shape[]
  $ref?: string
}

/** Keys of an action's own, and those beside it. */
function keysOf(action: string): string[] {
  const { $defs } = documentJsonSchema() as { $defs: Record<string, Shape> }
  const step = ($defs.Step?.anyOf ?? []).find(({ properties }) => properties && action in properties)
  if (!step?.properties) throw new Error(`the schema has no step ${action}`)
  const value = step.properties[action] ?? {}
  const forms = [value, ...(value.anyOf ?? []), ...(value.oneOf ?? [])]
  const own = forms.flatMap(({ properties = {} }) => Object.keys(properties))
  return [...own, ...Object.keys(step.properties)].filter((key) => !['id', 'name', action].includes(key))
}

describe('every event', () => {
  const rows = rowsIn(sectionOf('scenarios/language.md', '## Events')).slice(1)
  const triggers = rows.map(([, cell = '', , waits]) => ({ cell, waits, trigger: parse(codeIn(cell)[0] ?? '') }))

  it('is in the table once', () => {
    expect(triggers.map(({ trigger }) => trigger.event).sort()).toEqual([...EVENT_NAMES].sort())
  })

  it('is on the page that says what it carries', () => {
    const told = new Set(codeIn(readPage('scenario-events.md')))
    expect(EVENT_NAMES.filter((name) => !told.has(name))).toEqual([])
  })

  it.each(triggers)('$cell is a trigger, and can be waited for or not', ({ trigger, waits }) => {
    const client = EVENTS[trigger.event as EventName].about === 'conversation' || trigger.about
    expect(saidOf(stringify({ ...AROUND, trigger, vars: {}, steps: [END] }))).toEqual([])
    expect(waits).toBe(EVENTS[trigger.event as EventName].awaited ? 'yes' : 'no')
    if (waits !== 'yes') return
    const wait = { id: 'w', wait: { for: [trigger] } }
    expect(client).toBeTruthy()
    expect(saidOf(stringify({ ...AROUND, vars: {}, steps: [wait, END] }))).toEqual([])
  })

  it('of a message names its kinds', () => {
    const row = triggers.find(({ trigger }) => trigger.event === 'message.received')
    const words = rows.find(([, cell]) => cell === row?.cell)?.[2] ?? ''
    expect(words.split(': ')[1]?.split(', ')).toEqual([...RECEIVED_KINDS])
  })
})

describe('the language', () => {
  const conditions = () => sectionOf('scenarios/language.md', '## Conditions')
  const firstCells = (heading: string) => rowsIn(sectionOf('scenarios/language.md', heading)).map(([cell = '']) => cell)

  it('names every operator, in the table and in an example', () => {
    const [example] = all.filter(({ kind }) => kind === 'yaml conditions')
    const shown = (parse(example?.text ?? '') as object[]).flatMap((row) => Object.keys(row).slice(1))
    expect([...new Set(shown)].sort()).toEqual([...ROW_OPERATORS].sort())
    const table = rowsIn(conditions().split('### CEL')[0] ?? '').slice(1)
    expect(table.flatMap(([cell = '']) => codeIn(cell)).sort()).toEqual([...ROW_OPERATORS].sort())
  })

  it('names every function of CEL', () => {
    const [, , functions, ofTexts, ofLists] = rowsIn(conditions().split('### CEL')[1] ?? '')
    const names = (row: string[] | undefined) => codeIn(row?.[1] ?? '').sort()
    expect(names(functions)).toEqual([...CEL_FUNCTIONS.keys(), 'has'].sort())
    const methods = [...new Set([...names(ofTexts), ...names(ofLists)])].sort()
    expect(methods).toEqual([...CEL_METHODS.keys(), ...COMPREHENSIONS.keys()].sort())
  })

  it('names every field that there is', () => {
    expect(
      firstCells('## Fields')
        .slice(1)
        .map((cell) => codeIn(cell)[0]?.split('.')[0]),
    ).toEqual([...ROOTS])
    for (const root of ['contact', 'task', 'conversation', 'channel'] as const) {
      const row = firstCells('## Fields').find((cell) => cell.startsWith(`\`${root}.`)) ?? ''
      const known = codeIn(row).join(' ')
      for (const key of Object.keys(ANNA[root])) expect(known).toContain(`.${key}`)
    }
  })

  const filters = rowsIn(sectionOf('scenarios/language.md', '## Texts')).slice(1)
  it.each(filters)('%s: %s gives %s', (_, example = '', result = '') => {
    const made = createScope(ANNA)
    const compiled = compileText(codeIn(example)[0] ?? '')
    if (!made.ok || !compiled.ok) throw new Error(`${example} does not compile`)
    const options = { timeZone: 'Europe/Berlin', locale: 'en', now: ANNA.event.now }
    expect(renderText(compiled.template, made.scope, options)).toEqual({ ok: true, text: result })
  })

  it('names every filter', () => {
    const shown = filters.flatMap(([names = '']) => codeIn(names))
    expect([...new Set(shown)].sort()).toEqual([...TEXT_FILTERS.keys()].sort())
  })
})

describe('guards', () => {
  const rows = rowsIn(sectionOf('scenarios/running.md', '## Guards and limits')).slice(1)
  const most = (begins: string) => rows.find(([guard = '']) => guard.startsWith(begins))?.[1] ?? ''

  it('have the numbers of the code', () => {
    const numberIn = (text: string) => Number(text.replaceAll(',', '').match(/\d+/)?.[0])
    expect(numberIn(most('steps of a run'))).toBe(MOST_RUN_STEPS)
    expect(numberIn(most('scenarios that led'))).toBe(MOST_DEPTH)
    expect(numberIn(most('scenarios that one event'))).toBe(MOST_STARTED)
    expect(numberIn(most('variables'))).toBe(MOST_VARIABLES)
    expect(numberIn(most('work of expressions'))).toBe(EVALUATION_UNITS)
    const [recent = 0, , day = 0] = most('automatic messages').match(/\d+/g)?.map(Number) ?? []
    expect([recent - 1, recent].map((count) => tooManyMessages({ recent: count, day: count }))).toEqual([false, true])
    expect([day - 1, day].map((count) => tooManyMessages({ recent: 0, day: count }))).toEqual([false, true])
  })

  it('name every code of a limit', () => {
    const named = new Set(rows.flatMap((row) => codeIn(row.join(' '))))
    expect(Object.keys(LIMIT_WORDS).filter((code) => !named.has(code))).toEqual([])
  })
})

it('the gallery is all there', () => {
  const files = readdirSync(join(DOCS, 'gallery')).filter((file) => file.endsWith('.yaml'))
  const rows = rowsIn(sectionOf('scenarios.md', '## The gallery')).slice(1)
  expect(rows.map(([link = '']) => /gallery\/([^)]+)/.exec(link)?.[1])).toEqual(files.sort())
})
