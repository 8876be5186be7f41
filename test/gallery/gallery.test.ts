import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConversationId, GroupId, TaskId } from '../../src/domain/ids.ts'
import { newId } from '../../src/store/new-id.ts'
import { eventually } from '../kit/eventually.ts'
import { json, openOutsideServer } from '../kit/outside-server.ts'
import { openRunningHouse, type RunningHouse } from '../kit/running-house.ts'
import { skipTime } from '../kit/skip-time.ts'

const DIRECTORY = join(import.meta.dirname, '../../docs/gallery')
const NAMES = readdirSync(DIRECTORY)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.slice(0, -'.yaml'.length))

const NEVER: { from: string; to: string }[][] = Array.from({ length: 7 }, () => [])
const ALWAYS = Array.from({ length: 7 }, () => [{ from: '00:00', to: '24:00' }])

let house: RunningHouse
/** `crm`: what the scenarios call so */
let endpoint: string
beforeAll(async () => {
  house = await openRunningHouse()
  const { db } = house.database
  for (const name of ['support', 'sales', 'finance', 'delivery', 'leads']) {
    await db
      .insertInto('groups')
      .values({ id: newId<GroupId>(), name, member_ids: [house.owner] })
      .execute()
  }
  await setHours('support', ALWAYS)
  await setHours('sales', ALWAYS)
  await db
    .updateTable('task_templates')
    .set({
      statuses: JSON.stringify([
        { key: 'new', name: 'New', active: true },
        { key: 'quote_sent', name: 'Quote sent', active: true },
        { key: 'no_answer', name: 'No answer', active: false },
        { key: 'done', name: 'Done', active: false },
      ]),
    })
    .execute()
  const made = await house.api<{ id: string }>('POST', '/api/endpoints', {
    name: 'crm',
    url: 'http://127.0.0.1:1',
    allowPrivateAddress: true,
  })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  endpoint = made.body.id
  // The provider's own: every new account of the simulator has them.
  expect((await house.api('POST', '/api/templates/sync', { channelId: house.channel })).status).toBe(200)
})
afterAll(() => house.close())

const setHours = (name: string, week: unknown) =>
  sql`insert into calendars (id, name, time_zone, week) values (gen_random_uuid(), ${name}, 'Europe/Berlin', ${JSON.stringify(week)}::jsonb)
    on conflict ((lower(name))) do update set week = excluded.week`.execute(house.database.db)

const textOf = (name: string): string => readFileSync(join(DIRECTORY, `${name}.yaml`), 'utf8')

/** From the file to what events start, through the same doors as an author; it is switched off again afterwards. */
async function withScenario(name: string, story: (id: string) => Promise<void>): Promise<void> {
  const made = await house.api<{ id: string }>('POST', '/api/scenarios', { document: textOf(name) })
  expect(made.status).toBe(201)
  const { id } = made.body
  const published = await house.api('POST', `/api/scenarios/${id}/publish`, { inFlight: 'pin' })
  expect(published, JSON.stringify(published.body)).toMatchObject({ status: 200 })
  try {
    await story(id)
  } finally {
    await house.api('POST', `/api/scenarios/${id}/disable`)
  }
}

interface Task {
  id: TaskId
  conversationId: ConversationId
  requester: { id: string }
  status: { key: string }
  fields: Record<string, unknown>
  assignees: { id: string }[]
}

/** What scenarios noted in a task, for colleagues. */
async function notes(id: TaskId, ...texts: unknown[]): Promise<void> {
  await eventually(async () => {
    const { body } = await house.api<{
      items: { text: string; author: { kind: string }; delivery: unknown; kind: string }[]
    }>('GET', `/api/tasks/${id}/comments?limit=200`)
    const notes = body.items.filter(
      ({ author, delivery, kind }) => author.kind === 'scenario' && !delivery && kind !== 'system',
    )
    expect(notes.map(({ text }) => text)).toEqual(texts)
  })
}

let clients = 0
class Client {
  readonly number = `1650444${String(++clients).padStart(4, '0')}`

  async says(message: string | Record<string, unknown>): Promise<void> {
    const body = typeof message === 'string' ? { text: message } : message
    await house.phone({ from: this.number, name: 'Ann Example', ...body })
  }

  task(): Promise<Task> {
    return eventually(async () => {
      const { body } = await house.api<{ items: Task[] }>('GET', `/api/tasks?status=all&q=${this.number}`)
      const [task] = body.items
      if (!task) throw new Error('no task yet')
      return (await house.api<Task>('GET', `/api/tasks/${task.id}`)).body
    })
  }

  async gets(...texts: unknown[]): Promise<void> {
    await eventually(async () => {
      const messages = await house.phoneMessages(this.number)
      expect(messages.filter(({ direction }) => direction === 'to_client').map(({ text }) => text)).toEqual(texts)
    })
  }

  /** What colleagues read: notes of scenarios. */
  async noted(...texts: unknown[]): Promise<void> {
    await notes((await this.task()).id, ...texts)
  }

  async waits(): Promise<void> {
    await this.runs('waiting')
  }

  async runs(...states: string[]): Promise<void> {
    const { conversationId } = await this.task()
    await eventually(async () => {
      const runs = await house.database.db
        .selectFrom('runs')
        .select(['state'])
        .where('conversation_id', '=', conversationId)
        .orderBy('id')
        .execute()
      expect(runs.map(({ state }) => state)).toEqual(states)
    })
  }

  /** Whatever this conversation waits for, it has waited long enough. */
  async timePasses(): Promise<void> {
    await skipTime(house, (await this.task()).conversationId)
  }

  /** A button of the last message that came. */
  async taps(id: string, title: string): Promise<void> {
    await this.says({ interactive: { type: 'button_reply', button_reply: { id, title } }, replyTo: await this.last() })
  }

  /** A quick reply of the template that came last. */
  async presses(payload: string, text: string): Promise<void> {
    await this.says({ button: { payload, text }, replyTo: await this.last() })
  }

  async last(): Promise<string> {
    const shown = (await house.phoneMessages(this.number)).findLast(({ direction }) => direction === 'to_client')
    if (!shown) throw new Error('nothing came')
    return shown.id
  }

  async answer(text: string): Promise<void> {
    const { id } = await this.task()
    const { status } = await house.api('POST', `/api/tasks/${id}/comments`, { text, notify: { contact: true } })
    expect(status).toBe(201)
  }

  async change(change: Record<string, unknown>): Promise<void> {
    const { id } = await this.task()
    const { status } = await house.api('PATCH', `/api/tasks/${id}`, change)
    expect(status).toBe(200)
  }
}

async function client(hello: string | Record<string, unknown> = 'Hello'): Promise<Client> {
  const one = new Client()
  await one.says(hello)
  await one.task()
  return one
}

const stories: Record<string, (id: string) => Promise<void>> = {
  'greeting-out-of-hours': async () => {
    await setHours('support', NEVER.with(0, [{ from: '03:00', to: '03:01' }]))
    const ann = await client('Is anybody there?')
    await ann.gets('Hello Ann, thank you for writing. Nobody is here now: we answer in the morning.')
    await ann.says('Hello?')
    await ann.waits()
    await ann.timePasses()
    await ann.noted('Wrote while nobody was here: please answer first')
    await setHours('support', ALWAYS)
    const bob = await client('And in the daytime?')
    await bob.runs()
  },
  'no-answer-template': async () => {
    const ann = await client()
    await ann.answer('Here is what you asked for')
    await ann.waits()
    await ann.timePasses()
    await ann.gets('Here is what you asked for', 'Hello Ann, do you still need our help?')
    await ann.noted('No answer to the reminder either')
    const bob = await client()
    await bob.answer('And this is for you')
    await bob.waits()
    await bob.says('Thank you')
    await bob.runs('finished')
    await bob.gets('And this is for you')
  },
  'quote-follow-up': async () => {
    const silent = await client()
    await silent.change({ status: 'quote_sent', fields: { amount: '90 €' } })
    await silent.waits()
    await silent.timePasses()
    await silent.gets('Hello Ann, our quote of 90 € is waiting for your answer.')
    await eventually(async () => expect((await silent.task()).status.key).toBe('no_answer'))
    const buyer = await client()
    await buyer.change({ status: 'quote_sent', fields: { amount: '90 €' } })
    await buyer.waits()
    await buyer.says('Ok, I take it')
    await eventually(async () => expect((await buyer.task()).assignees).toMatchObject([{ id: house.owner }]))
    await buyer.noted()
    const asking = await client()
    await asking.change({ status: 'quote_sent', fields: { amount: '90 €' } })
    await asking.waits()
    await asking.says('Does it come in red?')
    await asking.noted('Client answered, please read')
  },
  'opt-out-words': async () => {
    const ann = await client('Стоп!')
    await ann.gets('You get no more advertising from us. You can still write to us at any time.')
    const { requester } = await ann.task()
    const contact = await house.api<{ optedOutAt: string | null }>('GET', `/api/contacts/${requester.id}`)
    expect(contact.body).toMatchObject({ optedOut: true })
    const bob = await client('I do not want to stop')
    await bob.runs()
  },
  'route-by-keyword': async () => {
    const ann = await client('Where is my invoice?')
    await eventually(async () => expect((await ann.task()).fields).toMatchObject({ topic: 'finance' }))
    const bob = await client('Где мой заказ?')
    await eventually(async () => expect((await bob.task()).fields).toMatchObject({ topic: 'delivery' }))
    const eve = await client('Reorders are fun')
    await eve.runs('finished')
    expect((await eve.task()).fields).toEqual({})
  },
  'vip-alert': async () => {
    const ann = await client('Hello')
    const { requester } = await ann.task()
    await house.api('PATCH', `/api/contacts/${requester.id}`, { tags: ['vip'] })
    await ann.says('I am important')
    await ann.noted('A VIP client wrote: I am important')
    await ann.says('Very')
    await ann.waits()
    await ann.noted('A VIP client wrote: I am important')
  },
  'unanswered-alert': async () => {
    const ann = await client('Anybody?')
    await ann.waits()
    await ann.says('Hello?')
    await ann.timePasses()
    await ann.noted('The client has waited for an hour')
    const bob = await client('Anybody?')
    await bob.waits()
    await bob.answer('Here I am')
    await bob.runs('stopped')
  },
  'send-address': async (id) => {
    const ann = await client()
    const task = await ann.task()
    const pressed = await house.api('POST', `/api/tasks/${task.id}/buttons/${id}`, { inputs: { branch: 'north' } })
    expect(pressed.status).toBe(202)
    await ann.gets('Our address: 1 North St')
    await house.database.db
      .updateTable('conversations')
      .set({ last_in_at: new Date(Date.now() - 25 * 3_600_000) })
      .where('id', '=', task.conversationId)
      .execute()
    await house.api('POST', `/api/tasks/${task.id}/buttons/${id}`, { inputs: { branch: 'south' } })
    await ann.gets('Our address: 1 North St', 'Наш адрес: south')
  },
  'rating-after-closing': async () => {
    const ann = await client()
    const rated = await ann.task()
    await ann.change({ status: 'done' })
    await ann.waits()
    await ann.timePasses()
    await ann.gets('How did we do?')
    await ann.taps('rate-bad', 'Bad')
    await ann.gets('How did we do?', 'We are sorry to hear that. A colleague will look at it.')
    // The answer opens a task of its own; what the scenario has to say is about the one that was closed.
    await notes(rated.id, 'The client was not content: please read the conversation')
    const { body } = await house.api<Task>('GET', `/api/tasks/${rated.id}`)
    expect(body).toMatchObject({ fields: { rating: 'rate-bad' }, status: { key: 'done' } })
    const bob = await client()
    await bob.change({ status: 'done' })
    await bob.waits()
    await bob.says('One more thing')
    await bob.runs('finished')
    await bob.gets()
  },
  'appointment-reminder': async () => {
    const [ann, bob, eve] = [await client(), await client(), await client()]
    await isLookedAfter('task.due')
    const dueAt = new Date(Date.now() + 23.5 * 3_600_000).toISOString()
    for (const one of [ann, bob, eve]) {
      await one.change({ dueAt })
      await one.gets(expect.stringMatching(/^Hello Ann, we are waiting for you on .* Will you come\?$/))
    }
    await ann.presses('confirm', 'Confirm')
    await ann.gets(expect.anything(), 'Thank you, see you then!')
    expect((await ann.task()).fields).toMatchObject({ appointment: 'confirmed' })
    await bob.presses('reschedule', 'Reschedule')
    await bob.noted('The client asks for another time')
    await eve.timePasses()
    await eve.noted('The appointment was not confirmed')
  },
  'window-closing': async () => {
    const ann = await client('A question')
    await isLookedAfter('window.closing')
    const { conversationId } = await ann.task()
    await sql`update conversations set last_in_at = now() - interval '22 hours 30 minutes'
      where id = ${conversationId}`.execute(house.database.db)
    await sql`update timed_triggers set watermark = watermark - interval '1 day'
      where event = 'window.closing'`.execute(house.database.db)
    await ann.noted('In two hours only templates can be sent: please answer now')
  },
  'new-lead-to-crm': async () => {
    let works = true
    const crm = await openOutsideServer((_, response) => json(response, { id: 'L-7' }, works ? 201 : 400))
    try {
      const made = await house.api('PATCH', `/api/endpoints/${endpoint}`, { url: crm.url })
      expect(made.status).toBe(200)
      const ann = await client()
      await eventually(async () => {
        const { requester } = await ann.task()
        const contact = await house.api('GET', `/api/contacts/${requester.id}`)
        expect(contact.body).toMatchObject({ fields: { crm_id: 'L-7' } })
      })
      expect(crm.calls.map(({ method, url, body: sent }) => [method, url, JSON.parse(sent)])).toEqual([
        ['POST', '/leads', { name: 'Ann Example', phone: expect.stringContaining(ann.number), source: 'Shop' }],
      ])
      works = false
      const bob = await client()
      await bob.noted('The CRM does not answer: please enter this lead by hand')
    } finally {
      await crm.close()
    }
  },
}

/** The sweeper of the house looks after this time from now on. */
const isLookedAfter = (event: string) =>
  eventually(async () => {
    const rows = await house.database.db
      .selectFrom('timed_triggers')
      .select('key')
      .where('event', '=', event as never)
      .execute()
    expect(rows).not.toHaveLength(0)
  })

describe('the gallery', () => {
  it('has a story for each of its scenarios', () => {
    expect(NAMES).toEqual(Object.keys(stories).toSorted())
  })

  it.each(Object.entries(stories))('%s', (name, story) => withScenario(name, story), 60_000)
})
