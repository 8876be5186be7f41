import { afterAll, beforeAll, expect, it } from 'vitest'
import { run } from '../../../src/cli/program.ts'
import type { ConversationId, RunId, ScenarioId, TaskId } from '../../../src/domain/ids.ts'
import { eventually } from '../../kit/eventually.ts'
import { API_TOKEN, openRunningHouse, type RunningHouse } from '../../kit/running-house.ts'
import { publishDocument } from '../../kit/scenarios.ts'
import { skipTime } from '../../kit/skip-time.ts'

let house: RunningHouse
beforeAll(async () => {
  house = await openRunningHouse()
})
afterAll(() => house.close())

const NUMBER = '16507660001'
const REMIND = (text: string) => `
id: remind
name: Remind
trigger: { event: message.received, when: { field: event.text, contains: quote } }
steps:
  - { id: s1, sendText: { text: '${text}' } }
  - { id: s2, setStatus: waiting }
  - id: w
    wait: { for: [message.received], timeout: 5d }
    onTimeout: [ { id: t, tag: silent }, { id: n, comment: { text: 'No word for {{ task.status.name }}' } } ]
`
interface Report {
  runs: unknown
  messages: unknown
  conversations: number
  diffs: { kind: string; runId: string | null; would: { with: { text?: string } }[] }[]
  next: string | null
}

it('plays what really happened, and watches a draft beside it', async () => {
  const { db } = house.database
  const id: ScenarioId = await publishDocument(house, REMIND('Here is the quote'))
  const from = new Date(Date.now() - 60_000).toISOString()
  await house.phone({ from: NUMBER, name: 'Ann Example', text: 'A quote please' })
  const waiting = await eventually(async () => {
    const [one] = await db.selectFrom('runs').select(['id', 'state', 'conversation_id']).execute()
    expect(one?.state).toBe('waiting')
    return one as { id: RunId; conversation_id: ConversationId }
  })
  const stretch = () => ({ from, to: new Date(Date.now() + 86_400_000).toISOString() })
  const dryRun = (body: object) => house.api<Report>('POST', `/api/scenarios/${id}/dry-run`, { ...stretch(), ...body })

  const shadow = await house.api<{ since: string }>('POST', `/api/scenarios/${id}/shadow`)
  expect(shadow.status).toBe(200)
  await skipTime(house, waiting.conversation_id)
  await eventually(async () => {
    const [one] = await db.selectFrom('runs').select('state').execute()
    expect(one?.state).toBe('finished')
  })

  const same = await dryRun({ version: 1 })
  expect(same.body).toMatchObject({ conversations: 1, runs: { would: 1, did: 1 }, messages: { would: 1, did: 1 } })
  expect(same.body.diffs).toEqual([])

  const current = await house.api<{ updatedAt: string }>('GET', `/api/scenarios/${id}`)
  expect(current.status).toBe(200)
  const saved = await house.api('PUT', `/api/scenarios/${id}`, { document: REMIND('Your quote') })
  expect(saved.status).toBe(200)
  const changed = await dryRun({})
  expect(changed.body.diffs).toMatchObject([{ kind: 'differs', runId: waiting.id }])
  expect(changed.body.diffs[0]?.would[0]?.with.text).toBe('Your quote')

  await house.phone({ from: NUMBER, name: 'Ann Example', text: 'Another quote' })
  await eventually(async () => expect(await db.selectFrom('runs').select('id').execute()).toHaveLength(2))
  const watched = await eventually(async () => {
    const answer = await house.api<Report>('GET', `/api/scenarios/${id}/shadow`)
    expect(answer.body.runs).toEqual({ would: 1, did: 1 })
    return answer
  })
  // What was watched is the draft as it was then: the same as what is live.
  expect(watched.body.diffs).toEqual([])
  expect((await house.api('DELETE', `/api/scenarios/${id}/shadow`)).status).toBe(204)
  expect((await house.api('GET', `/api/scenarios/${id}/shadow`)).status).toBe(404)

  expect((await dryRun({ from: new Date(Date.now() + 3 * 86_400_000).toISOString() })).status).toBe(422)
  expect((await dryRun({ version: 9 })).status).toBe(404)
})

it('says it on the command line, for a file that is not kept', async () => {
  const out: string[] = []
  const code = await run(['scenario', 'dry-run', '-', '--from', new Date(Date.now() - 3_600_000).toISOString()], {
    out: (line) => out.push(line),
    err: (line) => out.push(line),
    readInput: async () => REMIND('In other words'),
    env: { PARLEY_URL: house.url, PARLEY_TOKEN: API_TOKEN },
  })
  expect(out.join('\n')).toContain('would have differed from step s1')
  expect(out.join('\n')).toContain('+ s1: sendText {"text":"In other words"')
  expect(code).toBe(0)
  const { body } = await house.api<{ items: { id: TaskId }[] }>('GET', '/api/scenarios?key=remind')
  expect(body.items).toHaveLength(1)
})
