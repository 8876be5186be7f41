import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { explain } from '../../../src/store/scenarios/explain.ts'
import { Desk } from './desk.ts'

const DAY = 86_400_000

let desk: Desk
beforeAll(async () => {
  desk = await Desk.open()
})
afterEach(() => desk.unpublishAll())
afterAll(() => desk.close())

const greets = (id: string, more = '') => `
id: ${id}
name: Says ${id}
trigger: { event: message.received }
${more}
steps: [ { id: say, sendText: { text: 'I am ${id}' } } ]
`
const TAGS = `
id: tags
name: Tags without a word
trigger: { event: message.received }
steps: [ { id: tag, tag: seen } ]
`
/** Asks, then answers with what it heard. */
const dialogue = (more = '') => `
id: dialogue
name: Asks and answers
trigger: { event: message.received, when: { field: event.text, is: talk } }
${more}
steps:
  - { id: ask, sendText: { text: 'Which one?' } }
  - { id: w, wait: { for: [message.received], timeout: 5d } }
  - { id: say, sendText: { text: 'So it is {{ event.text }}' } }
`

describe('the floor', () => {
  it('is given to one of two that greet; the silent one beside them runs', async () => {
    await desk.publish(greets('low'))
    await desk.publish(greets('high', 'priority: 5'))
    await desk.publish(TAGS)
    const client = await desk.client()
    await desk.say(client, 'hi')
    await desk.sendAll(client)
    expect(await desk.said(client)).toEqual(['I am high'])
    expect(await desk.states(client)).toEqual(['high finished', 'tags finished'])
    const [decision] = (await desk.decisions(client)).filter(({ event }) => event === 'message.received')
    expect(decision).toMatchObject({ started: ['high', 'tags'], not: ['low floor_taken'] })
    const told = await explain(desk.db, desk.actor, { comment: decision?.comment as never })
    expect(told?.didNotFire).toMatchObject([{ event: 'message.received', reason: 'floor_taken' }])
  })

  it('goes to the next where the first has nothing to say this time, is running already, or fails before a word', async () => {
    const high = (steps: string, more = '') => `
id: high
name: Not today
trigger: { event: message.received }
priority: 5
${more}
steps: ${steps}
`
    await desk.publish(greets('low'))
    await desk.publish(
      high(
        `[ { id: i, if: { field: contact.tags, contains: vip }, then: [ { id: say, sendText: { text: 'Dear' } } ] } ]`,
      ),
    )
    const silent = await desk.client()
    await desk.say(silent, 'hi')
    expect(await desk.said(silent)).toEqual(['I am low'])

    await desk.publish(
      high(
        `[ { id: f, set: { x: '{{ contact.fields.none }}' } }, { id: say, sendText: { text: 'Dear' } } ]`,
        'vars: { x: { type: string } }',
      ),
    )
    const fails = await desk.client()
    await desk.say(fails, 'hi')
    expect(await desk.said(fails)).toEqual(['I am low'])

    await desk.publish(
      high(
        `[ { id: w, wait: { for: [task.assigned], timeout: 9d } }, { id: say, sendText: { text: 'Dear', ifWindowClosed: skip } } ]`,
        'concurrency: skip',
      ),
    )
    const runs = await desk.client()
    await desk.say(runs, 'one')
    await desk.sendAll(runs)
    await desk.say(runs, 'two')
    await desk.sendAll(runs)
    expect(await desk.said(runs)).toEqual(['I am low', 'I am low'])
  })

  it('is held by who speaks through a scenario that it calls', async () => {
    await desk.publish(greets('low'))
    await desk.publish(greets('speaker').replace('message.received', 'contact.opted_out'))
    await desk.publish(`
id: caller
name: Lets another one speak
trigger: { event: message.received }
priority: 5
steps: [ { id: c, call: { scenario: speaker } } ]
`)
    const client = await desk.client()
    await desk.say(client, 'hi')
    expect(await desk.said(client)).toEqual(['I am speaker'])
    expect((await desk.decisions(client)).find(({ event }) => event === 'message.received')).toMatchObject({
      not: ['low floor_taken'],
    })
  })

  it('stays with a dialogue that waits for the message', async () => {
    await desk.publish(dialogue())
    const client = await desk.client()
    await desk.say(client, 'talk')
    await desk.sendAll(client)
    await desk.publish(greets('greeting'))
    await desk.say(client, 'the red one')
    await desk.sendAll(client)
    expect(await desk.said(client)).toEqual(['Which one?', 'So it is the red one'])
    expect((await desk.decisions(client)).findLast(({ event }) => event === 'message.received')).toMatchObject({
      not: ['dialogue condition', 'greeting floor_taken'],
    })
    await desk.say(client, 'more')
    expect((await desk.said(client)).at(-1)).toBe('I am greeting')
  })

  it('stays with a run that speaks for the first time, now that the client has written', async () => {
    await desk.publish(`
id: first
name: Waits, then speaks
trigger: { event: task.status_changed, when: { field: event.to, is: in_progress } }
steps:
  - { id: w, wait: { for: [message.received], timeout: 5d } }
  - { id: say, sendText: { text: 'There you are', ifWindowClosed: skip } }
`)
    const client = await desk.client()
    await desk.say(client, 'hi')
    const { id } = await desk.task(client)
    await desk.append(client, { kind: 'task.status_changed', task: id, from: 'new', to: 'in_progress', by: null })
    await desk.publish(greets('greeting'))
    await desk.say(client, 'hi again')
    expect(await desk.said(client)).toEqual(['There you are'])
  })

  it('is taken by a higher priority: the dialogue does not hear of the message, and waits on', async () => {
    await desk.publish(dialogue())
    const client = await desk.client()
    await desk.say(client, 'talk')
    await desk.sendAll(client)
    await desk.publish(
      greets('urgent', 'priority: 9').replace(
        '{ event: message.received }',
        '{ event: message.received, when: { field: event.text, is: urgent } }',
      ),
    )
    await desk.say(client, 'urgent')
    await desk.sendAll(client)
    expect(await desk.said(client)).toEqual(['Which one?', 'I am urgent'])
    expect((await desk.decisions(client)).findLast(({ event }) => event === 'message.received')?.not).toContain(
      'dialogue floor_taken',
    )
    await desk.say(client, 'the red one')
    await desk.sendAll(client)
    expect((await desk.said(client)).at(-1)).toBe('So it is the red one')
  })

  it('is with the higher one of two that wait for the same message; the silent one hears it, too', async () => {
    const waits = (id: string, priority: number, then: string) => `
id: ${id}
name: Waits as ${id}
trigger: { event: message.received, when: { field: event.text, is: begin } }
priority: ${priority}
steps:
  - { id: w, wait: { for: [message.received], timeout: 5d } }
  - ${then}
`
    await desk.publish(waits('one', 1, `{ id: say, sendText: { text: One } }`))
    await desk.publish(waits('two', 2, `{ id: say, sendText: { text: Two } }`))
    await desk.publish(waits('quiet', 0, `{ id: tag, tag: heard }`))
    const client = await desk.client()
    await desk.say(client, 'begin')
    await desk.say(client, 'now')
    await desk.sendAll(client)
    expect(await desk.said(client)).toEqual(['Two'])
    expect((await desk.states(client)).toSorted()).toEqual(['one waiting', 'quiet finished', 'two finished'])
    await desk.say(client, 'once more')
    await desk.sendAll(client)
    expect(await desk.said(client)).toEqual(['Two', 'One'])
  })

  it('does not concern a reminder that speaks days later', async () => {
    await desk.publish(`
id: reminder
name: Speaks when nobody answers
trigger: { event: message.received }
priority: 9
steps:
  - id: w
    wait: { for: [message.received], timeout: 1h }
    onReply: [ { id: end, stop: true } ]
  - { id: say, sendText: { text: 'Still there?', ifWindowClosed: skip } }
`)
    await desk.publish(greets('greeting'))
    const client = await desk.client()
    await desk.say(client, 'hi')
    await desk.sendAll(client)
    expect(await desk.said(client)).toEqual(['I am greeting'])
    await desk.say(client, 'hi again')
    await desk.sendAll(client)
    expect(await desk.said(client)).toEqual(['I am greeting', 'I am greeting'])
    expect((await desk.states(client)).slice(0, 2)).toEqual(['reminder finished', 'greeting finished'])
  })

  it('is not asked by a button that is pressed while a scenario waits', async () => {
    await desk.publish(dialogue())
    const button = await desk.publish(`
id: pressed
name: Is pressed
trigger: { button: { label: Press, confirm: false } }
steps: [ { id: say, sendText: { text: 'Pressed', ifWindowClosed: fail } } ]
`)
    const client = await desk.client()
    await desk.say(client, 'talk')
    await desk.sendAll(client)
    await desk.press(client, button)
    await desk.sendAll(client)
    expect(await desk.said(client)).toEqual(['Which one?', 'Pressed'])
    expect(await desk.states(client)).toEqual(['dialogue waiting', 'pressed finished'])
  })
})

describe('a person who writes to the client', () => {
  const speaks = (how = '') => `
id: speaks
name: Is about to speak
trigger: { event: message.received, when: { field: event.text, is: go } }
steps:
  - { id: say, sendText: { text: 'From the machine'${how} } }
  - { id: note, comment: { text: 'It went out' } }
`
  it.each([
    ['held', `, hold: 30s`],
    ['queued', ''],
  ])('comes before a message that is %s', async (_, how) => {
    await desk.publish(speaks(how))
    const client = await desk.client()
    await desk.say(client, 'go')
    expect(await desk.states(client)).toEqual(['speaks running'])
    await desk.answer(client, 'I am here myself')
    expect(await desk.states(client)).toEqual(['speaks stopped human_reply'])
    expect(await desk.said(client)).toEqual(['From the machine (taken back)'])
    await desk.sendAll(client)
    expect(await desk.notes(client)).toEqual([])
  })

  it('comes too late for one that a sender has claimed', async () => {
    await desk.publish(speaks())
    const client = await desk.client()
    await desk.say(client, 'go')
    await desk.db.updateTable('deliveries').set({ state: 'sending' }).where('conversation_id', '=', client).execute()
    await desk.answer(client, 'I am here myself')
    expect(await desk.states(client)).toEqual(['speaks running'])
    expect(await desk.said(client)).toEqual(['From the machine'])
  })

  it('does not take back what a person set going by a button', async () => {
    const button = await desk.publish(`
id: pressed
name: Is pressed
trigger: { button: { label: Press, confirm: false } }
steps: [ { id: say, sendText: { text: 'Our address', hold: 30s, ifWindowClosed: fail } } ]
`)
    const client = await desk.client()
    await desk.say(client, 'hi')
    await desk.press(client, button)
    await desk.answer(client, 'Here you are')
    await desk.sendAll(client)
    expect(await desk.said(client)).toEqual(['Our address'])
    expect(await desk.states(client)).toEqual(['pressed finished'])
  })

  it('ends what waits, unless its author says otherwise', async () => {
    const waits = (id: string, rule: string) => `
id: ${id}
name: Waits as ${id}
trigger: { event: message.received, when: { field: event.text, is: begin } }
steps: [ { id: w, wait: { for: [task.assigned], timeout: 9d }${rule} } ]
`
    await desk.publish(waits('cancels', ''))
    await desk.publish(waits('pauses', ', onInterrupt: { humanReply: pause }'))
    await desk.publish(waits('ignores', ', onInterrupt: { humanReply: ignore }'))
    const client = await desk.client()
    await desk.say(client, 'begin')
    await desk.answer(client, 'I am here myself')
    expect(await desk.states(client)).toEqual([
      'cancels stopped human_reply',
      'pauses waiting paused',
      'ignores waiting',
    ])
    await desk.work(client, Date.now() + 10 * DAY)
    expect((await desk.states(client)).at(-1)).toBe('ignores finished')
  })
})
