import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { TURN_OVER } from '../../src/domain/conversation-workflow.ts'
import {
  type AttachmentId,
  type CampaignId,
  type ConversationId,
  campaignWorkflowIdOf,
  type HouseEventId,
  houseWorkflowIdOf,
  importedFileWorkflowIdOf,
  type WebhookId,
  webhookWorkflowIdOf,
  workflowIdOf,
} from '../../src/domain/ids.ts'
import { sign } from '../intake/webhook-server.ts'
import { eventually } from '../kit/eventually.ts'
import { runsWithoutClient, timeHasCome } from '../kit/house-runs.ts'
import { json, type OutsideServer, openOutsideServer } from '../kit/outside-server.ts'
import { openRunningHouse, PHONE_NUMBER_ID, type RunningHouse } from '../kit/running-house.ts'
import { publishDocument } from '../kit/scenarios.ts'
import { addTemplate } from '../kit/templates.ts'

/**
 * Plays conversations through everything the workflow can do, and checks that their histories hold it. With
 * `PARLEY_RECORD=<version>` they are written to test/replay/histories, to be replayed by every later version:
 * do so once for each release that changes workflows/.
 */
const version = process.env.PARLEY_RECORD
const folder = join(import.meta.dirname, 'histories')

let house: RunningHouse
beforeAll(async () => {
  house = await openRunningHouse()
  await addTemplate(house, { name: 'hello_world', body: 'Welcome and congratulations!!' })
})
afterAll(() => house.close())

interface Task {
  id: string
  conversationId: ConversationId
}

const taskOf = (phone: string) =>
  eventually(async () => {
    const { body } = await house.api<{ items: Task[] }>('GET', `/api/tasks?status=all&q=${phone}`)
    const [task] = body.items
    if (!task) throw new Error('no task yet')
    return task
  })

async function answer(task: Task, text: string, ...states: string[]) {
  const { body } = await house.api<{ delivery: { id: string } }>('POST', `/api/tasks/${task.id}/comments`, {
    text,
    notify: { contact: true },
  })
  await eventually(async () => {
    const delivery = await house.api<{ state: string }>('GET', `/api/deliveries/${body.delivery.id}`)
    if (!states.includes(delivery.body.state)) throw new Error(`the delivery is ${delivery.body.state}`)
  })
}

async function record(name: string, workflowId: string, runId?: string) {
  const history = await house.temporal.workflow.getHandle(workflowId, runId).fetchHistory()
  if (version) {
    const args = [
      'workflow',
      'show',
      '--address',
      inject('temporalAddress'),
      '--workflow-id',
      workflowId,
      '--output',
      'json',
    ]
    const { stdout } = await promisify(execFile)(
      inject('temporalBinary'),
      [...args, ...(runId ? ['--run-id', runId] : [])],
      {
        maxBuffer: 64 * 1024 * 1024,
      },
    )
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `${version}-${name}.json`), `${JSON.stringify(JSON.parse(stdout))}\n`)
  }
  return history.events ?? []
}

describe('a conversation to be replayed', () => {
  it('with messages, a file, answers, a retried and a failed send', async () => {
    const from = '16506660001'
    await house.phone({ from, name: 'Replay', text: 'Hello' })
    const task = await taskOf(from)
    await house.phone({ from, name: 'Replay', media: { dataBase64: 'aGVsbG8=', mime: 'text/plain', name: 'a.txt' } })
    await answer(task, 'at once', 'delivered', 'read')
    await house.fault({ on: 'messages', kind: 'error', code: 131016, times: 1, match: { to: from } })
    await answer(task, 'after a retry', 'delivered', 'read')
    await house.fault({ on: 'messages', kind: 'error', code: 131026, times: 1, match: { to: from } })
    await answer(task, 'never', 'failed')
    const events = await eventually(async () => {
      const found = await record('sends-and-files', workflowIdOf(task.conversationId))
      expect(found.filter((event) => event.activityTaskCompletedEventAttributes).length).toBeGreaterThanOrEqual(5)
      return found
    })
    expect(events.some((event) => event.timerStartedEventAttributes)).toBe(true)
    expect(events.some((event) => event.markerRecordedEventAttributes)).toBe(true)
  })

  it('over a continue-as-new, with what it carries', async () => {
    const from = '16506660002'
    await house.phone({ from, name: 'Long', text: 'Hello' })
    const task = await taskOf(from)
    const first = (await house.workflowOf(task.conversationId).describe()).runId
    const commentsSo = async () =>
      Number(
        (
          await house.database.db
            .selectFrom('comments')
            .select(({ fn }) => fn.countAll<number>().as('n'))
            .where('conversation_id', '=', task.conversationId)
            .executeTakeFirstOrThrow()
        ).n,
      )
    for (let n = 0; (await house.workflowOf(task.conversationId).describe()).runId === first; n++) {
      expect(n).toBeLessThan(400)
      await house.phone({ from, name: 'Long', text: `m${n}` })
      await eventually(async () => expect(await commentsSo()).toBe(n + 2))
    }
    await answer(task, 'in the second run', 'delivered', 'read')
    const old = await record('first-run', workflowIdOf(task.conversationId), first)
    expect(old.at(-1)?.workflowExecutionContinuedAsNewEventAttributes).toBeTruthy()
    const next = await record('second-run', workflowIdOf(task.conversationId))
    expect(next.some((event) => event.activityTaskCompletedEventAttributes)).toBe(true)
  }, 120_000)

  it('with a held message, its timer, and the reply that releases it', async () => {
    const numbers = ['16506660011', '16506660012', '16506660013', '16506660014']
    const template = { name: 'hello_world', language: 'en_US' }
    const sent: { conversationId: ConversationId }[] = []
    for (const number of numbers) {
      const order = { channelId: house.channel, to: `+${number}`, template }
      sent.push((await house.api<{ conversationId: ConversationId }>('POST', '/api/messages', order)).body)
    }
    const conversation = sent.at(-1)?.conversationId as ConversationId
    const stateIs = (state: string) =>
      eventually(async () => {
        const rows = await house.database.db
          .selectFrom('outgoing_messages')
          .select('state')
          .where('conversation_id', '=', conversation)
          .execute()
        expect(rows.map((row) => row.state)).toEqual([state])
      })
    await stateIs('held')
    await house.phone({ from: '16506660014', name: 'Held', text: 'Yes?' })
    await stateIs('replied')
    const events = await record('holds', workflowIdOf(conversation))
    expect(events.some((event) => event.timerStartedEventAttributes)).toBe(true)
  })
})

describe('a campaign to be replayed', () => {
  it('that was paused, went on, and finished', async () => {
    const { body } = await house.api<{ id: CampaignId }>('POST', '/api/campaigns', {
      channelId: house.channel,
      name: 'Replay',
      template: { name: 'hello_world', language: 'en_US' },
      recipients: Array.from({ length: 120 }, (_, n) => ({ to: `+1650777${String(n).padStart(4, '0')}` })),
    })
    const stateOf = async () => (await house.api<{ state: string }>('GET', `/api/campaigns/${body.id}`)).body.state
    await house.api('POST', `/api/campaigns/${body.id}/pause`, {})
    expect(await stateOf()).toBe('paused')
    await house.api('POST', `/api/campaigns/${body.id}/resume`, {})
    await eventually(async () => expect(await stateOf()).toBe('finished'))
    const events = await record('campaign', campaignWorkflowIdOf(body.id))
    expect(events.some((event) => event.activityTaskCompletedEventAttributes)).toBe(true)
  })
})

describe('a scenario to be replayed', () => {
  let endpoint: OutsideServer
  beforeAll(async () => {
    // The first call of each kind fails, and is made again.
    endpoint = await openOutsideServer((call, response, calls) => {
      const isFirst = calls.filter(({ url }) => url === call.url).length === 1
      json(response, { price: 42 }, isFirst ? 500 : 200)
    })
    const made = await house.api('POST', '/api/endpoints', {
      name: 'shop',
      url: endpoint.url,
      allowPrivateAddress: true,
    })
    expect(made.status).toBe(201)
  })
  afterAll(() => endpoint.close())

  it('with a call to an endpoint and a wait', async () => {
    await publishDocument(
      house,
      `
id: asks
name: Asks
trigger: { event: message.received, when: { field: event.text, is: price } }
vars: { got: { type: map } }
steps:
  - { id: ask, http: { endpoint: shop, method: GET, path: '/price', timeout: 20s, retries: 2, into: got } }
  - { id: say, sendText: { text: 'It is {{ vars.got.price }}' } }
  - { id: later, wait: { for: [message.received], timeout: 1h } }
  - { id: thanks, sendText: { text: 'Thank you' } }
`,
    )
    const from = '16506660021'
    await house.phone({ from, name: 'Asker', text: 'price' })
    const task = await taskOf(from)
    const runIs = (state: string) =>
      eventually(async () => {
        const runs = await house.database.db
          .selectFrom('runs')
          .select('state')
          .where('conversation_id', '=', task.conversationId)
          .execute()
        expect(runs).toEqual([{ state }])
      })
    await runIs('waiting')
    await house.phone({ from, name: 'Asker', text: 'I take it' })
    await runIs('finished')
    const events = await record('scenario', workflowIdOf(task.conversationId))
    expect(events.some((event) => event.timerStartedEventAttributes)).toBe(true)
    const called = events.flatMap((event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? [])
    expect(called).toEqual(expect.arrayContaining(['callOutside', 'sendDelivery']))
  })

  it('without a client: a schedule’s, with a call to an endpoint and a wait', async () => {
    const scenario = await publishDocument(
      house,
      `
id: nightly
name: At night
trigger: { event: schedule, cron: '0 9 * * *', timeZone: UTC }
vars: { got: { type: map } }
steps:
  - { id: ask, http: { endpoint: shop, method: GET, path: '/night', timeout: 20s, retries: 2, into: got } }
  - { id: later, wait: { timeout: 1s } }
  - { id: tell, emit: { event: night.over } }
`,
    )
    await timeHasCome(house, scenario)
    const [run] = await eventually(async () => {
      const runs = await runsWithoutClient(house, scenario)
      expect(runs.map(({ state }) => state)).toEqual(['finished'])
      return runs
    })
    const workflow = houseWorkflowIdOf(run?.house_event_id as HouseEventId)
    await house.temporal.workflow.getHandle(workflow).result()
    const events = await record('house', workflow)
    expect(events.filter((event) => event.activityTaskCompletedEventAttributes).length).toBeGreaterThanOrEqual(2)
    expect(events.some((event) => event.timerStartedEventAttributes)).toBe(true)
    expect(events.at(-1)?.workflowExecutionCompletedEventAttributes).toBeTruthy()
  })
})

describe('a webhook to be replayed', () => {
  it('that its receiver refuses, and takes the second time', async () => {
    const receiver = await openOutsideServer((_, response, { length }) => {
      response.writeHead(length === 1 ? 500 : 204).end()
    })
    const { body } = await house.api<{ id: WebhookId }>('POST', '/api/webhooks', {
      name: 'Replay',
      url: `${receiver.url}/hook`,
      events: ['*'],
      allowPrivateAddress: true,
    })
    expect((await house.api('POST', `/api/webhooks/${body.id}/test`)).status).toBe(202)
    await eventually(async () => expect(receiver.calls).toHaveLength(2))
    const workflow = webhookWorkflowIdOf(body.id)
    await house.temporal.workflow.getHandle(workflow).result()
    await receiver.close()
    await house.api('DELETE', `/api/webhooks/${body.id}`)
    const events = await record('webhook', workflow)
    expect(events.some((event) => event.timerStartedEventAttributes)).toBe(true)
  })
})

describe('an imported file to be replayed', () => {
  it('that is fetched at the third try', async () => {
    const form = new FormData()
    form.append('messaging_product', 'whatsapp')
    form.append('file', new Blob(['a picture'], { type: 'image/png' }), 'photo.png')
    const kept = await fetch(`${house.url}/simulator/graph/v23.0/${PHONE_NUMBER_ID}/media`, {
      method: 'POST',
      headers: { authorization: 'Bearer token-of-the-test' },
      body: form,
    })
    const image = { mime_type: 'image/png', id: ((await kept.json()) as { id: string }).id }
    await house.fault({ kind: 'expired_media', times: 2 })
    const value = {
      messaging_product: 'whatsapp',
      metadata: { phone_number_id: PHONE_NUMBER_ID, display_phone_number: '15550783881' },
      messages: [{ from: '16506660031', id: 'wamid.history.replay', timestamp: '1759990000', type: 'image', image }],
    }
    const changes = [{ field: 'history', value }]
    const body = JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [{ id: '1', time: 1760000000, changes }],
    })
    const answer = await fetch(`${house.url}/webhooks/${house.channel}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': sign(body) },
      body,
    })
    expect(answer.status).toBe(200)
    const file = await eventually(async () => {
      const [row] = await house.database.db
        .selectFrom('imported_files')
        .select('attachment_id')
        .where('open', '=', false)
        .execute()
      if (!row) throw new Error('not fetched yet')
      return row.attachment_id as AttachmentId
    })
    const workflow = importedFileWorkflowIdOf(file)
    await house.temporal.workflow.getHandle(workflow).result()
    const events = await record('imported-file', workflow)
    expect(events.some((event) => event.activityTaskCompletedEventAttributes)).toBe(true)
  })
})

describe('what goes on in a fresh run because it was asked to', () => {
  const turned = async (name: string, workflowId: string) => {
    const handle = house.temporal.workflow.getHandle(workflowId)
    const { runId } = await handle.describe()
    await handle.signal(TURN_OVER)
    await eventually(async () => expect((await handle.describe()).runId).not.toBe(runId))
    const events = await record(name, workflowId, runId)
    expect(events.at(-1)?.workflowExecutionContinuedAsNewEventAttributes).toBeTruthy()
  }

  it('a conversation, and a mailing that waits for its day', async () => {
    const from = '16506660041'
    await house.phone({ from, name: 'Turned', text: 'Hello' })
    const task = await taskOf(from)
    await answer(task, 'before', 'delivered', 'read')
    await turned('turned-over', workflowIdOf(task.conversationId))
    await answer(task, 'after', 'delivered', 'read')
    const { body } = await house.api<{ id: CampaignId }>('POST', '/api/campaigns', {
      channelId: house.channel,
      name: 'Tomorrow',
      template: { name: 'hello_world', language: 'en_US' },
      recipients: [{ to: '+16507779999' }],
      scheduleAt: new Date(Date.now() + 86_400_000).toISOString(),
    })
    await eventually(async () => {
      const { events } = await house.temporal.workflow.getHandle(campaignWorkflowIdOf(body.id)).fetchHistory()
      expect((events ?? []).some((event) => event.timerStartedEventAttributes)).toBe(true)
    })
    await turned('campaign-turned-over', campaignWorkflowIdOf(body.id))
  })
})
