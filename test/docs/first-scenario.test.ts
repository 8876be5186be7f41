import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { run } from '../../src/cli/program.ts'
import { eventually } from '../kit/eventually.ts'
import { API_TOKEN, openRunningHouse, type RunningHouse } from '../kit/running-house.ts'
import { blocksIn } from './guide.ts'

const NUMBER = '16505559001'

let house: RunningHouse
let directory: string
beforeAll(async () => {
  ;[house, directory] = await Promise.all([openRunningHouse(), mkdtemp(join(tmpdir(), 'parley-guide-'))])
})
afterAll(async () => {
  await house.close()
  await rm(directory, { recursive: true })
})

async function parley(...args: string[]): Promise<string> {
  const out: string[] = []
  const err: string[] = []
  const code = await run(['scenario', ...args], {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    readInput: async () => '',
    env: { PARLEY_URL: house.url, PARLEY_TOKEN: API_TOKEN },
  })
  expect({ code, err }, out.join('\n')).toEqual({ code: 0, err: [] })
  return out.join('\n')
}

const says = (text: string) => house.phone({ from: NUMBER, name: 'Ann Example', text })
const heard = async () => {
  const messages = await house.phoneMessages(NUMBER)
  return messages.filter(({ direction }) => direction === 'to_client').map(({ text }) => text)
}

interface Comment {
  id: string
  text: string
  author: { kind: string }
}
interface Explanation {
  because: { runId: string }[]
  didNotFire: { reason: string }[]
}

/** The first section of the guide, as its reader does it. */
it('the first scenario of the guide, from the file to the question why', async () => {
  const blocks = blocksIn('scenarios.md')
  const [scenario, button] = blocks.filter(({ kind }) => kind === 'yaml').map(({ text }) => text)
  const shown = blocks.filter(({ kind }) => kind === '').map(({ text }) => text.trim())
  const file = join(directory, 'price-list.yaml')
  await writeFile(file, scenario ?? '')

  expect(await parley('lint', file)).toBe(shown[0])

  await says('What is the price?')
  const task = await eventually(async () => {
    const { body } = await house.api<{ items: { id: string }[] }>('GET', '/api/tasks?limit=1')
    const [first] = body.items
    if (!first) throw new Error('no task yet')
    return first.id
  })
  const today = new Date().toISOString().slice(0, 10)
  await eventually(async () => expect(await parley('dry-run', file, '--from', today)).toContain(shown[1]))
  expect(await parley('dry-run', file, '--from', today)).toContain(
    '+ answer: sendText {"text":"Hello Ann! A room is €95.00',
  )

  expect(await parley('publish', file)).toBe(shown[2])
  await says('The price, please?')
  const answer = 'Hello Ann! A room is €95.00 a night. Shall we book one for you?'
  await eventually(async () => expect(await heard()).toEqual([answer]))
  const runOf = async () => {
    const { body } = await house.api<{ items: { id: string; state: string }[] }>('GET', '/api/runs?limit=1')
    return body.items[0]
  }
  await eventually(async () => expect(await runOf()).toMatchObject({ state: 'waiting' }))
  await says('yes')
  await eventually(async () => expect(await runOf()).toMatchObject({ state: 'finished' }))

  const { id } = (await runOf()) ?? {}
  const { body } = await house.api<{ steps: { step: string; outcome: string; took?: string }[] }>(
    'GET',
    `/api/runs/${id}`,
  )
  expect(body.steps.map(({ step, outcome }) => `${step} ${outcome}`).join('\n')).toBe(shown[3])
  const comments = (await house.api<{ items: Comment[] }>('GET', `/api/tasks/${task}/comments?order=newest`)).body.items
  expect(comments.map(({ text }) => text)).toContain('Wants a room: please call')
  const asked = (text: string) => comments.find((one) => one.text === text)?.id
  const why = async (text: string) =>
    (await house.api<Explanation>('GET', `/api/explain?commentId=${asked(text)}`)).body
  expect(await why('The price, please?')).toMatchObject({ because: [{ runId: id }], didNotFire: [] })
  expect(await why('yes')).toMatchObject({ because: [], didNotFire: [{ reason: 'condition' }] })

  const buttonFile = join(directory, 'our-address.yaml')
  await writeFile(buttonFile, button ?? '')
  await parley('publish', buttonFile)
  const buttons = await house.api<{ items: { scenarioId: string; enabled: boolean }[] }>(
    'GET',
    `/api/tasks/${task}/buttons`,
  )
  expect(buttons.body.items).toMatchObject([{ label: 'Send our address', enabled: true }])
  const press = { inputs: { branch: 'south' } }
  const pressed = await house.api('POST', `/api/tasks/${task}/buttons/${buttons.body.items[0]?.scenarioId}`, press)
  expect(pressed.status).toBe(202)
  await eventually(async () => expect(await heard()).toEqual([answer, 'Our address: 2 South St']))
})
