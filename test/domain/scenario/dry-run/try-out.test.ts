import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ScenarioId } from '../../../../src/domain/ids.ts'
import { readDocument } from '../../../../src/domain/scenario/document/read-document.ts'
import {
  type MadeUpHappening,
  type MadeUpRecord,
  momentsOf,
} from '../../../../src/domain/scenario/dry-run/made-up-record.ts'
import { type TriedOut, tryOut } from '../../../../src/domain/scenario/dry-run/try-out.ts'
import { publishedScenario } from '../../../../src/domain/scenario/engine/published-scenario.ts'
import { DEFAULT_STATUSES } from '../../../../src/domain/task.ts'

const FROM = Date.parse('2026-03-02T09:00:00Z')
const HOUR = 3_600_000
const RUNS = Number(process.env.TRY_OUT_RUNS ?? 60)

const gallery = join(import.meta.dirname, '../../../../docs/gallery')
const texts = readdirSync(gallery)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(join(gallery, name), 'utf8'))

async function tried(text: string, happened: readonly MadeUpHappening[]): Promise<TriedOut> {
  const read = readDocument(text)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const record: MadeUpRecord = {
    client: { name: 'Ann Example', phone: '+3711', fields: { language: 'en' }, tags: ['vip'], isNew: true },
    channel: { id: 'c', name: 'Shop', provider: 'whatsapp_cloud', kind: 'whatsapp' },
    task: { title: 'Ann', statuses: [...DEFAULT_STATUSES], fields: {} },
    from: FROM,
    happened,
  }
  const moments = momentsOf(record)
  if (!moments) throw new Error('time goes back')
  return tryOut(record, moments, {
    scenario: publishedScenario('tried' as ScenarioId, 0, read.document),
    documents: { version: () => null, published: () => null },
    calendars: {},
    timeZone: 'UTC',
    locale: 'en',
    replyWindowHours: () => 24,
  })
}

describe('time in a made-up record', () => {
  it('goes on by a second with each deed, and to where it is told', () => {
    const happened: MadeUpHappening[] = [
      { kind: 'text', text: 'a' },
      { kind: 'until', at: FROM + HOUR },
      { kind: 'press', inputs: {} },
    ]
    expect(momentsOf({ from: FROM, happened })).toEqual([FROM + 1_000, FROM + HOUR, FROM + HOUR + 1_000])
    expect(momentsOf({ from: FROM, happened: [] })).toEqual([])
  })

  it('never stands still or goes back', () => {
    for (const at of [FROM, FROM - 1]) expect(momentsOf({ from: FROM, happened: [{ kind: 'until', at }] })).toBeNull()
  })
})

describe('a wait', () => {
  const WAITS = `
id: waits
name: Waits
trigger: { event: message.received }
concurrency: skip
steps:
  - { id: one, wait: { timeout: 1h } }
  - { id: first, tag: first }
  - { id: two, wait: { timeout: 1h } }
  - { id: second, tag: second }
`
  const tags = ({ after }: TriedOut) =>
    after.map(({ entries }) => entries.filter(({ outcome }) => outcome === 'asked').map(({ step }) => step))

  it('that ends while time passes belongs to that time; one that ends later does not', async () => {
    const until = (hours: number): MadeUpHappening => ({ kind: 'until', at: FROM + hours * HOUR })
    const text: MadeUpHappening = { kind: 'text', text: 'Hi' }
    const half = await tried(WAITS, [text, until(0.5)])
    expect(tags(half)).toEqual([[], []])
    expect(half.nextDue).toBe(FROM + 1_000 + HOUR)
    expect(tags(await tried(WAITS, [text, until(1.5), until(3)]))).toEqual([[], ['first'], ['second']])
    expect(tags(await tried(WAITS, [text, until(3)]))).toEqual([[], ['first', 'second']])
  })
})

it('ends with a scenario that does so much that nobody would read it', async () => {
  const BUSY = `
id: busy
name: Busy
trigger: { event: message.received }
steps:
  - id: again
    repeat: { max: 500 }
    steps: [{ id: put, setContactField: { field: a, value: '{{ event.text }}' } }]
`
  const happened = Array.from({ length: 200 }, (): MadeUpHappening => ({ kind: 'text', text: 'x'.repeat(4_096) }))
  const { isCut, after } = await tried(BUSY, happened)
  expect([isCut, after.length]).toEqual([true, 200])
  expect(JSON.stringify(after).length).toBeLessThan(2_500_000)
})

const happenings = fc.array(
  fc.oneof(
    fc.constantFrom('hello', 'price', 'stop', 'address', '5').map((text) => ({ kind: 'text' as const, text })),
    fc.constantFrom('1', 'yes').map((id) => ({ kind: 'tap' as const, id, title: id, of: 'reply' as const })),
    fc.constant({ kind: 'press' as const, inputs: { branch: 'north' } }),
    fc.integer({ min: 2, max: 60 }).map((hours) => ({ kind: 'later' as const, hours })),
  ),
  { minLength: 1, maxLength: 8 },
)

it('plays every scenario of the gallery; what was said stays said when more happens', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...texts), happenings, async (text, given) => {
      let now = FROM
      const happened = given.map((one): MadeUpHappening => {
        now += one.kind === 'later' ? one.hours * HOUR : 1_000
        return one.kind === 'later' ? { kind: 'until', at: now } : one
      })
      const whole = await tried(text, happened)
      const before = await tried(text, happened.slice(0, -1))
      expect(whole.after).toHaveLength(happened.length)
      expect(whole.after.slice(0, -1)).toEqual(before.after)
      for (const [place, { at, entries }] of whole.after.entries()) {
        const start = whole.after[place - 1]?.at ?? FROM
        for (const entry of entries) expect(entry.at > start && entry.at <= at).toBe(true)
      }
      // None of the lines is lost.
      const told = whole.after.flatMap(({ entries }) => entries)
      expect(new Set(told.map(({ run, n }) => `${run}/${n}`)).size).toBe(told.length)
      if (whole.nextDue !== null) expect(whole.nextDue).toBeGreaterThan(now)
    }),
    { numRuns: RUNS },
  )
})
