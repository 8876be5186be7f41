import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  type CampaignId,
  type ConversationId,
  campaignWorkflowIdOf,
  type HouseEventId,
  houseWorkflowIdOf,
} from '../../src/domain/ids.ts'
import { compareMoments } from '../../src/operations/repair/compare-moments.ts'
import { eventually } from '../kit/eventually.ts'
import { SECRET_KEY } from '../kit/house.ts'
import { houseEventsOf, runsWithoutClient, skipHouseTime, timeHasCome } from '../kit/house-runs.ts'
import { openRunningHouse, type RunningHouse } from '../kit/running-house.ts'
import { publishDocument } from '../kit/scenarios.ts'
import { skipTime } from '../kit/skip-time.ts'
import { addTemplate } from '../kit/templates.ts'
import { momentToReturnTo } from './moment.ts'
import { parley, type Ran, urlOfDatabase } from './parley.ts'

/**
 * The database goes back to an earlier moment while Temporal has gone on, or Temporal loses what it knew: what waits for
 * a time, runs without a client and mailings (repair.test.ts: messages).
 */
let house: RunningHouse
let directory: string
async function open(options: { worker?: boolean } = {}): Promise<void> {
  ;[house, directory] = await Promise.all([openRunningHouse(options), mkdtemp(join(tmpdir(), 'parley-set-back-'))])
  await addTemplate(house, { name: 'hello_world', body: 'Welcome and congratulations!!' })
}
beforeEach(() => async () => {
  await house.close()
  await rm(directory, { recursive: true, force: true })
})

const momentNow = () => momentToReturnTo(house.database, join(directory, 'moment'))
const query = async (text: string, values: unknown[] = []) => (await house.database.pool.query(text, values)).rows
const idle = () =>
  eventually(async () => expect(await query('select from conversations where worked_seq < last_seq')).toEqual([]))

async function repair(...args: string[]): Promise<Ran> {
  const ran = await parley(['repair', '--json', ...args], {
    DATABASE_URL: urlOfDatabase(house.database),
    TEMPORAL_ADDRESS: house.temporalAddress,
    PARLEY_QUEUE_PREFIX: house.queuePrefix,
    PARLEY_SECRET_KEY: SECRET_KEY,
  })
  expect([ran.code, ran.err]).toEqual([0, ''])
  return ran
}
/** Once the engine's lists show what has just happened. */
const repairShows = (wanted: object, ...args: string[]) =>
  eventually(async () => {
    const ran = await repair(...args)
    expect(ran.json).toMatchObject(wanted)
    return ran.json
  })
/** The skipped time is everybody's: the holds of others of the same mailing may have ended, too. */
const including = (conversation: ConversationId) => expect.arrayContaining([expect.objectContaining({ conversation })])
const SOUND = { ahead: [], missing: [], strangers: [], missingBeside: [], doubtful: null }

/** Timers that a workflow's present run has begun, in days. */
async function timersOf(workflowId: string): Promise<number[]> {
  const { events } = await house.temporal.workflow.getHandle(workflowId).fetchHistory()
  return (events ?? []).flatMap(({ timerStartedEventAttributes: timer }) =>
    timer ? [Number(timer.startToFireTimeout?.seconds ?? 0) / 86_400] : [],
  )
}

describe('a hold', () => {
  const NUMBERS = ['16505558101', '16505558102', '16505558103', '16505558104']
  const HELD = NUMBERS.at(-1) ?? ''

  /** A mailing's fourth message is kept out of the task. @returns its conversation */
  async function hold(): Promise<ConversationId> {
    let conversation = '' as ConversationId
    for (const number of NUMBERS) {
      const order = { channelId: house.channel, to: `+${number}`, template: { name: 'hello_world', language: 'en_US' } }
      const { body } = await house.api<{ conversationId: ConversationId }>('POST', '/api/messages', order)
      conversation = body.conversationId
    }
    await stateIs(conversation, 'held')
    await eventually(async () => {
      expect(await query("select from deliveries where state not in ('delivered', 'read')")).toEqual([])
    })
    await idle()
    return conversation
  }
  const stateIs = (conversation: ConversationId, state: string) =>
    eventually(async () => {
      const rows = await query('select state from outgoing_messages where conversation_id = $1', [conversation])
      expect(rows).toEqual([{ state }])
    })
  const texts = (conversation: ConversationId) =>
    query("select text, bulk from comments where conversation_id = $1 and kind <> 'system' and task_id is not null", [
      conversation,
    ])

  it('that ended by its timer, and in the database has not: found, held anew, and the reply is heard', async () => {
    await open()
    const conversation = await hold()
    const goBack = await momentNow()
    await skipTime(house, conversation)
    await stateIs(conversation, 'expired')
    await idle()
    await goBack()
    await stateIs(conversation, 'held')

    // Nobody was told by a signal: the workflow entered the end of the hold by itself, and the reply takes its number.
    await house.phone({ from: HELD, name: 'Held', text: 'Yes?' })
    const ahead = including(conversation)
    const dry = await repairShows({ applied: false, ahead })
    expect(dry.doubtful).toEqual({ deliveries: 0, campaigns: 0 })
    expect(await texts(conversation)).toEqual([])

    expect((await repair('--apply')).json).toMatchObject({ applied: true, ahead })
    await stateIs(conversation, 'replied')
    expect(await texts(conversation)).toEqual([
      { text: 'Welcome and congratulations!!', bulk: true },
      { text: 'Yes?', bulk: false },
    ])
    expect((await house.phoneMessages(HELD)).filter(({ direction }) => direction === 'to_client')).toHaveLength(1)
    await repairShows(SOUND)
  }, 120_000)

  it('keeps its month after the repair, and ends once', async () => {
    await open()
    const conversation = await hold()
    const goBack = await momentNow()
    await skipTime(house, conversation)
    await stateIs(conversation, 'expired')
    await idle()
    await goBack()
    await repairShows({ ahead: including(conversation) })
    await repair('--apply')
    await eventually(async () => {
      expect((await timersOf(`conversation-${conversation}`)).some((days) => days > 27 && days < 32)).toBe(true)
    })
    await stateIs(conversation, 'held')
    await skipTime(house, conversation)
    await stateIs(conversation, 'expired')
    expect(await query("select from audit_log where action = 'hold.expired'")).toHaveLength(1)
  }, 120_000)

  it('whose workflow the engine has lost has its timer again', async () => {
    await open()
    const conversation = await hold()
    await house.workflowOf(conversation).terminate('the engine lost its data')
    await repairShows({ ahead: [], missing: [{ id: conversation }], doubtful: null })
    await repair('--apply')
    await eventually(async () => {
      expect((await timersOf(`conversation-${conversation}`)).some((days) => days > 27 && days < 32)).toBe(true)
    })
    await skipTime(house, conversation)
    await stateIs(conversation, 'expired')
    await repairShows(SOUND)
  }, 120_000)
})

describe('a conversation', () => {
  it('whose last message was worked off, and in the database was not: found, and worked off', async () => {
    await open({ worker: false })
    await house.phone({ from: '16505558201', name: 'Ann', text: 'Hello?' })
    const id = await eventually(async () => {
      const [row] = await query('select id from conversations')
      if (!row) throw new Error('not stored yet')
      return row.id
    })
    const goBack = await momentNow()
    await house.restartWorker()
    const worked = () => eventually(async () => expect(await query('select text from comments')).toHaveLength(1))
    await worked()
    await goBack()
    expect(await query('select from comments')).toEqual([])
    await repairShows({ ahead: [{ conversation: id, heard: 1, stored: 1, worked: 1 }], missing: [] })
    await repair('--apply')
    await worked()
    expect(await query('select from tasks')).toHaveLength(1)
  }, 120_000)

  it('in which something happens while it is looked at is not taken for one of the future', async () => {
    await open()
    const from = '16505558202'
    const write = async (text: string) => {
      await house.phone({ from, name: 'Ann', text })
      await eventually(async () => expect(await query('select from comments where text = $1', [text])).toHaveLength(1))
    }
    await write('one')
    const [{ id }] = await query('select id from conversations')
    // Between every question to the engine and its answer another message comes, and is worked off.
    let messages = 1
    const { workflow } = house.temporal
    const busy = Object.assign(Object.create(house.temporal), {
      workflow: Object.assign(Object.create(workflow), {
        getHandle: (...args: Parameters<typeof workflow.getHandle>) => {
          const handle = workflow.getHandle(...args)
          const fetchHistory = async () => {
            await write(`message ${++messages}`)
            return workflow.getHandle(...args).fetchHistory()
          }
          return Object.assign(Object.create(handle), { describe: () => handle.describe(), fetchHistory })
        },
      }),
    })
    await eventually(async () => {
      const found = await compareMoments(house.database.db, busy, house.queuePrefix)
      expect(found).toMatchObject({ ahead: [], looked: 1 })
    })
    expect(messages).toBeGreaterThan(1)
    expect(id).toBeTruthy()
  }, 120_000)
})

describe('a run without a client', () => {
  const waits = (key: string, emits: string) => `
id: ${key}
name: ${key}
trigger: { event: schedule, cron: '0 9 * * *', timeZone: UTC }
vars: { done: { type: boolean, default: false } }
steps:
  - { id: first, wait: { timeout: 20d } }
  - { id: end, set: { done: true } }
  - { id: tell, emit: { event: ${emits} } }
limits: { lifetime: 60d }
`
  const isWaiting = (scenario: Parameters<typeof runsWithoutClient>[1]) =>
    eventually(async () => {
      const runs = await runsWithoutClient(house, scenario)
      expect(runs.map(({ state }) => state)).toEqual(['waiting'])
      return runs[0]?.house_event_id as HouseEventId
    })
  const isFinished = (scenario: Parameters<typeof runsWithoutClient>[1]) =>
    eventually(async () => {
      const runs = await runsWithoutClient(house, scenario)
      expect(runs.map(({ state, run }) => [state, run.vars])).toEqual([['finished', { done: true }]])
    })
  const waitsFor = (event: HouseEventId, days: number) =>
    eventually(async () => {
      const timers = await timersOf(houseWorkflowIdOf(event))
      expect(timers.some((one) => one > days - 1 && one <= days)).toBe(true)
    })

  it('that has ended, and in the database waits: it waits anew at once, and ends once; one that never was is ended', async () => {
    await open()
    const scenario = await publishDocument(house, waits('reminds', 'reminded'))
    await timeHasCome(house, scenario)
    const event = await isWaiting(scenario)
    await waitsFor(event, 20)
    const goBack = await momentNow()
    await skipHouseTime(house, event)
    await isFinished(scenario)
    await house.temporal.workflow.getHandle(houseWorkflowIdOf(event)).result()
    const other = await publishDocument(house, waits('other', 'other'))
    await timeHasCome(house, other)
    const stranger = houseWorkflowIdOf(await isWaiting(other))
    await goBack()
    expect((await houseEventsOf(house, 'schedule')).map(({ id }) => id)).toEqual([event])

    await repairShows({
      applied: false,
      ahead: [],
      strangers: [stranger],
      missingBeside: [{ kind: 'house', id: event }],
      doubtful: { deliveries: 0, campaigns: 0 },
    })
    await repair('--apply')
    const { status } = await house.temporal.workflow.getHandle(stranger).describe()
    expect(status.name).toBe('TERMINATED')
    await waitsFor(event, 20)
    await skipHouseTime(house, event)
    await isFinished(scenario)
    expect(await query('select from runs')).toHaveLength(1)
    await repairShows(SOUND)
  }, 120_000)

  it('that waits for something later than the database says is told of it', async () => {
    await open()
    const scenario = await publishDocument(
      house,
      `
id: twice
name: Twice
trigger: { event: schedule, cron: '0 9 * * *', timeZone: UTC }
vars: { first: { type: boolean, default: false } }
steps:
  - { id: one, wait: { timeout: 15s } }
  - { id: note, set: { first: true } }
  - { id: two, wait: { timeout: 40d } }
limits: { lifetime: 90d }
`,
    )
    await timeHasCome(house, scenario)
    const event = await isWaiting(scenario)
    const goBack = await momentNow()
    const isOn = () =>
      eventually(async () => {
        const [run] = await runsWithoutClient(house, scenario)
        expect([run?.state, run?.run.vars]).toEqual(['waiting', { first: true }])
      })
    expect((await runsWithoutClient(house, scenario))[0]?.run.vars).toEqual({ first: false })
    await waitsFor(event, 40)
    await isOn()
    await goBack()
    expect((await runsWithoutClient(house, scenario))[0]?.run.vars).toEqual({ first: false })
    // Its workflow waits for the second one; the sweep would find out a minute after the first was due.
    await repair('--apply', '--restored')
    await isOn()
  }, 120_000)

  it('whose workflow the engine has lost begins anew at once', async () => {
    await open()
    const scenario = await publishDocument(house, waits('lost', 'lost'))
    await timeHasCome(house, scenario)
    const event = await isWaiting(scenario)
    await house.temporal.workflow.getHandle(houseWorkflowIdOf(event)).terminate('the engine lost its data')
    const wanted = { strangers: [], missingBeside: [{ kind: 'house', id: event }], doubtful: null }
    await repairShows({ ...wanted, applied: false })
    expect((await repair('--apply')).json).toMatchObject({ ...wanted, applied: true })
    await waitsFor(event, 20)
    await skipHouseTime(house, event)
    await isFinished(scenario)
    await repairShows(SOUND)
  }, 120_000)
})

describe('a mailing', () => {
  const create = async (count: number, more: object = {}) => {
    const { status, body } = await house.api<{ id: CampaignId }>('POST', '/api/campaigns', {
      channelId: house.channel,
      name: 'News',
      template: { name: 'hello_world', language: 'en_US' },
      recipients: Array.from({ length: count }, (_, n) => ({ to: `+1650777${String(n).padStart(4, '0')}` })),
      ...more,
    })
    expect(status).toBe(201)
    return body.id
  }
  const stateOf = async (id: CampaignId) =>
    (await house.api<{ state: string }>('GET', `/api/campaigns/${id}`)).body.state
  const becomes = (id: CampaignId, state: string) => eventually(async () => expect(await stateOf(id)).toBe(state))
  /** How often each number was called. */
  const calls = async () => {
    const byNumber = new Map<unknown, number>()
    for (const { to } of await house.calls()) byNumber.set(to, (byNumber.get(to) ?? 0) + 1)
    return [...byNumber.values()]
  }

  it('that was sent, and in the database waits for its day: it stands paused, and reaches nobody a second time', async () => {
    await open()
    const id = await create(3, { scheduleAt: new Date(Date.now() + 86_400_000).toISOString() })
    await eventually(async () =>
      expect(await query('select from campaigns where heard_at is not null')).toHaveLength(1),
    )
    const goBack = await momentNow()
    expect((await house.api('POST', `/api/campaigns/${id}/start`, {})).status).toBe(200)
    await becomes(id, 'finished')
    await eventually(async () => expect(await calls()).toEqual([1, 1, 1]))
    await goBack()
    expect(await stateOf(id)).toBe('scheduled')

    await repairShows({ missingBeside: [{ kind: 'campaign', id }] })
    const applied = await repair('--apply', '--restored')
    expect(applied.json.doubtful).toEqual({ deliveries: 0, campaigns: 1 })
    expect(await stateOf(id)).toBe('paused')
    // Its workflow, told by whoever likes, finds nothing to do, however late it is.
    await house.signalCampaign(id)
    await house.temporal.connection.workflowService.updateWorkflowExecutionOptions({
      namespace: 'default',
      workflowExecution: { workflowId: campaignWorkflowIdOf(id) },
      workflowExecutionOptions: { timeSkippingConfig: { enabled: true } },
      updateMask: { paths: ['time_skipping_config'] },
    })
    expect((await house.api('POST', `/api/campaigns/${id}/stop`, {})).status).toBe(200)
    await house.temporal.workflow.getHandle(campaignWorkflowIdOf(id)).result()
    expect(await calls()).toEqual([1, 1, 1])
    await repairShows(SOUND)
  }, 120_000)

  it('in the middle of which the database is set back stands paused: whom it has no record of is called by nobody', async () => {
    await open()
    await house.api('PATCH', `/api/channels/${house.channel}`, { pacing: { perSecond: 5 } })
    const id = await create(40)
    await eventually(async () => expect((await calls()).length).toBeGreaterThan(3))
    const goBack = await momentNow()
    const [{ taken }] = await query("select count(*)::int as taken from campaign_recipients where state <> 'queued'")
    expect(taken).toBeLessThan(40)
    await becomes(id, 'finished')
    await eventually(async () => expect(await calls()).toHaveLength(40))
    await goBack()
    const applied = await repair('--apply', '--restored')
    expect(applied.json.doubtful).toMatchObject({ campaigns: 1 })
    expect(await stateOf(id)).toBe('paused')
    await house.signalCampaign(id)
    await eventually(async () => {
      expect(await query('select from campaigns where heard_at > changed_at')).toHaveLength(1)
    })
    await idle()
    expect((await calls()).every((count) => count === 1)).toBe(true)
    expect(await query("select from deliveries where state in ('queued', 'sending')")).toEqual([])
  }, 120_000)

  it('whose workflow the engine has lost in the middle goes on at once, and calls nobody twice', async () => {
    await open()
    await house.api('PATCH', `/api/channels/${house.channel}`, { pacing: { perSecond: 5 } })
    const id = await create(30)
    await eventually(async () => expect((await calls()).length).toBeGreaterThan(3))
    await house.temporal.workflow.getHandle(campaignWorkflowIdOf(id)).terminate('the engine lost its data')
    await repairShows({ missingBeside: [{ kind: 'campaign', id }], strangers: [], doubtful: null })
    await repair('--apply')
    await becomes(id, 'finished')
    const made = await calls()
    expect(made.every((count) => count === 1)).toBe(true)
    const unknown = await query("select from deliveries where state = 'unknown'")
    expect(made.length + unknown.length).toBeGreaterThanOrEqual(30)
    expect(await query("select from deliveries where state in ('queued', 'sending')")).toEqual([])
  }, 120_000)
})
