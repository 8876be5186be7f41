import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Desk } from './desk.ts'

const DAY = 86_400_000

let desk: Desk
beforeAll(async () => {
  desk = await Desk.open()
})
afterEach(() => desk.unpublishAll())
afterAll(() => desk.close())

const caller = (more = '') => `
id: caller
name: Calls another
trigger: { event: message.received, when: { field: event.text, is: go } }
vars: { answer: { type: map } }
steps:
  - { id: ask, call: { scenario: child, with: { name: '{{ contact.firstName }}' }, into: answer } }
  - { id: note, comment: { text: 'It said {{ vars.answer.word }}' } }
${more}`

const child = (steps: string, more = '') => `
id: child
name: Is called
trigger: { event: message.received, when: { field: event.text, is: never } }
${more}
vars: { name: { type: string, default: '' }, word: { type: string, default: 'nothing' } }
steps:
${steps}`

const SETS = `  - { id: set, set: { word: 'hello {{ vars.name }}' } }`
const WAITS = `
  - { id: w, wait: { for: [message.received], timeout: 5d } }
  - { id: set, set: { word: '{{ event.text }}' } }`

describe('a call', () => {
  it('goes on at once where the child finishes at once, with its variables', async () => {
    await desk.publish(child(SETS))
    await desk.publish(caller())
    const client = await desk.client()
    await desk.say(client, 'go')
    expect(await desk.states(client)).toEqual(['caller finished', 'child finished'])
    expect(await desk.notes(client)).toEqual(['It said hello Sheena'])
    const { id, parent_id, run } = await desk.run(client, 'child')
    expect(parent_id).toBe((await desk.run(client, 'caller')).id)
    expect(run.chain.scenarios).toEqual(['caller'])
    expect((await desk.entries(id)).map(({ outcome }) => outcome)).toEqual(['started', 'done', 'finished'])
  })

  it('waits for days, until the child has heard the client', async () => {
    await desk.publish(child(WAITS))
    await desk.publish(caller())
    const client = await desk.client()
    await desk.say(client, 'go')
    expect(await desk.states(client)).toEqual(['caller running', 'child waiting'])
    await desk.say(client, 'at last')
    expect(await desk.states(client)).toEqual(['caller finished', 'child finished'])
    expect(await desk.notes(client)).toEqual(['It said at last'])
  })

  it('goes on when the time of the child is over', async () => {
    await desk.publish(child(WAITS))
    await desk.publish(caller())
    const client = await desk.client()
    await desk.say(client, 'go')
    await desk.work(client, Date.now() + 6 * DAY)
    expect(await desk.states(client)).toEqual(['caller finished', 'child finished'])
    expect(await desk.notes(client)).toEqual(['It said go'])
  })

  it('fails where the child fails, and is stopped where the child is stopped', async () => {
    await desk.publish(child(`  - { id: f, set: { word: '{{ contact.fields.nowhere }}' } }`))
    await desk.publish(caller())
    const failing = await desk.client()
    await desk.say(failing, 'go')
    expect(await desk.states(failing)).toEqual(['caller failed called_failed', 'child failed missing_value'])

    await desk.publish(child(WAITS))
    const stopped = await desk.client()
    await desk.say(stopped, 'go')
    const { id } = await desk.run(stopped, 'child')
    await desk.ask(stopped, [id], { do: 'stop', code: 'by_person', message: 'A person ended it' })
    expect(await desk.states(stopped)).toEqual(['caller stopped called_stopped', 'child stopped by_person'])
  })

  it('ends the child with the caller', async () => {
    await desk.publish(child(WAITS))
    await desk.publish(caller())
    const client = await desk.client()
    await desk.say(client, 'go')
    const { id } = await desk.run(client, 'caller')
    await desk.ask(client, [id], { do: 'stop', code: 'by_person', message: 'A person ended it' })
    expect(await desk.states(client)).toEqual(['caller stopped by_person', 'child stopped caller_ended'])
    await desk.say(client, 'too late')
    expect(await desk.states(client)).toEqual(['caller stopped by_person', 'child stopped caller_ended'])
  })

  it('ends both when the life of the caller is over', async () => {
    await desk.publish(child(WAITS.replace('5d', '60d')))
    await desk.publish(caller('limits: { lifetime: 10d }\n'))
    const client = await desk.client()
    await desk.say(client, 'go')
    await desk.work(client, Date.now() + 11 * DAY)
    expect(await desk.states(client)).toEqual(['caller stopped limit_lifetime', 'child stopped caller_ended'])
  })

  it('fails where the child is running already and skips, and waits its turn where it queues', async () => {
    const byItself = `trigger: { event: message.received, when: { field: event.text, is: alone } }`
    const alone = (concurrency: string) =>
      child(WAITS).replace(/trigger:.*/, `${byItself}\nconcurrency: ${concurrency}`)
    await desk.publish(alone('skip'))
    await desk.publish(caller())
    const skips = await desk.client()
    await desk.say(skips, 'alone')
    await desk.append(skips, { kind: 'contact.opted_in', scope: 'marketing', note: null })
    await desk.publish(
      caller()
        .replace('message.received', 'contact.opted_out')
        .replace(/, when:[^}]*}/, ''),
    )
    await desk.append(skips, { kind: 'contact.opted_out', scope: 'marketing', note: null })
    expect(await desk.states(skips)).toEqual(['child waiting', 'caller failed already_running'])

    await desk.publish(alone('queue'))
    const queues = await desk.client()
    await desk.say(queues, 'alone')
    await desk.append(queues, { kind: 'contact.opted_out', scope: 'marketing', note: null })
    expect(await desk.states(queues)).toEqual(['child waiting', 'caller running', 'child queued'])
    await desk.say(queues, 'the first one')
    expect(await desk.states(queues)).toEqual(['child finished', 'caller running', 'child waiting'])
    await desk.say(queues, 'the second one')
    expect(await desk.states(queues)).toEqual(['child finished', 'caller finished', 'child finished'])
    expect(await desk.notes(queues)).toEqual(['It said the second one'])
  })

  it('is blocked while the child is switched off, and goes on when a person says so', async () => {
    await desk.publish(caller())
    const client = await desk.client()
    await desk.say(client, 'go')
    expect(await desk.states(client)).toEqual(['caller blocked unknown_scenario'])
    await desk.publish(child(SETS))
    await desk.ask(client, [(await desk.run(client, 'caller')).id], { do: 'resume' })
    expect(await desk.states(client)).toEqual(['caller finished', 'child finished'])
    expect(await desk.notes(client)).toEqual(['It said hello Sheena'])
  })

  it('is refused where it would call what led to it', async () => {
    await desk.publish(caller())
    await desk.publish(child(`  - { id: back, call: { scenario: caller } }`))
    const client = await desk.client()
    await desk.say(client, 'go')
    expect(await desk.states(client)).toEqual(['caller failed called_failed', 'child failed limit_chain'])
  })

  it('counts messages in the limits of the child, not of the caller', async () => {
    await desk.publish(
      child(
        `
  - { id: one, sendText: { text: 'One' } }
  - { id: two, sendText: { text: 'Two' } }`,
        'limits: { messages: 2 }',
      ),
    )
    await desk.publish(
      caller(`  - { id: three, sendText: { text: 'Three', ifWindowClosed: fail } }\nlimits: { messages: 1 }\n`),
    )
    const client = await desk.client()
    await desk.say(client, 'go')
    await desk.sendAll(client)
    expect(await desk.said(client)).toEqual(['One', 'Two', 'Three'])
    expect(await desk.states(client)).toEqual(['caller finished', 'child finished'])
  })

  it('waits for the new run where the child is restarted by a publish, and stays where its own version cannot be moved', async () => {
    await desk.publish(child(WAITS))
    await desk.publish(caller())
    const client = await desk.client()
    await desk.say(client, 'go')
    await desk.publish(child(WAITS.replace('{{ event.text }}', 'new {{ event.text }}')))
    await desk.ask(client, [(await desk.run(client, 'child')).id], {
      do: 'restart',
      version: await desk.version('child'),
    })
    expect(await desk.states(client)).toEqual(['caller running', 'child stopped restarted', 'child waiting'])

    const before = await desk.version('caller')
    await desk.publish(caller())
    await desk.ask(client, [(await desk.run(client, 'caller')).id], { do: 'move', version: before + 1 })
    expect((await desk.run(client, 'caller')).version).toBe(before)

    await desk.say(client, 'word')
    expect(await desk.states(client)).toEqual(['caller finished', 'child stopped restarted', 'child finished'])
    expect(await desk.notes(client)).toEqual(['It said new word'])
  })

  it('calls anew where the caller is restarted by a publish', async () => {
    await desk.publish(child(WAITS))
    await desk.publish(caller())
    const client = await desk.client()
    await desk.say(client, 'go')
    await desk.publish(caller())
    await desk.ask(client, [(await desk.run(client, 'caller')).id], {
      do: 'restart',
      version: await desk.version('caller'),
    })
    expect(await desk.states(client)).toEqual([
      'caller stopped restarted',
      'child stopped caller_ended',
      'caller running',
      'child waiting',
    ])
  })
})
