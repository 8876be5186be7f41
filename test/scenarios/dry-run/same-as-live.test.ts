import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { canonicalJson } from '../../../src/domain/scenario/document/canonical.ts'
import { dryRun } from '../../../src/domain/scenario/dry-run/dry-run.ts'
import { scenarioCatalogue } from '../../../src/store/scenarios/catalogue.ts'
import { loadTapes } from '../../../src/store/scenarios/dry-run/load-tapes.ts'
import { addConversation, type House, openHouse } from '../../kit/house.ts'
import { publishDocument } from '../../kit/scenarios.ts'
import { type Act, Record, rulesOf } from './record.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

type Step = { [key: string]: unknown }

const condition = fc.oneof(
  fc.record({ field: fc.constant('event.text'), contains: fc.constantFrom('a', 'b', 'price') }),
  fc.record({ field: fc.constant('contact.tags'), contains: fc.constantFrom('red', 'blue') }),
  fc.record({ field: fc.constant('task.status.key'), is: fc.constantFrom('new', 'waiting', 'done') }),
  fc.record({ field: fc.constant('conversation.windowOpen'), is: fc.boolean() }),
  fc.record({ field: fc.constant('contact.fields.city'), is: fc.constantFrom('Riga', 'Oslo') }),
)
const { steps } = fc.letrec<{ steps: Step[]; step: Step }>((tie) => ({
  steps: fc.array(tie('step'), { minLength: 1, maxLength: 3 }),
  step: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom<Step>(
      {
        sendText: {
          text: 'Hello {{ contact.firstName }}, {{ task.status.name | default: "no task" }}',
          ifWindowClosed: 'skip',
        },
      },
      { tag: 'red' },
      { untag: 'red' },
      { tag: 'blue' },
      { setContactField: { field: 'city', value: 'Riga' } },
      { setContactField: { field: 'city', value: '{{ event.text | default: "Oslo" }}' } },
      { comment: { text: 'A note on {{ contact.tags | join: "," }}' } },
      { set: { count: { cel: 'vars.count + 1.0' } } },
    ),
    fc.record({ setStatus: fc.constantFrom('new', 'waiting', 'done', 'nonsense') }),
    fc.record({ setField: fc.record({ field: fc.constant('amount'), value: fc.constantFrom('1', '2') }) }),
    fc.record({ if: condition, yes: tie('steps'), no: tie('steps') }),
    fc.record({
      wait: fc.record({
        for: fc.constantFrom(['message.received'], ['task.status_changed'], ['comment.added', 'tag.added']),
        timeout: fc.constantFrom('1h', '2d'),
      }),
      onTimeout: tie('steps'),
      onInterrupt: fc.record({
        humanReply: fc.constantFrom('cancel', 'pause', 'ignore'),
        taskClosed: fc.constantFrom('cancel', 'pause', 'ignore'),
        newScenario: fc.constantFrom('cancel', 'ignore'),
      }),
    }),
    fc.record({ repeat: fc.record({ max: fc.constantFrom(1, 2) }), steps: tie('steps') }),
  ),
}))

/** Lists of steps within a step, by how they are called here. */
const LISTS: { [name: string]: string } = { yes: 'then', no: 'else', onTimeout: 'onTimeout', steps: 'steps' }

/** Steps get their ids in the order of the document. */
function numbered(list: readonly Step[], count = { n: 0 }): unknown[] {
  return list.map((step) => {
    const id = `s${++count.n}`
    const parts = Object.entries(step).map(([key, value]) => {
      const name = LISTS[key]
      return name ? [name, numbered(value as Step[], count)] : [key, value]
    })
    return { id, ...Object.fromEntries(parts) }
  })
}

const trigger = fc.oneof(
  fc.constant({ event: 'message.received' }),
  fc.record({ event: fc.constant('message.received'), when: condition }),
  fc.constantFrom({ event: 'task.status_changed' }, { event: 'tag.added' }, { event: 'task.created' }),
)
const document = (id: string) =>
  fc
    .record({
      trigger,
      steps,
      concurrency: fc.constantFrom('skip', 'restart', 'queue', 'parallel'),
      priority: fc.integer({ min: 0, max: 2 }),
    })
    .map((one) => ({
      id,
      name: id,
      ...one,
      vars: { count: { type: 'number', default: 0 } },
      steps: numbered(one.steps),
    }))
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('write' as const), text: fc.constantFrom('a', 'b', 'price', 'ab') }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('comment' as const), toClient: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('status' as const), status: fc.constantFrom('new', 'waiting', 'done') }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'time' as const }) },
)

let clients = 0
const RUNS = Number(process.env.DRY_RUN_CASES ?? 40)

it('a dry run of the version that was live writes the same records, byte for byte', { timeout: 120_000 }, async () => {
  let entries = 0
  await fc.assert(
    fc.asyncProperty(
      document('one'),
      document('two'),
      fc.array(act, { minLength: 2, maxLength: 7 }),
      async (one, two, acts) => {
        const { database } = house
        await sql`update scenarios set enabled = false`.execute(database.db)
        await sql`delete from scenario_triggers`.execute(database.db)
        const number = `1650888${String(++clients).padStart(4, '0')}`
        const ids = [
          await publishDocument(house, JSON.stringify(one)),
          await publishDocument(house, JSON.stringify(two)),
        ]
        const conversation = await addConversation(house, [{ kind: 'wa_id', value: number }])
        const record = new Record(house, conversation)
        for (const each of acts) await record.act(each)

        const from = new Date(0)
        const to = new Date(Date.now() + 40 * 86_400_000)
        const catalogue = scenarioCatalogue(database)
        for (const id of ids) {
          const [tape] = await loadTapes(database.db, [conversation], { from, to }, id)
          if (!tape) throw new Error('no tape')
          const { version } = await sql<{ version: number }>`
          select published_version as version from scenarios where id = ${id}`
            .execute(database.db)
            .then(({ rows }) => rows[0] as { version: number })
          const tested = await catalogue.byVersion(database.db, id, version)
          const versions = new Map<string, typeof tested>()
          for (const run of tape.runs) {
            versions.set(
              `${run.scenario} ${run.version}`,
              await catalogue.byVersion(database.db, run.scenario, run.version),
            )
          }
          const played = await dryRun(tape, {
            scenario: { id, key: tested.id, version, document: tested, priority: tested.priority },
            documents: { version: (scenario, v) => versions.get(`${scenario} ${v}`) ?? null, published: () => null },
            calendars: {},
            timeZone: 'UTC',
            locale: 'en',
            replyWindowHours: () => rulesOf().replyWindowHours,
            until: to.getTime(),
          })
          const really = await record.really(id)
          entries += played.runs.reduce((sum, run) => sum + run.entries.length, 0)
          expect(
            played.runs.map((run) => canonicalJson({ startEventId: run.startEventId, entries: run.entries })),
          ).toEqual(really.runs)
          expect(played.decisions.map(canonicalJson)).toEqual(really.decisions)
        }
      },
    ),
    { numRuns: RUNS, ...(process.env.DRY_RUN_SEED ? { seed: Number(process.env.DRY_RUN_SEED) } : {}) },
  )
  expect(entries).toBeGreaterThan(RUNS)
})
