import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeliveryId } from '../../../src/domain/ids.ts'
import { newId } from '../../../src/store/new-id.ts'
import { eventually } from '../../kit/eventually.ts'
import { OWNER_TOKEN } from '../api.ts'
import { type Desk, openDesk, type Worker } from './desk.ts'
import { openLiveStream } from './live-stream.ts'

let desk: Desk
let anna: Worker
beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
})
afterAll(() => desk.close())

/** A message to a client that has come to this state. */
async function delivery(state: 'failed' | 'unknown', set = sql`error_code = '131026'`): Promise<string> {
  const task = await desk.openTask({ name: 'Grace Hopper' })
  const { json } = await anna.ask(`/api/tasks/${task.task}/comments`, {
    body: { text: 'Your parcel is here', notify: { contact: true } },
  })
  await sql`update deliveries set state = ${state}, rank = 8, attempt = 1, ${set} where id = ${json.delivery.id}`.execute(
    desk.database.db,
  )
  return json.delivery.id
}

const waiting = async (state: string): Promise<string[]> => {
  const { json } = await anna.ask(`/api/deliveries?attention=true&state=${state}`)
  return json.items.map(({ id }: { id: string }) => id)
}
const counts = async (worker: Worker = anna) => (await worker.ask('/api/attention')).json
const attend = (id: string, worker: Worker = anna) => worker.ask(`/api/deliveries/${id}/attend`, { method: 'POST' })

describe('what needs a person', () => {
  it('lists failed and unknown messages, each with whom it was for and how it began', async () => {
    const before = await counts()
    const failed = await delivery('failed')
    const unknown = await delivery('unknown')
    const { json } = await anna.ask('/api/deliveries?attention=true&state=failed')
    expect(json.items.find(({ id }: { id: string }) => id === failed)).toMatchObject({
      taskNumber: expect.any(Number),
      contact: { id: expect.any(String), name: 'Grace Hopper', phone: expect.any(String) },
      message: { kind: 'text', text: 'Your parcel is here', by: { kind: 'employee' } },
      attendedAt: null,
    })
    expect(await waiting('unknown')).toContain(unknown)
    const after = await counts()
    expect(after.failed - before.failed).toBe(1)
    expect(after.unknown - before.unknown).toBe(1)
  })

  it('leaves out what was taken back, and the failures of a campaign, but no unknown one', async () => {
    const undone = await delivery('failed', sql`error_code = 'undone'`)
    const ofCampaign = await delivery('failed', sql`lane = 'campaign'`)
    const unknownOfCampaign = await delivery('unknown', sql`lane = 'campaign'`)
    expect(await waiting('failed')).not.toContain(undone)
    expect(await waiting('failed')).not.toContain(ofCampaign)
    expect(await waiting('unknown')).toContain(unknownOfCampaign)
  })

  it('puts a failed message away until it fails anew', async () => {
    const id = await delivery('failed')
    const away = await attend(id)
    expect(away.status).toBe(200)
    expect(away.json).toMatchObject({ state: 'failed', attendedAt: expect.any(String) })
    expect((await attend(id)).json.attendedAt).toBe(away.json.attendedAt)
    expect(await waiting('failed')).not.toContain(id)

    await anna.ask(`/api/deliveries/${id}/retry`, { method: 'POST' })
    await sql`update deliveries set state = 'failed', rank = 8 where id = ${id}`.execute(desk.database.db)
    expect(await waiting('failed')).toContain(id)
  })

  it('does not put away what nobody can say the outcome of: that is settled', async () => {
    const id = await delivery('unknown')
    const refused = await attend(id)
    expect([refused.status, refused.json.error.code]).toEqual([409, 'not_failed'])
    expect(await waiting('unknown')).toContain(id)
  })

  it('shows a message that a person settled as not arrived among the failed ones', async () => {
    const id = await delivery('unknown')
    await anna.ask(`/api/deliveries/${id}/settle`, { body: { outcome: 'failed' } })
    expect(await waiting('unknown')).not.toContain(id)
    expect(await waiting('failed')).toContain(id)
  })

  it('is for those who may see the channel', async () => {
    const id = await delivery('failed')
    const elsewhere = await desk.addWorker([await desk.addChannel()])
    expect(await counts(elsewhere)).toEqual({ unknown: 0, failed: 0, deadLetters: 0, blockedRuns: 0, channels: 0 })
    expect((await attend(id, elsewhere)).status).toBe(404)
    const row = await desk.database.db
      .selectFrom('deliveries')
      .select('attended_at')
      .where('id', '=', id as DeliveryId)
      .executeTakeFirstOrThrow()
    expect(row.attended_at).toBeNull()
  })

  it('counts channels in trouble, and dead letters for those who may see them', async () => {
    const channel = await desk.addChannel()
    const before = (await desk.owner('/api/attention')).json
    await sql`update channels set state = 'restricted' where id = ${channel}`.execute(desk.database.db)
    await desk.database.db
      .insertInto('dead_letters')
      .values({ id: newId(), channel_id: channel, raw_body_id: null, path: '/x', reason: 'malformed', detail: 'x' })
      .execute()
    const after = (await desk.owner('/api/attention')).json
    expect(after.channels - before.channels).toBe(1)
    expect(after.deadLetters - before.deadLetters).toBe(1)
    expect((await counts()).deadLetters).toBe(0)
  })
})

describe('a dead letter', () => {
  const letter = async (): Promise<string> => {
    const id = newId()
    const body = Buffer.from(JSON.stringify({ entry: [{ changes: ['of a client'] }] }))
    const { rows } = await sql<{ id: number }>`insert into raw_bodies (channel_id, content_type, body)
      values (${desk.channel}, 'application/json', ${body}) returning id`.execute(desk.database.db)
    await sql`insert into dead_letters (id, channel_id, raw_body_id, path, reason, detail)
      values (${id}, ${desk.channel}, ${rows[0]?.id}, '/entry/0', 'malformed', 'no field')`.execute(desk.database.db)
    return id
  }

  it('shows what came, and says plainly where trying again changes nothing', async () => {
    const id = await letter()
    const shown = await desk.owner(`/api/dead-letters/${id}`)
    expect(shown.json).toMatchObject({ replayable: true, part: { changes: ['of a client'] } })
    const tried = await desk.owner(`/api/dead-letters/${id}/replay`, { method: 'POST' })
    expect(tried.status).toBe(409)
    expect(['still_dead', 'nothing_left']).toContain(tried.json.error.code)
    expect((await desk.owner(`/api/dead-letters/${id}`)).json.resolvedAt).toBeNull()
  })

  it('of a failed step is worked off again, once', async () => {
    const at = await desk.openTask()
    const id = newId()
    await sql`insert into dead_letters (id, channel_id, path, conversation_id, seq, reason, detail)
      values (${id}, ${at.channel}, '', ${at.conversation}, 1, 'step_failed', 'x')`.execute(desk.database.db)
    desk.signalled.length = 0
    const tried = await desk.owner(`/api/dead-letters/${id}/replay`, { method: 'POST' })
    expect(tried.json).toMatchObject({ id, resolution: 'replayed', resolvedAt: expect.any(String) })
    expect(desk.signalled).toEqual([at.conversation])
    await desk.owner(`/api/dead-letters/${id}/replay`, { method: 'POST' })
    expect(desk.signalled).toEqual([at.conversation])
  })

  it('is told as it is settled, to those who manage them and nobody else', async () => {
    const admin = await openLiveStream(desk.app, { token: OWNER_TOKEN })
    const operator = await openLiveStream(desk.app, { cookie: anna.cookie })
    const at = await desk.openTask()
    const put = async (channel: string | null) => {
      const id = newId()
      await sql`insert into dead_letters (id, channel_id, path, conversation_id, seq, reason, detail)
        values (${id}, ${channel}, '', ${at.conversation}, 1, 'step_failed', 'x')`.execute(desk.database.db)
      return id
    }
    const [away, again, without] = [await put(at.channel), await put(at.channel), await put(null)]
    await desk.owner(`/api/dead-letters/${away}/resolve`, { method: 'POST', body: {} })
    await desk.owner(`/api/dead-letters/${away}/resolve`, { method: 'POST', body: {} })
    await desk.owner(`/api/dead-letters/${again}/replay`, { method: 'POST' })
    await desk.owner(`/api/dead-letters/${without}/resolve`, { method: 'POST', body: {} })
    // A stream may still hear of a letter that was settled just before it was opened.
    const ours = new Set([away, again, without])
    const told = () =>
      (admin.of('dead_letter') as { deadLetterId: never }[]).filter((one) => ours.has(one.deadLetterId))
    await eventually(async () =>
      expect(told()).toEqual([
        { deadLetterId: away, channelId: at.channel, state: 'resolved' },
        { deadLetterId: again, channelId: at.channel, state: 'resolved' },
        { deadLetterId: without, channelId: null, state: 'resolved' },
      ]),
    )
    // What comes after them has come: they have not.
    const { json } = await anna.ask(`/api/tasks/${at.task}/comments`, { body: { text: 'internal' } })
    const last = expect.objectContaining({ commentId: json.id })
    await eventually(async () => expect(operator.of('comment')).toContainEqual(last))
    expect(operator.of('dead_letter')).toEqual([])
    await Promise.all([admin.close(), operator.close()])
  })

  it('is nobody’s below an administrator', async () => {
    const id = await letter()
    expect((await anna.ask(`/api/dead-letters/${id}/replay`, { method: 'POST' })).status).toBe(403)
  })
})
