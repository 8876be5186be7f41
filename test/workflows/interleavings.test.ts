import { randomBytes } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import { NativeConnection, Worker } from '@temporalio/worker'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { withHeartbeat } from '../../activities/heartbeat.ts'
import {
  ARRIVED,
  CONVERSATION_WORKFLOW,
  type ConversationSteps,
  type FileActivities,
  firstCarry,
  type SendActivities,
  type SendResult,
  taskQueues,
  type WorkRequest,
  type WorkResult,
} from '../../src/domain/conversation-workflow.ts'
import type { AttachmentId, ConversationId, DeliveryId } from '../../src/domain/ids.ts'
import { eventually } from '../kit/eventually.ts'
import { workflowBundle as builtWorkflows, quietRuntime } from '../kit/workflow-bundle.ts'

/**
 * The workflow alone, its activities in the test's hand: what happens when answers and signals cross each other, which
 * the real ones do too seldom to be waited for.
 */
const queuePrefix = `test-${randomBytes(6).toString('hex')}`
const DELIVERY = 'd1' as DeliveryId
const OTHER = 'd2' as DeliveryId

let steps: WorkRequest[] = []
let sent: DeliveryId[] = []
let onStep: (request: WorkRequest) => Promise<WorkResult>
let onSend: (delivery: DeliveryId) => Promise<SendResult>
let onFetch: (file: AttachmentId) => Promise<void>
let onLookUp: (conversation: ConversationId) => Promise<void>

let client: Client
let close: () => Promise<void>
beforeAll(async () => {
  quietRuntime()
  const workflowBundle = await builtWorkflows()
  const address = inject('temporalAddress')
  const [connection, native] = await Promise.all([
    Connection.connect({ address }),
    NativeConnection.connect({ address }),
  ])
  client = new Client({ connection })
  const queues = taskQueues(queuePrefix)
  const activities: ConversationSteps & SendActivities & FileActivities = {
    workEvents: (request) => {
      steps.push(request)
      return onStep(request)
    },
    // As the real ones do, for a call may be held here for longer than Temporal takes a silent one for alive.
    sendDelivery: (delivery) => {
      sent.push(delivery)
      return withHeartbeat(() => onSend(delivery))
    },
    fetchFile: (file) => withHeartbeat(() => onFetch(file)),
    lookUp: (conversation) => withHeartbeat(() => onLookUp(conversation)),
  }
  const workers = await Promise.all([
    Worker.create({ connection: native, taskQueue: queues.conversations, workflowBundle, activities }),
    Worker.create({ connection: native, taskQueue: queues.sends, activities }),
    Worker.create({ connection: native, taskQueue: queues.files, activities }),
  ])
  const running = workers.map((worker) => worker.run())
  close = async () => {
    for (const worker of workers) worker.shutdown()
    await Promise.all(running)
    await native.close()
    await connection.close()
  }
})
afterAll(() => close(), 60_000)

const nothing = (request: WorkRequest): WorkResult => ({
  worked: request.upTo,
  stored: request.upTo,
  sends: [],
  fetches: [],
})

beforeEach(() => {
  steps = []
  sent = []
  onStep = async (request) => nothing(request)
  onSend = async () => ({ now: 'settled' })
  onFetch = async () => undefined
  onLookUp = async () => undefined
})

/** Starts a conversation and runs `work` with the door for its signals. */
async function inConversation(work: (tell: (upTo: number) => Promise<void>, id: string) => Promise<void>) {
  const id = `interleaving-${randomBytes(8).toString('hex')}`
  const tell = async (upTo: number) => {
    await client.workflow.signalWithStart(CONVERSATION_WORKFLOW, {
      workflowId: id,
      taskQueue: taskQueues(queuePrefix).conversations,
      args: [firstCarry(id as ConversationId)],
      signal: ARRIVED,
      signalArgs: [{ upTo }],
    })
  }
  try {
    await work(tell, id)
  } finally {
    await client.workflow
      .getHandle(id)
      .terminate('the test ended')
      .catch(() => undefined)
  }
}

/** Steps whose answers the workflow has. */
async function stepsTaken(id: string): Promise<number> {
  const { events } = await client.workflow.getHandle(id).fetchHistory()
  return (events ?? []).filter((event) => event.markerRecordedEventAttributes).length
}

/** A promise to be settled by hand. */
function gate<T>() {
  let open: (value: T) => void = () => undefined
  const opened = new Promise<T>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

describe('answers and signals that cross each other', () => {
  it('a delivery that is asked for again while its call ends is sent again', async () => {
    const call = gate<SendResult>()
    onSend = () => (sent.length === 1 ? call.opened : Promise.resolve({ now: 'settled' }))
    onStep = async (request) => ({ ...nothing(request), sends: [DELIVERY] })
    await inConversation(async (tell, id) => {
      await tell(1)
      await eventually(async () => expect(sent).toEqual([DELIVERY]))
      // The call has parked it; the channel is resumed before the workflow learns that the call is over.
      await tell(2)
      await eventually(async () => expect(await stepsTaken(id)).toBe(2))
      call.open({ now: 'settled' })
      await eventually(async () => expect(sent).toEqual([DELIVERY, DELIVERY]))
    })
  })

  it('a delivery that waits for its turn is not queued twice', async () => {
    const call = gate<SendResult>()
    onSend = () => (sent.length === 1 ? call.opened : Promise.resolve({ now: 'settled' }))
    onStep = async (request) => ({ ...nothing(request), sends: request.upTo === 1 ? [DELIVERY, OTHER] : [OTHER] })
    await inConversation(async (tell, id) => {
      await tell(1)
      await eventually(async () => expect(sent).toEqual([DELIVERY]))
      await tell(2)
      await eventually(async () => expect(await stepsTaken(id)).toBe(2))
      call.open({ now: 'settled' })
      await eventually(async () => expect(sent).toEqual([DELIVERY, OTHER]))
      await tell(3)
      await eventually(async () => expect(sent).toEqual([DELIVERY, OTHER, OTHER]))
    })
  })

  it('what it is told while a step runs is worked off right after it', async () => {
    const step = gate<void>()
    onStep = async (request) => {
      // Longer than a workflow task, so that the signal reaches the workflow before the step's answer does.
      if (request.upTo === 1) await step.opened
      return nothing(request)
    }
    await inConversation(async (tell, id) => {
      await tell(1)
      await eventually(async () => expect(steps).toHaveLength(1))
      await tell(2)
      const before = (await client.workflow.getHandle(id).describe()).historyLength
      await eventually(async () =>
        expect((await client.workflow.getHandle(id).describe()).historyLength).toBeGreaterThan(before + 2),
      )
      step.open()
      await eventually(async () => expect(steps.map(({ upTo }) => upTo)).toEqual([1, 2]))
    })
  })

  it('an event that waits for the answer to a call is worked off once the call is over, and nothing before it twice', async () => {
    const call = gate<SendResult>()
    onSend = () => call.opened
    let isOver = false
    onStep = async (request) => {
      if (request.upTo === 1) return { ...nothing(request), sends: [DELIVERY] }
      return isOver ? nothing(request) : { ...nothing(request), worked: 1, stored: 2, waitMs: 60_000 }
    }
    await inConversation(async (tell) => {
      await tell(1)
      await eventually(async () => expect(sent).toEqual([DELIVERY]))
      await tell(2)
      await eventually(async () => expect(steps).toHaveLength(2))
      isOver = true
      call.open({ now: 'settled' })
      await eventually(async () =>
        expect(steps.map(({ after, upTo }) => [after, upTo])).toEqual([
          [null, 1],
          [1, 2],
          [1, 2],
        ]),
      )
    })
  })

  it('asks who the client is beside everything else, and lives on where nobody can say', async () => {
    const asked: string[] = []
    onLookUp = async (conversation) => {
      asked.push(conversation)
      throw ApplicationFailure.nonRetryable('nobody knows')
    }
    onStep = async (request) => ({ ...nothing(request), lookUp: true as const })
    await inConversation(async (tell, id) => {
      await tell(1)
      await eventually(async () => expect(asked).toEqual([id]))
      await tell(2)
      await eventually(async () => expect(asked).toEqual([id, id]))
      await eventually(async () => expect(steps.map(({ upTo }) => upTo)).toEqual([1, 2]))
    })
  })

  it('works on while a call is under way at the end of a long run', async () => {
    const call = gate<SendResult>()
    onSend = () => (sent.length === 1 ? call.opened : Promise.resolve({ now: 'settled' }))
    onStep = async (request) => ({ ...nothing(request), sends: request.upTo === 1 ? [DELIVERY] : [] })
    await inConversation(async (tell, id) => {
      await tell(1)
      await eventually(async () => expect(sent).toEqual([DELIVERY]))
      const { runId } = await client.workflow.getHandle(id).describe()
      let upTo = 1
      for (; (await client.workflow.getHandle(id).describe()).historyLength < 820; upTo++) {
        await tell(upTo + 1)
        await eventually(async () => expect(steps.at(-1)?.upTo).toBe(upTo + 1))
      }
      expect((await client.workflow.getHandle(id).describe()).runId).toBe(runId)
      call.open({ now: 'settled' })
      await eventually(async () => expect((await client.workflow.getHandle(id).describe()).runId).not.toBe(runId))
      await tell(upTo + 1)
      await eventually(async () => expect(steps.at(-1)?.upTo).toBe(upTo + 1))
      expect(sent).toEqual([DELIVERY])
    })
  }, 300_000)

  it('a wait that the sender asked for outlives the end of a run', async () => {
    onSend = async () => ({ now: 'again', afterMs: 3_600_000 })
    onStep = async (request) => ({ ...nothing(request), sends: request.upTo === 1 ? [DELIVERY] : [] })
    await inConversation(async (tell, id) => {
      await tell(1)
      await eventually(async () => expect(sent).toEqual([DELIVERY]))
      const run = async () => (await client.workflow.getHandle(id).describe()).runId
      const first = await run()
      let upTo = 1
      for (; (await run()) === first; upTo++) {
        expect(upTo).toBeLessThan(400)
        await tell(upTo + 1)
        await eventually(async () => expect(steps.at(-1)?.upTo).toBe(upTo + 1))
      }
      await tell(upTo + 1)
      await eventually(async () => expect(steps.at(-1)?.upTo).toBe(upTo + 1))
      expect(sent).toEqual([DELIVERY])
    })
  }, 300_000)

  it('fetches a file once more that is asked for while it is fetched: that try may have failed already', async () => {
    const fetched = gate<void>()
    let fetches = 0
    onFetch = () => {
      fetches += 1
      return fetches === 1 ? fetched.opened : Promise.resolve()
    }
    onStep = async (request) => ({ ...nothing(request), fetches: ['a1' as AttachmentId] })
    await inConversation(async (tell) => {
      await tell(1)
      await eventually(async () => expect(fetches).toBe(1))
      await tell(2)
      await eventually(async () => expect(steps.at(-1)).toMatchObject({ after: 1, upTo: 2 }))
      fetched.open()
      await eventually(async () => expect(fetches).toBe(2))
    })
  })

  it('goes on when somebody cancels it: only a termination ends a conversation', async () => {
    const fetched = gate<void>()
    let fetches = 0
    onFetch = () => {
      fetches += 1
      return fetched.opened
    }
    onStep = async (request) => ({ ...nothing(request), fetches: ['a1' as AttachmentId] })
    await inConversation(async (tell, id) => {
      await tell(1)
      await eventually(async () => expect(fetches).toBe(1))
      await client.workflow.getHandle(id).cancel()
      await tell(2)
      await eventually(async () => expect(steps.at(-1)).toMatchObject({ after: 1, upTo: 2 }))
      fetched.open()
    })
  })
})
