import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AttachmentId, GroupId } from '../../../src/domain/ids.ts'
import { newId } from '../../../src/store/new-id.ts'
import { addChannel, addUser } from '../../kit/house.ts'
import { addTemplate } from '../../kit/templates.ts'
import { type Desk, openDesk } from '../work/desk.ts'
import { scenario } from './documents.ts'

let desk: Desk
let id: string
let attachment: AttachmentId
beforeAll(async () => {
  desk = await openDesk()
  const { db } = desk.database
  const other = await addChannel(desk.database, { owner: desk.ownerId, template: desk.template, phoneNumberId: '2' })
  await db.updateTable('channels').set({ name: 'Other' }).where('id', '=', other).execute()
  for (const name of ['sales', 'twice', 'Twice']) {
    await db.insertInto('groups').values({ id: newId<GroupId>(), name }).execute()
  }
  const gone = await addUser(desk.database, 'Gone')
  await db.updateTable('users').set({ active: false, email: 'gone@example.test' }).where('id', '=', gone).execute()
  attachment = newId<AttachmentId>()
  await db
    .insertInto('attachments')
    .values({ id: attachment, name: 'a.pdf', mime: 'application/pdf', state: 'stored', created_by: null })
    .execute()
  await desk.owner('/api/quick-replies', {
    body: { title: 'Hours', shortcut: 'hours', text: 'Nine to five', shared: true },
  })
  const template = (name: string, rest: object = {}, channel = desk.channel) =>
    addTemplate({ database: desk.database, channel }, { name, ...rest })
  await template('plain')
  await template('plain', {}, other)
  await template('two', { body: 'Hello {{1}}, {{2}} left', language: 'en_US' })
  await template('two', { body: 'Hallo {{1}}', language: 'de' })
  await template('waiting', { status: 'pending' })
  const made = await desk.owner('/api/scenarios', { body: { document: scenario('checked') } })
  id = made.json.id
})
afterAll(() => desk.close())

/** `severity code path` of everything that is found. */
async function check(parts: object): Promise<string[]> {
  const saved = await desk.owner(`/api/scenarios/${id}`, {
    method: 'PUT',
    body: { document: JSON.stringify(scenario('checked', parts), null, 1) },
  })
  expect(saved.json.draft.problems).toEqual([])
  const { json } = await desk.owner(`/api/scenarios/${id}/check`, { method: 'POST' })
  const errors = json.findings.filter(({ severity }: { severity: string }) => severity === 'error')
  expect(json.ok).toBe(errors.length === 0)
  for (const { line, column } of json.findings) expect([line, column]).toEqual([expect.any(Number), expect.any(Number)])
  return json.findings.map(({ severity, code, path }: Record<string, string>) => `${severity} ${code} ${path}`)
}
const steps = (...list: object[]) => ({ steps: list.map((step, index) => ({ id: `s${index}`, ...step })) })

describe('names that this installation has not', () => {
  it.each([
    ['a group', { assign: { group: 'sales' } }, { assign: { group: 'salse' } }, 'group_unknown', 'assign.group'],
    [
      'a group of two',
      { assign: { group: 'sales' } },
      { assign: { group: 'twice' } },
      'group_ambiguous',
      'assign.group',
    ],
    ['a status', { setStatus: 'done' }, { setStatus: 'lost' }, 'status_unknown', 'setStatus'],
    [
      'a task template',
      { openTask: { template: 'Chat' } },
      { openTask: { template: 'Chats' } },
      'task_template_unknown',
      'openTask.template',
    ],
    [
      'a calendar in open hours',
      { wait: { timeout: '1h' } },
      { wait: { timeout: '1bh', calendar: 'sales' } },
      'calendar_unknown',
      'wait.calendar',
    ],
    [
      'an employee who left',
      { comment: { text: 'x', notify: ['assignee'] } },
      { comment: { text: 'x', notify: [{ employee: 'gone@example.test' }] } },
      'employee_unknown',
      'comment.notify[0].employee',
    ],
  ])('%s', async (_, known, unknown, code, path) => {
    expect(await check(steps(known))).toEqual([])
    expect(await check(steps(unknown))).toEqual([`error ${code} steps[0].${path}`])
  })

  it('say which one was probably meant', async () => {
    await check(steps({ assign: { group: 'salse' } }))
    const { json } = await desk.owner(`/api/scenarios/${id}/check`, { method: 'POST' })
    expect(json.findings[0].message).toContain('is it “sales”?')
  })

  it('finds an employee by id and by e-mail in any case', async () => {
    const { email } = await desk.database.db
      .selectFrom('users')
      .select('email')
      .where('id', '=', desk.ownerId)
      .executeTakeFirstOrThrow()
    expect(
      await check(steps({ assign: { employee: desk.ownerId } }, { assign: { employee: email.toUpperCase() } })),
    ).toEqual([])
  })

  it('what is computed is left to the run', async () => {
    expect(await check(steps({ assign: { employee: '{{ contact.name }}' } }))).not.toContainEqual(
      expect.stringContaining('employee_unknown'),
    )
  })
})

describe('files and quick replies', () => {
  const codes = async (one: object) => (await check(steps(one))).join()

  it('are there', async () => {
    const file = (attachmentId: string) => ({ sendFile: { attachmentId } })
    expect(await codes(file(attachment))).not.toContain('attachment_unknown')
    for (const other of [newId(), 'no-id']) expect(await codes(file(other))).toContain('attachment_unknown')
    const reply = (quickReply: string) => ({ sendQuickReply: { quickReply } })
    expect(await codes(reply('hours'))).not.toContain('quick_reply_unknown')
    expect(await codes(reply('ours'))).toContain('quick_reply_unknown')
  })
})

describe('templates', () => {
  const send = (template: object) => check(steps({ sendTemplate: template }))
  const at = 'steps[0].sendTemplate.name'

  it('exist, in the language that is asked for', async () => {
    expect(await send({ name: 'plain', language: 'en_US' })).toEqual([])
    expect(await send({ name: 'plain' })).toEqual([])
    expect(await send({ name: 'no_such' })).toEqual([`error template_unknown ${at}`])
    expect(await send({ name: 'plain', language: 'fr' })).toEqual([`error template_unknown ${at}`])
  })

  it('are approved', async () => {
    expect(await send({ name: 'waiting' })).toEqual([`error template_not_approved ${at}`])
  })

  it('get what they need; on a channel that has them not, a warning tells', async () => {
    const two = { name: 'two', language: 'en_US' }
    expect(await send({ ...two, body: ['{{ contact.name }}', '3'] })).not.toContainEqual(
      expect.stringContaining('template_parameters'),
    )
    expect(await send({ ...two, body: ['Ann'] })).toEqual([
      `warning template_not_everywhere ${at}`,
      `error template_parameters ${at}`,
    ])
    expect(await send(two)).toContain(`error template_parameters ${at}`)
  })

  it('whose languages differ get a warning where not all can be filled', async () => {
    expect(await send({ name: 'two', body: ['Ann'] })).toContain(`warning template_parameters ${at}`)
  })

  it('of a closed window are looked at, too', async () => {
    const found = await check(steps({ sendText: { text: 'Hi', ifWindowClosed: { template: { name: 'no_such' } } } }))
    expect(found).toEqual(['error template_unknown steps[0].sendText.ifWindowClosed.template.name'])
  })
})

describe('endpoints', () => {
  it('have to be there', async () => {
    expect(await check(steps({ http: { endpoint: 'crm' } }))).toContain('error endpoint_unknown steps[0].http.endpoint')
  })
})

describe('other scenarios', () => {
  it('that are started have to be published; to cancel one it only has to be there', async () => {
    await desk.owner('/api/scenarios', { body: { document: scenario('asleep') } })
    expect(await check(steps({ start: { scenario: 'aslep' } }))).toEqual([
      'error scenario_unknown steps[0].start.scenario',
    ])
    expect(await check(steps({ start: { scenario: 'asleep' } }))).toEqual([
      'error scenario_unpublished steps[0].start.scenario',
    ])
    expect(await check(steps({ cancel: { scenario: 'asleep' } }))).toEqual([
      'warning scenario_unpublished steps[0].cancel.scenario',
    ])
  })
})

describe('conditions on a task', () => {
  const WHEN = {
    all: [
      { field: 'contact.name', exists: true },
      { field: 'task.status.key', is: 'done' },
    ],
  }
  const ask = (taskId: string, token?: string) =>
    desk.ask(`/api/scenarios/${id}/check`, { body: { taskId }, ...(token ? { token } : {}) })

  it('are green or red; what needs an event is left open', async () => {
    const { task } = await desk.openTask({ name: 'Ann' })
    const byEvent = {
      repeat: { max: 2, while: { field: 'event.text', contains: 'x' } },
      steps: [{ id: 'in', tag: 'y' }],
    }
    await check({ trigger: { event: 'task.created', when: WHEN }, ...steps(byEvent) })
    const author = await desk.addToken('author')
    const { json } = await ask(task, author)
    expect(json.conditions).toEqual([
      {
        path: 'trigger.when',
        step: null,
        needs: [],
        result: expect.objectContaining({
          ok: false,
          conditions: [
            expect.objectContaining({ field: 'contact.name', ok: true, actual: 'Ann' }),
            expect.objectContaining({ field: 'task.status.key', ok: false, actual: 'new' }),
          ],
        }),
      },
      { path: 'steps[0].repeat.while', step: 's0', needs: ['event'], result: null },
    ])
    const elsewhere = await desk.addToken('author', [await desk.addChannel()])
    expect((await ask(task, elsewhere)).status).toBe(404)
    expect((await ask(newId(), author)).status).toBe(404)
  })
})
