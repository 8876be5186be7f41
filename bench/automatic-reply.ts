/**
 * From a client's message to the template that a scenario answers with: the moment of the webhook's post to the moment
 * at which the provider is called (the simulator, a process of its own), at an even pace. Beside it the floor: the time
 * from the post to the comment in the task, in the same run.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { openBenchHouse } from './kit/house.ts'
import { percentile, printTable } from './kit/machine.ts'
import { post, textMessage } from './kit/webhooks.ts'

const CLIENTS = Number(process.env.BENCH_CONVERSATIONS ?? 100)
const MESSAGES = Number(process.env.BENCH_MESSAGES ?? 600)
const PER_SECOND = Number(process.env.BENCH_PER_SECOND ?? 10)

const DOCUMENT = `
id: bench-answer
name: Answers with a template
trigger: { event: message.received, when: { field: event.text, startsWith: 'ask' } }
concurrency: parallel
steps:
  - { id: answer, sendTemplate: { name: hello_world, language: en_US } }
`

const house = await openBenchHouse({ simulatorApart: true })
try {
  await api('POST', '/api/templates/sync', { channelId: house.channelId })
  const { id } = await api<{ id: string }>('POST', '/api/scenarios', { document: DOCUMENT })
  await api('POST', `/api/scenarios/${id}/publish`, { inFlight: 'pin' })
  const clients = Array.from({ length: CLIENTS }, (_, n) => `1213${String(n).padStart(7, '0')}`)
  for (const from of clients) await say(from, 'opens the conversation')
  await pause(5_000)

  const posted = new Map<string, number>()
  for (let n = 0; n < MESSAGES; n++) {
    const text = `ask ${n}`
    const from = clients[n % CLIENTS] as string
    posted.set(text, await say(from, text))
    await pause(1000 / PER_SECOND)
  }
  const rows = await untilAnswered(posted.size)
  const reach = rows.map(({ text, stored_at }) => stored_at.getTime() - (posted.get(text) ?? 0))
  const called = rows.map(({ text, calledAt }) => calledAt.getTime() - (posted.get(text) ?? 0))
  const spread = (values: readonly number[]) => ({
    p50: percentile(values, 0.5).toFixed(0),
    p95: percentile(values, 0.95).toFixed(0),
    p99: percentile(values, 0.99).toFixed(0),
  })
  const ratio = (share: number) => (percentile(called, share) / percentile(reach, share)).toFixed(2)
  printTable(`${MESSAGES} messages at ${PER_SECOND}/s in ${CLIENTS} conversations, milliseconds`, [
    { measured: 'message → comment in its task (floor)', ...spread(reach) },
    { measured: 'message → the scenario’s template at the provider', ...spread(called) },
    { measured: 'ratio', p50: ratio(0.5), p95: ratio(0.95), p99: ratio(0.99) },
  ])
} finally {
  await house.close()
}

async function api<T>(method: string, path: string, body: unknown): Promise<T> {
  const response = await fetch(`${house.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${house.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as T
}

async function say(from: string, text: string): Promise<number> {
  const at = Date.now()
  const status = await post(`${house.url}/webhooks/${house.channelId}`, textMessage(from, text))
  if (status !== 200) throw new Error(`the webhook was answered ${status}`)
  return at
}

interface Call {
  at: number | string
  callbackData?: string | null
}

/** Each question with the call of its answer, on arrival at the provider: the n-th of its conversation with the n-th. */
async function untilAnswered(count: number) {
  const { db } = house.database
  for (;;) {
    const { items } = (await (await fetch(`${house.simulatorUrl}/calls?operation=messages`)).json()) as {
      items: Call[]
    }
    if (items.length >= count) {
      const arrived = new Map(items.map(({ at, callbackData }) => [callbackData, new Date(at)]))
      const answers = await db
        .selectFrom('deliveries')
        .select(['id', 'conversation_id'])
        .where('run_id', 'is not', null)
        .orderBy('id')
        .execute()
      const questions = await db
        .selectFrom('comments')
        .select(['conversation_id', 'text', 'stored_at'])
        .where('author_kind', '=', 'contact')
        .where('text', 'like', 'ask %')
        .orderBy('position')
        .execute()
      return questions.map(({ conversation_id, text, stored_at }) => {
        const place = answers.findIndex((answer) => answer.conversation_id === conversation_id)
        const [answer] = answers.splice(place, 1)
        const calledAt = arrived.get(answer?.id)
        if (place < 0 || !calledAt) throw new Error('a question has no answer')
        return { text: text ?? '', stored_at, calledAt }
      })
    }
    await pause(200)
  }
}
