import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type CampaignId, type ConversationId, campaignWorkflowIdOf, workflowIdOf } from '../../src/domain/ids.ts'
import { eventually } from '../kit/eventually.ts'
import { openRunningHouse, type RunningHouse } from '../kit/running-house.ts'
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
