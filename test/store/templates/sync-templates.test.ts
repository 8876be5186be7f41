import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ListedTemplate } from '../../../src/channels/port.ts'
import type { ChannelId } from '../../../src/domain/ids.ts'
import { inTransaction } from '../../../src/store/index.ts'
import { chooseTemplate } from '../../../src/store/templates/choose-template.ts'
import { findTemplate, usableTemplates } from '../../../src/store/templates/find-template.ts'
import {
  claimDueSyncs,
  databaseTime,
  demandSync,
  noteSyncProblem,
  syncTemplates,
} from '../../../src/store/templates/sync-templates.ts'
import { addChannel, type House, openHouse } from '../../kit/house.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())
beforeEach(async () => {
  await house.database.pool.query('truncate templates, audit_log, live_events')
  await house.database.pool.query(
    'update channels set templates_synced_at = null, templates_problem = null, templates_due_at = now()',
  )
})

const listed = (name: string, more: Partial<ListedTemplate> = {}): ListedTemplate => ({
  providerId: `id-${name}-${more.language ?? 'en_US'}`,
  name,
  language: 'en_US',
  category: 'utility',
  status: 'approved',
  quality: 'unknown',
  parameterFormat: 'positional',
  components: [{ type: 'BODY', text: `Hello {{1}} of ${name}!` }],
  reason: null,
  ...more,
})
const SYSTEM = { kind: 'system', id: null } as const
const now = () => databaseTime(house.database.db)
const sync = (templates: ListedTemplate[], askedAt: Date, channel: ChannelId = house.channel) =>
  inTransaction(house.database.db, (tx) => syncTemplates(tx, channel, templates, askedAt, SYSTEM))
const find = (name: string, language = 'en_US') => findTemplate(house.database.db, house.channel, name, language)
const due = async () => (await claimDueSyncs(house.database.db)) as string[]

describe("the provider's list", () => {
  test('is made ours: new, changed, gone and back again', async () => {
    expect(await sync([listed('a'), listed('b'), listed('a', { language: 'ru' })], await now())).toMatchObject({
      count: 3,
      added: 3,
      changed: 0,
      gone: 0,
    })
    const first = await find('a')
    expect(first).toMatchObject({ providerId: 'id-a-en_US', status: 'approved', quality: 'unknown' })
    expect(await sync([listed('a', { status: 'paused' }), listed('a', { language: 'ru' })], await now())).toMatchObject(
      {
        added: 0,
        changed: 1,
        gone: 1,
      },
    )
    expect((await find('a'))?.status).toBe('paused')
    expect(await find('b')).toBeNull()
    expect(await sync([listed('b')], await now())).toMatchObject({ added: 1, gone: 2 })
    expect((await find('b'))?.status).toBe('approved')
    const again = await sync([listed('b')], await now())
    expect(again).toMatchObject({ added: 0, changed: 0, gone: 0 })
    const audits = await house.database.db.selectFrom('audit_log').select('detail').orderBy('id').execute()
    expect(audits.map(({ detail }) => [detail.added, detail.changed, detail.gone])).toEqual([
      [3, 0, 0],
      [0, 1, 1],
      [1, 0, 2],
    ])
  })

  test('does not undo what an event said while it was on its way', async () => {
    await sync([listed('a'), listed('b')], await now())
    const askedAt = await now()
    await house.database.pool.query(
      `update templates set status = 'paused', reason = 'FIRST_PAUSE', heard_at = clock_timestamp() where name = 'a'`,
    )
    await sync([listed('a'), listed('b', { status: 'rejected' })], askedAt)
    expect([(await find('a'))?.status, (await find('b'))?.status]).toEqual(['paused', 'rejected'])
    await sync([listed('b')], askedAt)
    expect(await find('a')).not.toBeNull()
    await sync([listed('a')], await now())
    expect([(await find('a'))?.status, await find('b')]).toEqual(['approved', null])
  })

  test('that was asked for earlier does not replace a later one', async () => {
    const [early, late] = [await now(), await now()]
    await sync([listed('a', { status: 'rejected' })], new Date(late.getTime() + 1))
    await sync([listed('a'), listed('b')], early)
    expect([(await find('a'))?.status, await find('b')]).toEqual(['rejected', null])
  })

  test('keeps the words of an event about a reason that the list only names', async () => {
    await sync([listed('a', { status: 'rejected', reason: 'INVALID_FORMAT' })], await now())
    await house.database.pool.query(`update templates set reason = 'INVALID_FORMAT: two variables touch'`)
    await sync([listed('a', { status: 'rejected', reason: 'INVALID_FORMAT' })], await now())
    const reason = async () =>
      (await house.database.db.selectFrom('templates').select('reason').executeTakeFirstOrThrow()).reason
    expect(await reason()).toBe('INVALID_FORMAT: two variables touch')
    await sync([listed('a')], await now())
    expect(await reason()).toBeNull()
  })

  test('is asked for by one server at a time, soon again after a failure, and when somebody demands it', async () => {
    const claims = await Promise.all([due(), due(), due()])
    expect(claims.flat()).toEqual([house.channel])
    expect(await due()).toEqual([])
    await inTransaction(house.database.db, (tx) => noteSyncProblem(tx, house.channel, 'The provider is away'))
    const channel = await house.database.db
      .selectFrom('channels')
      .select(['templates_problem', 'templates_due_at'])
      .executeTakeFirstOrThrow()
    expect(channel.templates_problem).toBe('The provider is away')
    const minutes = (channel.templates_due_at.getTime() - (await now()).getTime()) / 60_000
    expect(minutes).toBeGreaterThan(10)
    expect(minutes).toBeLessThan(20)
    await demandSync(house.database.db, house.channel)
    expect(await due()).toEqual([house.channel])
  })

  test('of one account is that of all its numbers', async () => {
    const other = await addChannel(house.database, { owner: house.owner, template: house.template, phoneNumberId: '9' })
    await due()
    await demandSync(house.database.db, house.channel)
    expect((await due()).toSorted()).toEqual([house.channel, other].toSorted())
    await house.database.db.deleteFrom('channels').where('id', '=', other).execute()
  })
})

describe('chooseTemplate', () => {
  const choose = (name: string, language: string, body?: string[]) =>
    chooseTemplate(house.database.db, house.channel, { name, language, parameters: body && { body } })

  test('gives the filled template, or says what keeps it from leaving', async () => {
    await sync(
      [
        listed('a'),
        listed('a', { language: 'ru', status: 'paused', reason: 'FIRST_PAUSE' }),
        listed('b', { status: 'pending' }),
      ],
      await now(),
    )
    expect(await choose('a', 'en_US', ['Anna'])).toMatchObject({
      refused: null,
      value: { rendered: { text: 'Hello Anna of a!' }, filled: { body: [{ name: null, text: 'Anna' }] } },
    })
    expect((await choose('a', 'en', ['Anna'])).refused).toMatchObject({
      code: 'template_unknown',
      details: { languages: ['en_US', 'ru'], templates: [{ name: 'a', text: 'Hello {{1}} of a!' }] },
    })
    expect((await choose('nothing', 'en')).refused).toMatchObject({ details: { languages: [] } })
    expect((await choose('a', 'ru', ['Anna'])).refused).toMatchObject({
      code: 'template_not_approved',
      details: { status: 'paused', reason: 'FIRST_PAUSE' },
    })
    expect((await choose('a', 'en_US')).refused).toMatchObject({
      because: 'invalid',
      code: 'template_parameters',
      message: "The template's body needs 1 value, none was given",
      details: { problems: [{ where: 'body', key: '1', code: 'missing' }] },
    })
    expect(await usableTemplates(house.database.db, house.channel)).toEqual([
      {
        id: expect.any(String),
        name: 'a',
        language: 'en_US',
        category: 'utility',
        text: 'Hello {{1}} of a!',
      },
    ])
  })
})
