import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSession } from '../../../src/store/access/sessions.ts'
import { inTransaction } from '../../../src/store/index.ts'
import { newId } from '../../../src/store/new-id.ts'
import { addTemplate } from '../../kit/templates.ts'
import { type Desk, openDesk } from '../work/desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
  await addTemplate(desk, {
    name: 'offer',
    components: [
      { type: 'BODY', text: 'Hello {{1}}, shall we?' },
      { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Yes please' }] },
    ],
  })
})
afterAll(() => desk.close())

const ANN = { name: 'Ann Example', fields: { city: 'Riga' }, tags: ['vip'] }
const FROM = () => new Date(Date.now() - 3_600_000).toISOString()
const trial = (document: unknown, happened: unknown, rest: object = {}) =>
  desk.owner('/api/scenarios/try', { body: { document, client: ANN, from: FROM(), happened, ...rest } })

/** What was done, in short: `step outcome` or `step deed`. */
const linesOf = (after: { entries: { step: string | null; action: string; outcome: string }[] }) =>
  after.entries.map(({ step, action, outcome }) => `${step ?? action} ${outcome}`)

const ASKS = `
id: asks
name: Asks
trigger: { event: message.received, when: { field: event.text, contains: price } }
steps:
  - id: ask
    sendInteractive:
      text: 'Which one, {{ contact.firstName }} of {{ contact.fields.city }}?'
      buttons: [{ id: small, title: Small }, { id: large, title: Large }]
  - id: wait
    wait: { for: [message.received], timeout: 2d }
    onTimeout: [{ id: silent, tag: silent }, { id: remind, sendTemplate: { name: offer, body: [Ann] } }]
  - id: which
    if: { field: event.buttonPayload, is: large }
    then: [{ id: note, comment: { text: 'They want {{ event.buttonText }}' } }, { id: put, setField: { field: size, value: large } }]
  - { id: status, setStatus: waiting }
`

describe('a scenario with a made-up client', () => {
  it('says what it would write and ask, and until when it waits', async () => {
    const { status, json } = await trial(ASKS, [{ text: 'What is the price?' }])
    expect(status).toBe(200)
    expect(json).toMatchObject({ ok: true, isCut: false })
    const [first] = json.after
    expect(first.decisions).toEqual([
      expect.objectContaining({ event: 'message.received', started: true, reason: null }),
    ])
    expect(first.entries.find(({ outcome }: { outcome: string }) => outcome === 'asked')).toMatchObject({
      step: 'ask',
      answer: { outcome: 'done', error: null },
      shows: {
        text: 'Which one, Ann of Riga?',
        buttons: [
          { kind: 'reply', id: 'small', title: 'Small' },
          { kind: 'reply', id: 'large', title: 'Large' },
        ],
      },
    })
    expect(json.runs).toMatchObject([{ state: 'waiting', at: 'wait', waiting: { events: ['message.received'] } }])
    expect(Date.parse(json.nextDue) - Date.parse(json.now)).toBe(2 * 86_400_000)
    expect(json.runs[0].waiting.until).toBe(json.nextDue)
  })

  it('goes on by a button of its message; each happening has its own part', async () => {
    const { json } = await trial(ASKS, [{ text: 'price' }, { tap: { id: 'large', title: 'Large' } }])
    expect(json.after).toHaveLength(2)
    expect(linesOf(json.after[1])).toEqual([
      'wait event',
      'which branch',
      'note asked',
      'note done',
      'put asked',
      'put done',
      'status asked',
      'status done',
      'status finished',
    ])
    const note = json.after[1].entries.find(({ step }: { step: string }) => step === 'note')
    expect(note).toMatchObject({ inputs: { do: 'comment', text: 'They want Large' }, shows: null })
    expect(json.runs).toMatchObject([{ state: 'finished', waiting: null }])
    expect(json.nextDue).toBeNull()
  })

  it('lets time pass; a template is shown with its values and its buttons', async () => {
    const before = await trial(ASKS, [{ text: 'price' }])
    const { from, nextDue } = before.json
    const { json } = await trial(ASKS, [{ text: 'price' }, { until: nextDue }, { text: 'still here' }], { from })
    expect(json.from).toBe(from)
    const asked = json.after[1].entries.filter(({ outcome }: { outcome: string }) => outcome === 'asked')
    expect(asked).toMatchObject([
      { step: 'silent', at: nextDue, inputs: { do: 'tag', tag: 'silent' } },
      {
        step: 'remind',
        shows: {
          text: 'Hello Ann, shall we?',
          template: { name: 'offer', language: 'en_US' },
          buttons: [{ kind: 'template', title: 'Yes please' }],
        },
      },
      { step: 'status' },
    ])
    // The last message neither names a price nor is waited for.
    expect(json.after[2]).toMatchObject({
      entries: [],
      decisions: [{ started: false, reason: 'condition', condition: { ok: false } }],
    })
  })

  it('begins by the first word, by a button that is pressed, and knows a reply window', async () => {
    const greets = `
id: greets
name: Greets
trigger: { event: contact.first_seen }
steps:
  - { id: wait, wait: { timeout: 30h } }
  - { id: late, sendText: { text: Late, ifWindowClosed: skip } }
`
    const met = await trial(greets, [{ text: 'Hi' }])
    expect(met.json.runs).toMatchObject([{ state: 'waiting' }])
    const { from, nextDue } = met.json
    const later = await trial(greets, [{ text: 'Hi' }, { until: nextDue }], { from })
    expect(linesOf(later.json.after[1])).toContain('late skipped')
    const known = await trial(greets, [{ text: 'Hi' }], { client: { ...ANN, isNew: false } })
    expect(known.json.runs).toEqual([])

    const button = `
id: pressed
name: Pressed
trigger: { button: { label: Offer, inputs: [{ name: amount, label: Amount, type: number }] } }
steps: [{ id: say, sendText: { text: 'It costs {{ inputs.amount }}', ifWindowClosed: skip } }]
`
    const pressed = await trial(button, [{ text: 'Hi' }, { press: { inputs: { amount: 5 } } }])
    expect(pressed.json).toMatchObject({ ok: true, runs: [{ state: 'finished' }] })
    const [said] = pressed.json.after[1].entries.filter(({ outcome }: { outcome: string }) => outcome === 'asked')
    expect(said.shows.text).toBe('It costs 5')
  })

  it('shows a quick reply with its values, a list, a link; not what lacks a value', async () => {
    const quick = (shortcut: string, text: string) =>
      desk.owner('/api/quick-replies', { body: { title: shortcut, shortcut, text, shared: true } })
    await quick('greet', 'Hello {{contact.firstName}}')
    await quick('lacks', 'Born {{contact.fields.born}}')
    const shows = `
id: shows
name: Shows
trigger: { event: message.received }
steps:
  - { id: greet, sendQuickReply: { quickReply: greet } }
  - { id: lacks, sendQuickReply: { quickReply: lacks } }
  - id: list
    sendInteractive:
      text: Pick
      list: { button: Open, sections: [{ rows: [{ id: r1, title: Row one, description: The first }] }] }
  - { id: link, sendInteractive: { text: Look, link: { title: Our site, url: 'https://example.test' } } }
`
    const { json } = await trial(shows, [{ text: 'Hi' }, { tap: { id: 'r1', title: 'Row one', of: 'list' } }])
    expect(json.findings.filter(({ severity }: { severity: string }) => severity === 'error')).toEqual([])
    const asked = json.after[0].entries.filter(({ outcome }: { outcome: string }) => outcome === 'asked')
    expect(asked.map(({ shows: one }: { shows: object | null }) => one)).toMatchObject([
      { text: 'Hello Ann' },
      null as never,
      { text: 'Pick', buttons: [{ kind: 'row', id: 'r1', title: 'Row one', description: 'The first' }] },
      { text: 'Look', buttons: [{ kind: 'link', id: null, title: 'Our site' }] },
    ])
  })

  it('keeps nothing and sends nothing', async () => {
    const counts = async () => {
      const { db } = desk.database
      const count = (table: 'scenarios' | 'runs' | 'contacts' | 'tasks' | 'deliveries' | 'conversation_events') =>
        db
          .selectFrom(table)
          .select(({ fn }) => fn.countAll().as('n'))
          .executeTakeFirstOrThrow()
      return Promise.all(
        (['scenarios', 'runs', 'contacts', 'tasks', 'deliveries', 'conversation_events'] as const).map(count),
      )
    }
    const before = await counts()
    expect((await trial(ASKS, [{ text: 'price' }])).status).toBe(200)
    expect(await counts()).toEqual(before)
  })
})

describe('what cannot be tried', () => {
  it('is answered with the findings of a check, and is not played', async () => {
    for (const document of ['id: [', ASKS.replace('name: offer', 'name: gone')]) {
      const { json: checked } = await desk.owner('/api/scenarios/check', { body: { document } })
      const { status, json } = await trial(document, [{ text: 'price' }])
      expect(status).toBe(200)
      expect(json).toMatchObject({ ok: false, after: [], runs: [], findings: checked.findings })
      expect(checked.ok).toBe(false)
    }
  })

  it('is a channel of others, or none', async () => {
    const other = await desk.addChannel()
    const author = await desk.addUser('author', { channelIds: [desk.channel] })
    const cookie = `parley=${await inTransaction(desk.database.db, (tx) => startSession(tx, author, null))}`
    const body = { document: ASKS, client: ANN, happened: [{ text: 'price' }] }
    const ask = (channelId: string) => desk.ask('/api/scenarios/try', { cookie, body: { ...body, channelId } })
    expect((await ask(desk.channel)).status).toBe(200)
    for (const channel of [other, newId<never>()]) expect((await ask(channel)).status).toBe(404)
  })

  it('is for authors alone', async () => {
    const { ask } = await desk.addWorker()
    expect((await ask('/api/scenarios/try', { body: { document: ASKS, client: ANN, happened: [] } })).status).toBe(403)
  })

  it.each<[string, object, number]>([
    ['no client', { client: undefined }, 400],
    ['a client without a name', { client: { name: ' ' } }, 400],
    ['more happenings than are played', { happened: Array(201).fill({ text: 'x' }) }, 400],
    ['something unknown that happened', { happened: [{ emit: 'x' }] }, 400],
    ['a text that is too long', { happened: [{ text: 'x'.repeat(4_097) }] }, 400],
    ['fields that are too deep', { client: { ...ANN, fields: { a: nested(200) } } }, 400],
    ['fields that are too large', { client: { ...ANN, fields: { a: 'x'.repeat(30_000) } } }, 400],
    ['a moment that is none', { happened: [{ until: 'soon' }] }, 400],
    ['time that goes back', { happened: [{ text: 'x' }, { until: new Date(0).toISOString() }] }, 422],
    ['a journey of a thousand years', { happened: [{ until: '3026-01-01T00:00:00Z' }] }, 422],
    ['a beginning long ago', { from: '0001-01-01T00:00:00Z' }, 422],
  ])('refuses %s', async (_, rest, status) => {
    expect((await trial(ASKS, [], rest)).status).toBe(status)
  })

  it('takes hostile texts as texts, and as many as there may be', async () => {
    const hostile = '<img src=x onerror=alert(1)> {{ contact.phone }} \u0000 \ud800 price'
    const document = ASKS.replace('contact.firstName', 'event.text')
    const happened = Array.from({ length: 200 }, () => ({ text: hostile }))
    const { status, json } = await trial(document, happened, { client: { ...ANN, fields: { city: '{{ 1 }}' } } })
    expect(status).toBe(200)
    expect(json.after).toHaveLength(200)
    const [asked] = json.after[0].entries.filter(({ outcome }: { outcome: string }) => outcome === 'asked')
    expect(asked.shows.text).toContain('<img src=x onerror=alert(1)> {{ contact.phone }}')
    expect(asked.shows.text).toContain('{{ 1 }}')
  })

  it('ends with a scenario that waits again and again', async () => {
    const loops = `
id: loops
name: Loops
trigger: { event: message.received }
steps:
  - id: again
    repeat: { while: { field: task.status.active, is: true }, max: 500 }
    steps: [{ id: w, wait: { timeout: 1m } }]
`
    const until = new Date(Date.now() + 30 * 86_400_000).toISOString()
    const { status, json } = await trial(loops, [{ text: 'x' }, { until }])
    expect([status, json.ok]).toEqual([200, true])
    expect(json.after).toHaveLength(2)
    expect(['finished', 'failed', 'blocked']).toContain(json.runs[0].state)
  })
})

function nested(levels: number): unknown {
  return levels === 0 ? 1 : { a: nested(levels - 1) }
}
