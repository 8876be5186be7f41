import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../../kit/eventually.ts'
import { publishDocument } from '../../kit/scenarios.ts'
import { skipTime } from '../../kit/skip-time.ts'
import { addTemplate } from '../../kit/templates.ts'
import { openStage, type Stage } from './stage.ts'

const KINDS = {
  sendText: "text: 'Free words'",
  sendInteractive: "text: 'Free buttons', buttons: [ { id: a, title: A } ]",
  sendFile: 'attachmentId: FILE',
  sendQuickReply: 'quickReply: free',
  comment: "text: 'Free comment', notify: [contact]",
} as const
const TEMPLATE = '{ template: { name: hello_world, language: en_US } }'

let stage: Stage
beforeAll(async () => {
  stage = await openStage('1650905')
  await addTemplate(stage, { name: 'hello_world', body: 'Welcome and congratulations!!' })
  const file = await stage.upload(Buffer.from('free file\n'), 'free.txt')
  await stage.api('POST', '/api/quick-replies', { title: 'Free', shortcut: 'free', text: 'Free reply', shared: true })
  for (const [kind, content] of Object.entries(KINDS)) {
    for (const mode of ['park', 'skip', 'fail', 'template']) {
      const step = `${content.replace('FILE', file)}, ifWindowClosed: ${mode === 'template' ? TEMPLATE : mode}`
      await publishDocument(
        stage,
        `
id: ${kind.toLowerCase()}-${mode}
name: ${kind} ${mode}
trigger: { event: message.received, when: { field: event.text, is: '${kind} ${mode}' } }
steps:
  - { id: send, ${kind}: { ${step} } }
`,
      )
    }
  }
  await publishDocument(
    stage,
    `
id: held-too-long
name: Held too long
trigger: { event: message.received, when: { field: event.text, is: hold } }
steps:
  - { id: send, sendText: { text: 'Free words', hold: 1h, ifWindowClosed: ${TEMPLATE} } }
`,
  )
})
afterAll(() => stage.close())

const texts = async (number: string) => (await stage.received(number)).map(({ text }) => text ?? 'a file')

/** Written more than a day ago, and come only now: right behind a message, yet the window is closed. */
async function writeLate(number: string, text: string) {
  const timestamp = Math.floor(Date.now() / 1000) - 25 * 3600
  await stage.phone({ from: number, name: 'Ann Example', text, timestamp })
  return eventually(async () => {
    const { body } = await stage.api<{ items: { id: string; conversationId: string }[] }>(
      'GET',
      `/api/tasks?status=all&q=${number}`,
    )
    const [task] = body.items as never as Awaited<ReturnType<Stage['write']>>[]
    if (!task) throw new Error('no task yet')
    return task
  })
}

const FREE = {
  sendText: 'Free words',
  sendInteractive: 'Free buttons',
  sendFile: 'a file',
  sendQuickReply: 'Free reply',
  comment: 'Free comment',
}

it.each(Object.keys(KINDS) as (keyof typeof KINDS)[])('%s does what its author says', async (kind) => {
  const numbers = {
    park: stage.newNumber(),
    skip: stage.newNumber(),
    fail: stage.newNumber(),
    template: stage.newNumber(),
  }
  const tasks = {
    park: await writeLate(numbers.park, `${kind} park`),
    skip: await writeLate(numbers.skip, `${kind} skip`),
    fail: await writeLate(numbers.fail, `${kind} fail`),
    template: await writeLate(numbers.template, `${kind} template`),
  }
  await stage.runIn(tasks.skip.conversationId, 'finished')
  expect((await stage.runIn(tasks.fail.conversationId, 'failed')).reason_code).toBe('window_closed')
  await stage.runIn(tasks.template.conversationId, 'finished')
  await stage.runIn(tasks.park.conversationId, 'waiting')
  expect(await texts(numbers.skip)).toEqual([])
  expect(await texts(numbers.fail)).toEqual([])
  expect(await texts(numbers.template)).toEqual([expect.stringContaining('Welcome')])
  expect(await texts(numbers.park)).toEqual([])

  await stage.write(numbers.park, 'Here I am')
  await stage.runIn(tasks.park.conversationId, 'finished')
  expect(await texts(numbers.park)).toEqual([FREE[kind]])
})

it('a message that was held until the window closed', async () => {
  const number = stage.newNumber()
  const task = await stage.write(number, 'hold')
  await eventually(async () =>
    expect((await stage.feed(task.id)).some(({ delivery }) => delivery?.holdUntil)).toBe(true),
  )
  await stage.closeWindow(task.conversationId)
  await skipTime(stage, task.conversationId)
  await stage.runIn(task.conversationId, 'finished')
  expect(await texts(number)).toEqual([expect.stringContaining('Welcome')])
  const [run] = await stage.runs(task.conversationId)
  expect(await stage.entries(run?.id as never)).toEqual([
    'start started',
    'send sendText asked',
    'send sendText asked',
    'send sendText done',
    'send end finished',
  ])
})
