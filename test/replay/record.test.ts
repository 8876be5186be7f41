import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { ConversationId } from '../../src/domain/ids.ts'
import { eventually } from '../kit/eventually.ts'
import { openRunningHouse, type RunningHouse } from '../kit/running-house.ts'

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

async function record(name: string, conversation: ConversationId, runId?: string) {
  const { workflowId } = house.workflowOf(conversation)
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
      const found = await record('sends-and-files', task.conversationId)
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
    const old = await record('first-run', task.conversationId, first)
    expect(old.at(-1)?.workflowExecutionContinuedAsNewEventAttributes).toBeTruthy()
    const next = await record('second-run', task.conversationId)
    expect(next.some((event) => event.activityTaskCompletedEventAttributes)).toBe(true)
  }, 120_000)
})
