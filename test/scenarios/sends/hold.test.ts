import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../../kit/eventually.ts'
import { publishDocument } from '../../kit/scenarios.ts'
import { skipTime } from '../../kit/skip-time.ts'
import { addTemplate } from '../../kit/templates.ts'
import { type Entry, openStage, type Stage, type Task } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage('1650902')
  await addTemplate(stage, { name: 'hello_world', body: 'Welcome and congratulations!!' })
  for (const [word, step] of [
    ['text', "sendText: { text: 'Held text', hold: 1h }"],
    ['template', 'sendTemplate: { name: hello_world, language: en_US, hold: 1h }'],
    ['buttons', "sendInteractive: { text: 'Held buttons', buttons: [ { id: a, title: A } ], hold: 1h }"],
    ['comment', "comment: { text: 'Held comment', notify: [contact], hold: 1h }"],
    ['short', "sendText: { text: 'Held for a moment', hold: 1s }"],
  ] as const) {
    await publishDocument(
      stage,
      `
id: held-${word}
name: Held ${word}
trigger: { event: message.received, when: { field: event.text, is: 'hold ${word}' } }
steps:
  - { id: send, ${step} }
  - { id: after, comment: { text: 'It has left' } }
`,
    )
  }
})
afterAll(() => stage.close())

const texts = async (number: string) => (await stage.received(number)).map(({ text }) => text)
const undo = (delivery: string) =>
  stage.api<{ state: string; error: { code: string } | null }>('POST', `/api/deliveries/${delivery}/undo`)

/** The scenario's message, held. */
const heldIn = (task: Task): Promise<Entry> =>
  eventually(async () => {
    const held = (await stage.feed(task.id)).find(({ delivery }) => delivery?.holdUntil)
    if (!held) throw new Error('nothing is held')
    return held
  })

describe('a message that a scenario holds back', () => {
  it.each(['text', 'template', 'buttons', 'comment'])('leaves when its time is over (%s)', async (word) => {
    const number = stage.newNumber()
    const task = await stage.write(number, `hold ${word}`)
    const held = await heldIn(task)
    expect(held.delivery).toMatchObject({ state: 'queued' })
    const left = Date.parse(held.delivery?.holdUntil ?? '') - Date.now()
    expect(left).toBeGreaterThan(59 * 60_000)
    expect(left).toBeLessThanOrEqual(60 * 60_000)
    // It stands before nobody: what is sent now leaves now.
    const other = { channelId: stage.channel, to: `+${number}`, text: `Another message, ${word}` }
    expect((await stage.api('POST', '/api/messages', other)).status).toBe(202)
    await eventually(async () => expect(await texts(number)).toEqual([other.text]))
    expect((await stage.runs(task.conversationId))[0]).toMatchObject({ state: 'running' })

    await skipTime(stage, task.conversationId)
    await eventually(async () => expect(await texts(number)).toHaveLength(2))
    await stage.runIn(task.conversationId, 'finished')
    const entry = (await stage.feed(task.id)).find(({ id }) => id === held.id)
    expect(entry?.delivery?.holdUntil).toBeNull()
    expect(await undo(held.delivery?.id ?? '')).toMatchObject({
      status: 409,
      body: { error: { code: 'already_sent' } },
    })
  })

  it('leaves by the clock', async () => {
    const number = stage.newNumber()
    const task = await stage.write(number, 'hold short')
    await eventually(async () => expect(await texts(number)).toEqual(['Held for a moment']))
    await stage.runIn(task.conversationId, 'finished')
  })

  it.each(['text', 'template', 'buttons', 'comment'])('never leaves once it was taken back (%s)', async (word) => {
    const number = stage.newNumber()
    const task = await stage.write(number, `hold ${word}`)
    const held = await heldIn(task)
    const delivery = held.delivery?.id ?? ''
    expect(await undo(delivery)).toMatchObject({ status: 200, body: { state: 'failed', error: { code: 'undone' } } })
    const run = await stage.runIn(task.conversationId, 'stopped')
    expect(run.reason_code).toBe('undone')
    // Asked again, nothing more happens.
    expect(await undo(delivery)).toMatchObject({ status: 200, body: { state: 'failed', error: { code: 'undone' } } })
    await skipTime(stage, task.conversationId)
    await stage.api('POST', `/api/tasks/${task.id}/comments`, { text: 'Instead', notify: { contact: true } })
    await eventually(async () => expect(await texts(number)).toEqual(['Instead']))
    const events = await stage.database.db
      .selectFrom('conversation_events')
      .select('kind')
      .where('conversation_id', '=', task.conversationId)
      .where('kind', 'in', ['delivery.failed', 'delivery.released'])
      .execute()
    expect(events).toEqual([{ kind: 'delivery.failed' }])
  })
})

describe('an employee’s comment with an undo window', () => {
  const comment = (task: Task, body: object) =>
    stage.api<Entry & { error?: { code: string } }>('POST', `/api/tasks/${task.id}/comments`, body)

  it('waits, is taken back with all its parts, or leaves', async () => {
    const number = stage.newNumber()
    const task = await stage.write(number, 'Hi')
    const files = [await stage.upload(Buffer.from('price list\n'), 'prices.txt')]
    const { status, body } = await comment(task, {
      text: 'x'.repeat(2000),
      attachmentIds: files,
      notify: { contact: true },
      holdSeconds: 3600,
    })
    expect(status).toBe(201)
    expect(body.deliveries).toHaveLength(2)
    for (const part of body.deliveries) expect(part.holdUntil).not.toBeNull()
    expect(await undo(body.deliveries[1]?.id ?? '')).toMatchObject({ status: 200 })
    const parts = (await stage.feed(task.id)).find(({ id }) => id === body.id)?.deliveries
    expect(parts?.map(({ state, error }) => [state, error?.code])).toEqual([
      ['failed', 'undone'],
      ['failed', 'undone'],
    ])

    await comment(task, { text: 'short', notify: { contact: true }, holdSeconds: 1 })
    await eventually(async () => expect(await texts(number)).toEqual(['short']))
  })

  it.each([
    ['an hour at most', { text: 'x', notify: { contact: true }, holdSeconds: 3601 }, 400],
    ['no part of a second', { text: 'x', notify: { contact: true }, holdSeconds: 0.5 }, 400],
    ['nothing that stays in the house', { text: 'x', holdSeconds: 5 }, 422],
  ])('can be held for %s', async (_name, body, status) => {
    const task = await stage.write(stage.newNumber(), 'Hi')
    expect((await comment(task, body)).status).toBe(status)
  })

  it('held ones leave in the order in which they were written', async () => {
    const number = stage.newNumber()
    const task = await stage.write(number, 'Hi')
    for (const text of ['one', 'two', 'three']) {
      await comment(task, { text, notify: { contact: true }, holdSeconds: 3600 })
    }
    await skipTime(stage, task.conversationId)
    await eventually(async () => expect(await texts(number)).toEqual(['one', 'two', 'three']))
  })

  it('never leaves where its run begins anew: the client gets the newer one alone', async () => {
    await publishDocument(
      stage,
      `
id: hold-restart
name: Held and begun anew
trigger: { event: message.received, when: { field: event.text, startsWith: anew } }
concurrency: restart
steps:
  - { id: say, sendText: { text: 'You said {{ event.text }}', hold: 1h } }
`,
    )
    const number = stage.newNumber()
    const task = await stage.write(number, 'anew one')
    await heldIn(task)
    await stage.write(number, 'anew two')
    await eventually(async () => {
      const runs = await stage.database.db
        .selectFrom('runs')
        .select('state')
        .where('conversation_id', '=', task.conversationId)
        .orderBy('id')
        .execute()
      expect(runs).toEqual([{ state: 'stopped' }, { state: 'running' }])
    })
    await skipTime(stage, task.conversationId)
    await eventually(async () => expect(await texts(number)).toEqual(['You said anew two']))
    const left = await stage.database.db
      .selectFrom('deliveries')
      .select(['state', 'error_code'])
      .where('conversation_id', '=', task.conversationId)
      .where('state', 'in', ['queued', 'failed'])
      .execute()
    expect(left).toEqual([{ state: 'failed', error_code: 'undone' }])
  })
})
