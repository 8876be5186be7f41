import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConversationId, ScenarioId } from '../../../src/domain/ids.ts'
import { readDocument } from '../../../src/domain/scenario/document/read-document.ts'
import { type DryRunReport, dryRunScenario } from '../../../src/store/scenarios/dry-run/dry-run-scenario.ts'
import { addConversation, type House, openHouse } from '../../kit/house.ts'
import { publishDocument } from '../../kit/scenarios.ts'
import { type Act, Record, rulesOf } from './record.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

let clients = 0
let scenarios = 0

/** Publishes a scenario, lets things happen, and tries another document over what happened. */
async function tried(
  live: (id: string) => string | null,
  acts: readonly Act[],
  draft: (id: string) => string,
  until = new Date(Date.now() + 30 * 86_400_000),
): Promise<DryRunReport & { conversation: ConversationId }> {
  const key = `tried-${++scenarios}`
  const text = live(key)
  const id = text === null ? null : await publishDocument(house, text)
  const conversation = await addConversation(house, [
    { kind: 'wa_id', value: `1650777${String(++clients).padStart(4, '0')}` },
  ])
  const record = new Record(house, conversation)
  for (const act of acts) await record.act(act)
  if (id) await house.database.db.deleteFrom('scenario_triggers').where('scenario_id', '=', id).execute()
  const report = await over(conversation, id, draft(key), until)
  return { ...report, conversation }
}

async function over(
  conversation: ConversationId,
  id: ScenarioId | null,
  text: string,
  to: Date,
): Promise<DryRunReport> {
  const read = readDocument(text)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const stretch = { from: new Date(0), to, conversations: [conversation], channels: null }
  const tested = { id, document: read.document, version: 0 }
  return dryRunScenario(house.database, tested, stretch, { after: null, rulesOf: rulesOf as never })
}

const REPLY =
  (text: string, when = '') =>
  (id: string) =>
    `
id: ${id}
name: Reply
trigger: { event: message.received${when} }
steps: [ { id: s1, sendText: { text: '${text}' } } ]
`
const write = (text: string) => ({ do: 'write' as const, text })
const status = (to: string): Act => ({ do: 'status', status: to })
const texts = (deeds: { with: { text?: unknown } }[]) => deeds.map((deed) => deed.with.text)

describe('a dry run of a changed draft', () => {
  it('says nothing of what is the same', async () => {
    const report = await tried(REPLY('Hello'), [write('Hi'), write('Are you there?')], REPLY('Hello'))
    expect(report).toMatchObject({
      conversations: 1,
      runs: { would: 2, did: 2 },
      messages: { would: 2, did: 2 },
      diffs: [],
      next: null,
    })
  })

  it('says what would have been said in other words', async () => {
    const report = await tried(REPLY('Hello'), [write('Hi')], REPLY('Good day, {{ contact.firstName }}'))
    expect(report.diffs).toMatchObject([{ kind: 'differs', first: { step: 's1' } }])
    const [diff] = report.diffs
    expect(texts(diff?.would as never)).toEqual(['Good day, Sheena'])
    expect(texts(diff?.did as never)).toEqual(['Hello'])
    expect(diff?.would[0]?.outcome).toBe('done')
  })

  it('finds runs that would have been, and those that would not', async () => {
    const report = await tried(
      REPLY('Hello', ', when: { field: event.text, contains: one }'),
      [write('one'), write('two')],
      REPLY('Hello', ', when: { field: event.text, contains: two }'),
    )
    expect(report.runs).toEqual({ would: 1, did: 1 })
    expect(report.diffs.map(({ kind }) => kind).sort()).toEqual(['only_dry', 'only_live'])
  })

  it('tries a scenario that was never there, on events that nobody listened to', async () => {
    const report = await tried(
      () => null,
      [write('Hi'), status('done')],
      (id) => `
id: ${id}
name: Ask how it was
trigger: { event: task.status_changed, when: { field: task.status.active, is: false } }
steps: [ { id: ask, sendText: { text: 'How was it? {{ task.status.name }}', ifWindowClosed: skip } } ]
`,
    )
    expect(report).toMatchObject({ runs: { would: 1, did: 0 }, messages: { would: 1, did: 0 } })
    expect(texts(report.diffs[0]?.would as never)).toEqual(['How was it? Done'])
  })

  it('lets its own deadlines pass by themselves, and the closed window be met', async () => {
    const report = await tried(
      () => null,
      [{ ...write('Hi'), at: new Date(Date.now() - 10 * 86_400_000) }],
      (id) => `
id: ${id}
name: Remind
trigger: { event: message.received }
steps:
  - id: w
    wait: { for: [message.received], timeout: 3d }
    onTimeout: [ { id: t, tag: silent }, { id: r, sendText: { text: 'Still there?', ifWindowClosed: skip } } ]
`,
    )
    expect(report.messages.would).toBe(0)
    const [diff] = report.diffs
    expect(diff?.would.map((deed) => [deed.step, deed.outcome])).toEqual([['t', 'done']])
    const waited = (diff?.would[0]?.at ?? 0) - (diff?.at ?? 0)
    expect(waited).toBe(3 * 86_400_000)
  })

  it('does not wait for deadlines behind the end of the stretch', async () => {
    const report = await tried(
      () => null,
      [write('Hi')],
      (id) => `
id: ${id}
name: Remind
trigger: { event: message.received }
steps: [ { id: w, wait: { timeout: 3d } }, { id: t, tag: silent } ]
`,
      new Date(Date.now() + 60_000),
    )
    expect(report.diffs[0]?.would).toEqual([])
  })

  const closing = (step: string) => (id: string) =>
    `
id: ${id}
name: Close
trigger: { event: message.received, when: { field: event.text, is: bye } }
steps:
  - ${step}
  - { id: w, wait: { for: [message.received], timeout: 1h }, onInterrupt: { taskClosed: ignore } }
  - if: { field: task.status.key, is: done }
    id: i
    then: [ { id: closed, comment: { text: it is closed } } ]
    else: [ { id: open, comment: { text: it is open } } ]
`
  it('does not see what the live one did and it would not have done', async () => {
    const acts = [write('bye'), write('more')]
    const closes = closing('{ id: s, setStatus: done }')
    // The next message opens a new task for the conversation: the run's own one stays as it is.
    const same = await tried(closes, acts, closes)
    expect(same.diffs).toEqual([])
    const report = await tried(closes, acts, closing('{ id: s, tag: farewell }'))
    const [diff] = report.diffs
    expect(diff?.kind).toBe('differs')
    expect(diff?.would.at(-1)?.with.text).toBe('it is open')
  })

  it('sees what it did itself, until a person does something else', async () => {
    const draft = (id: string) => `
id: ${id}
name: Wait
trigger: { event: message.received, when: { field: event.text, is: hold } }
steps:
  - { id: s, setStatus: waiting }
  - { id: w, wait: { for: [message.received], timeout: 1h } }
  - { id: c, comment: { text: '{{ task.status.key }}' } }
`
    const alone = await tried(() => null, [write('hold'), write('go')], draft)
    expect(texts(alone.diffs[0]?.would.slice(-1) as never)).toEqual(['waiting'])
    const changed = await tried(() => null, [write('hold'), status('in_progress'), write('go')], draft)
    expect(texts(changed.diffs[0]?.would.slice(-1) as never)).toEqual(['in_progress'])
  })

  it('hears what its own deeds lead to', async () => {
    const report = await tried(
      () => null,
      [write('listen'), write('tag')],
      (id) => `
id: ${id}
name: Two ways
trigger: { event: message.received }
concurrency: parallel
steps:
  - id: i
    if: { field: event.text, is: listen }
    then: [ { id: w, wait: { for: [ { event: tag.added, tag: vip } ], timeout: 1h } }, { id: heard, comment: { text: heard } } ]
    else: [ { id: t, tag: vip }, { id: again, tag: vip } ]
`,
    )
    expect(report.diffs.map(({ would }) => would.map(({ do: does }) => does))).toEqual([['comment'], ['tag', 'tag']])
  })

  it('stops speaking where a person would have to look at it', async () => {
    const report = await tried(
      () => null,
      [write('Hi')],
      (id) => `
id: ${id}
name: Talkative
trigger: { event: message.received }
limits: { messages: 10 }
steps:
${[1, 2, 3, 4, 5, 6].map((n) => `  - { id: s${n}, sendText: { text: 'No. ${n}' } }`).join('\n')}
`,
    )
    expect(report.messages.would).toBe(5)
    expect(report.diffs[0]?.would.at(-1)).toMatchObject({ step: 's6', outcome: 'blocked' })
  })

  it('never invents what another system would have answered', async () => {
    const report = await tried(
      () => null,
      [write('Hi')],
      (id) => `
id: ${id}
name: Look
trigger: { event: message.received }
vars: { found: { type: list } }
steps:
  - { id: before, tag: looked }
  - { id: f, find: { tasks: { field: task.status.key, is: new }, limit: 5, into: found } }
  - { id: after, tag: never }
`,
    )
    expect(report.unknown).toBe(1)
    expect(report.diffs[0]).toMatchObject({ unknownFrom: 'f' })
    expect(report.diffs[0]?.would.map(({ step }) => step)).toEqual(['before', 'f'])
  })

  it('goes on behind a cursor and sees only the channels it may see', async () => {
    const report = await tried(REPLY('Hello'), [write('Hi')], REPLY('Hello'))
    const read = readDocument(REPLY('x')('x-1'))
    if (!read.ok) throw new Error('unreadable')
    const tested = { id: null, document: read.document, version: 0 }
    const stretch = { from: new Date(0), to: new Date(), conversations: [report.conversation] }
    const options = { after: null, rulesOf: rulesOf as never }
    const seen = (channels: (typeof house.channel)[] | null, after: ConversationId | null = null) =>
      dryRunScenario(house.database, tested, { ...stretch, channels }, { ...options, after })
    expect((await seen(null)).conversations).toBe(1)
    expect((await seen([house.channel])).conversations).toBe(1)
    expect((await seen([])).conversations).toBe(0)
    expect((await seen(null, report.conversation)).conversations).toBe(0)
  })
})
