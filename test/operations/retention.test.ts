import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { AttachmentId, ConversationId } from '../../src/domain/ids.ts'
import { RETAINED_KINDS, type Retained, readRetention, USUAL_RETENTION } from '../../src/domain/retention.ts'
import { diskFiles } from '../../src/store/disk-files.ts'
import { newId } from '../../src/store/new-id.ts'
import { retentionFigures, sweepRetention } from '../../src/store/retention/sweep-retention.ts'
import { workEvents } from '../../src/store/steps/work-events.ts'
import { addConversation, type House, openHouse, receive } from '../kit/house.ts'
import { publishDocument } from '../kit/scenarios.ts'
import { parley, urlOfDatabase } from './parley.ts'

describe('the plan as it is written', () => {
  it.each([
    ['', USUAL_RETENTION],
    ['raw_bodies=30', { ...USUAL_RETENTION, raw_bodies: 30 }],
    [' audit_log = 730 , channel_events = never ', { ...USUAL_RETENTION, audit_log: 730, channel_events: null }],
  ])('“%s”', (text, plan) => expect(readRetention(text)).toEqual({ ok: true, plan }))

  it.each([
    ['raw_bodys=30', 'is none of'],
    ['raw_bodies=soon', 'number of days'],
    ['raw_bodies=', 'number of days'],
    ['raw_bodies=0', '14 days at least'],
    ['raw_bodies=-1', 'number of days'],
    ['audit_log=1', '90 days at least'],
  ])('“%s” deletes nothing', (text, problem) =>
    expect(readRetention(text)).toEqual({ ok: false, problem: expect.stringContaining(problem) }),
  )
})

describe('what goes, and what stays', () => {
  let house: House
  let dataDir: string
  beforeEach(async () => {
    ;[house, dataDir] = await Promise.all([openHouse(), mkdtemp(join(tmpdir(), 'parley-retention-'))])
    return async () => {
      await house.close()
      await rm(dataDir, { recursive: true })
    }
  })

  const query = async (text: string, values: unknown[] = []) => (await house.database.pool.query(text, values)).rows
  const files = () => diskFiles(join(dataDir, 'files'))
  const plan = (changes: Partial<Record<Retained, number | null>>) => ({
    ...(Object.fromEntries(RETAINED_KINDS.map((kind) => [kind, null])) as Record<Retained, null>),
    ...changes,
  })
  const sweep = (changes: Partial<Record<Retained, number | null>>, atMost = 10_000) =>
    sweepRetention({ db: house.database.db, files: files() }, plan(changes), atMost)
  /** What the plan says must be what the sweep does. */
  async function figuresThenSweep(kind: Retained, days: number) {
    const figures = await retentionFigures(house.database.db, plan({ [kind]: days }))
    const figure = figures.find((one) => one.kind === kind)
    const deleted = (await sweep({ [kind]: days }))[kind]
    expect(figure?.going.rows).toBe(deleted)
    return { deleted, needed: figure?.needed, bytes: figure?.going.bytes }
  }
  const addBody = async (daysAgo: number): Promise<number> => {
    const [row] = await query(
      `insert into raw_bodies (channel_id, received_at, body)
       values ($1, now() - make_interval(days => $2), $3) returning id`,
      [house.channel, daysAgo, Buffer.alloc(1_000, 'x')],
    )
    return Number(row.id)
  }
  const bodies = async () => (await query('select id from raw_bodies order by id')).map(({ id }) => Number(id))
  const addLetter = (letter: { body?: number; conversation?: ConversationId; seq?: number; resolved?: boolean }) =>
    query(
      `insert into dead_letters (id, channel_id, raw_body_id, path, conversation_id, seq, reason, detail, resolved_at)
       values ($1, $2, $3, '', $4, $5, 'not_json', '', case when $6 then now() end)`,
      [
        newId(),
        house.channel,
        letter.body ?? null,
        letter.conversation ?? null,
        letter.seq ?? null,
        letter.resolved ?? false,
      ],
    )
  const worked = (conversation: ConversationId, upTo: number) =>
    workEvents(house.database, { conversationId: conversation, after: null, upTo })

  it('old bodies go; those of open dead letters and of events that are not worked off never do', async () => {
    const [gone, open, resolved, ofWaiting, ofEventLetter, young] = [
      await addBody(100),
      await addBody(100),
      await addBody(100),
      await addBody(100),
      await addBody(100),
      await addBody(10),
    ]
    await addLetter({ body: open as number })
    await addLetter({ body: resolved as number, resolved: true })
    const conversation = await addConversation(house)
    const first = await receive(house.database, conversation)
    await worked(conversation, first)
    const waiting = await receive(house.database, conversation)
    const setBody = (seq: number, body: number | undefined) =>
      query('update conversation_events set raw_body_id = $3 where conversation_id = $1 and seq = $2', [
        conversation,
        seq,
        body,
      ])
    await setBody(first, ofEventLetter)
    await setBody(waiting, ofWaiting)
    await addLetter({ conversation, seq: first })

    expect(await figuresThenSweep('raw_bodies', 90)).toEqual({ deleted: 2, needed: 3, bytes: 2_000 })
    expect(await bodies()).toEqual([open, ofWaiting, ofEventLetter, young])
    expect(await bodies()).not.toContain(gone)

    await worked(conversation, waiting)
    await query('update dead_letters set resolved_at = now()')
    expect((await sweep({ raw_bodies: 90 })).raw_bodies).toBe(3)
    expect(await bodies()).toEqual([young])
  })

  it('goes on where a round has stopped', async () => {
    await query(
      `insert into raw_bodies (channel_id, received_at, body)
       select $1, now() - interval '100 days', 'x' from generate_series(1, 1300)`,
      [house.channel],
    )
    expect((await sweep({ raw_bodies: 90 }, 700)).raw_bodies).toBe(700)
    const both = await Promise.all([sweep({ raw_bodies: 90 }), sweep({ raw_bodies: 90 })])
    const again = await sweep({ raw_bodies: 90 })
    expect([...both, again].reduce((sum, { raw_bodies }) => sum + raw_bodies, 0)).toBe(600)
    expect(await bodies()).toEqual([])
  })

  it('events go once they are worked off; the last of a conversation stays, and all of one that has something open', async () => {
    const conversation = await addConversation(house)
    for (let count = 0; count < 3; count++) await worked(conversation, await receive(house.database, conversation))
    const open = await addConversation(house, [{ kind: 'wa_id', value: '16505559999' }])
    for (let count = 0; count < 2; count++) await worked(open, await receive(house.database, open))
    await receive(house.database, conversation)
    await addLetter({ conversation: open, seq: 1 })
    await query("update conversation_events set received_at = now() - interval '400 days'")
    expect(await figuresThenSweep('conversation_events', 365)).toMatchObject({ deleted: 2, needed: 4 })
    const left = await query('select conversation_id as of, seq::int from conversation_events order by of, seq')
    expect(left).toEqual([
      { of: conversation, seq: 3 },
      { of: conversation, seq: 4 },
      { of: open, seq: 1 },
      { of: open, seq: 2 },
    ])
    // And the conversation goes on.
    expect((await worked(conversation, 4)).worked).toBe(4)
    expect(await query('select from comments where conversation_id = $1', [conversation])).toHaveLength(4)
  })

  it('of what a provider said the newest of each kind stays', async () => {
    const add = (key: string, kind: string, daysAgo: number) =>
      query(
        `insert into channel_events (channel_id, dedupe_key, kind, payload, effect, received_at)
         values ($1, $2, $3, '{}', '{"does": "nothing"}', now() - make_interval(days => $4))`,
        [house.channel, key, kind, daysAgo],
      )
    await add('a', 'quality', 500)
    await add('b', 'quality', 450)
    await add('c', 'review', 600)
    await add('d', 'name', 600)
    await add('e', 'name', 5)
    expect(await figuresThenSweep('channel_events', 365)).toMatchObject({ deleted: 2, needed: 2 })
    const left = await query('select dedupe_key as key from channel_events order by 1')
    expect(left.map(({ key }) => key)).toEqual(['b', 'c', 'e'])
  })

  it('audit and kept answers go by their age', async () => {
    await query(
      `insert into audit_log (at, actor_kind, action, subject_kind, subject_id)
       values (now() - interval '800 days', 'system', 'old', 'x', 'x'), (now(), 'system', 'new', 'x', 'x')`,
    )
    await query(
      `insert into idempotency_keys (principal, key, request_hash, created_at)
       values ('p', 'old', '', now() - interval '8 days'), ('p', 'new', '', now())`,
    )
    expect((await figuresThenSweep('audit_log', 730)).deleted).toBe(1)
    expect((await figuresThenSweep('idempotency_keys', 7)).deleted).toBe(1)
    expect(await query('select action from audit_log')).toEqual([{ action: 'new' }])
    expect(await query('select key from idempotency_keys')).toEqual([{ key: 'new' }])
  })

  it('uploads that nothing uses go with their bytes; what a scenario names, and what a copy lives on, stays', async () => {
    const upload = async (daysAgo: number, contentOf: AttachmentId | null = null) => {
      const id = newId<AttachmentId>()
      if (!contentOf) await files().put(id, new Response('bytes').body as ReadableStream<Uint8Array>, 100)
      await query(
        `insert into attachments (id, name, mime, size, state, created_at, content_id)
         values ($1, 'a.pdf', 'application/pdf', 5, 'stored', now() - make_interval(days => $2), $3)`,
        [id, daysAgo, contentOf],
      )
      return id
    }
    const [unused, young, named, shared] = [await upload(40), await upload(3), await upload(40), await upload(40)]
    const copy = await upload(3, shared)
    await publishDocument(
      house,
      `
id: sends
name: Sends
trigger: { event: message.received }
steps: [ { id: file, sendFile: { attachmentId: ${named.toUpperCase()} } } ]`,
    )
    expect(await figuresThenSweep('unused_uploads', 30)).toMatchObject({ deleted: 1, needed: 2, bytes: 5 })
    const left = await query('select id from attachments order by id')
    expect(left.map(({ id }) => id)).toEqual([young, named, shared, copy])
    expect(await files().open(unused)).toBeNull()
    expect(await files().head(named, 1)).not.toBeNull()
  })

  it('the command line shows the plan, and applies it', async () => {
    await addBody(100)
    const env = { DATABASE_URL: urlOfDatabase(house.database), PARLEY_DATA_DIR: dataDir }
    const shown = await parley(['retention', 'plan'], env)
    expect([shown.code, shown.out]).toEqual([0, expect.stringMatching(/raw_bodies +90 days +1 +1 +1000 +0/)])
    expect(shown.out).toMatch(/audit_log +for ever/)
    const kept = await parley(['retention', 'sweep', '--json'], { ...env, PARLEY_RETENTION: 'raw_bodies=never' })
    expect(kept.json.deleted.raw_bodies).toBe(0)
    const swept = await parley(['retention', 'sweep', '--json'], env)
    expect(swept.json.deleted.raw_bodies).toBe(1)
    const wrong = await parley(['retention', 'sweep'], { ...env, PARLEY_RETENTION: 'raw_bodies=1' })
    expect([wrong.code, wrong.err]).toEqual([1, 'parley: PARLEY_RETENTION: raw_bodies is kept for 14 days at least.'])
  })
})
