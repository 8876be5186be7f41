import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type CampaignId, campaignWorkflowIdOf } from '../../src/domain/ids.ts'
import { eventually } from '../kit/eventually.ts'
import { openRunningHouse, type RunningHouse } from '../kit/running-house.ts'
import {
  addCampaign,
  addTemplate,
  type CampaignOptions,
  campaignRow,
  deliveriesOf,
  numbers,
  recipientsOf,
} from './campaign.ts'

/** Campaigns with the real worker, against the simulator in Meta's place. */
let house: RunningHouse
beforeAll(async () => {
  house = await openRunningHouse()
  await addTemplate(house, 'utility')
})
afterEach(async () => {
  await house.clearFaults()
  await house.database.db.updateTable('templates').set({ status: 'approved', deleted_at: null }).execute()
  await house.database.db.updateTable('channels').set({ state: 'connected', state_reason: null }).execute()
})
afterAll(() => house.close(), 30_000)

let prefixes = 0
const fresh = (count: number) => numbers(`1651${String(++prefixes).padStart(2, '0')}`, count)

interface Call {
  at: string
  to: string | null
  callbackData: string | null
  outcome: string
  code: number | null
}

const callsTo = async (phones: readonly string[]): Promise<Call[]> => {
  const response = await fetch(`${house.url}/simulator/calls?operation=messages`)
  const { items } = (await response.json()) as { items: Call[] }
  const wanted = new Set(phones)
  return items.filter(({ to }) => to !== null && wanted.has(to.replace(/\D/g, '')))
}

async function start(options: CampaignOptions): Promise<CampaignId> {
  const id = await addCampaign(house, options)
  await house.signalCampaign(id)
  return id
}

const stateOf = async (id: CampaignId) => {
  const { state, state_reason } = await campaignRow(house, id)
  return state_reason === null ? state : `${state}: ${state_reason}`
}

const campaignIs = (id: CampaignId, state: string, within = 60_000) =>
  eventually(async () => expect(await stateOf(id)).toBe(state), within)

const verb = async (id: CampaignId, verb: string) => {
  const { status, body } = await house.api('POST', `/api/campaigns/${id}/${verb}`)
  expect({ verb, status, body }).toMatchObject({ status: 200 })
}

const statesOf = async (id: CampaignId) => {
  const deliveries = await deliveriesOf(house, id)
  const counts: Record<string, number> = {}
  for (const { state } of deliveries) counts[state] = (counts[state] ?? 0) + 1
  return counts
}

/** Once the campaign has taken some of its list. */
const underWay = (id: CampaignId, taken = 8) =>
  eventually(async () => expect((await deliveriesOf(house, id)).length).toBeGreaterThanOrEqual(taken))

/** How many of the list stand in each state. */
async function listOf(id: CampaignId) {
  const counts: Record<string, number> = {}
  for (const { state } of await recipientsOf(house, id)) counts[state] = (counts[state] ?? 0) + 1
  return counts
}

/** Everybody has exactly one message, whatever happened on the way. */
async function everybodyOnce(id: CampaignId, phones: readonly string[]) {
  expect(await statesOf(id)).not.toHaveProperty('unknown')
  const accepted = (await callsTo(phones)).filter(({ outcome }) => outcome === 'accepted')
  expect(accepted.map(({ to }) => to).toSorted()).toEqual(phones.map((phone) => `+${phone}`).toSorted())
}

const approveTemplate = () =>
  house.database.db.updateTable('templates').set({ status: 'approved', deleted_at: null }).execute()

describe('a campaign', () => {
  it('reaches everybody once, and ends; a few events of history pay for all of it', async () => {
    const phones = fresh(160)
    const id = await start({ phones })
    await campaignIs(id, 'finished')
    await everybodyOnce(id, phones)
    expect((await callsTo(phones)).length).toBe(160)
    const { events } = await house.temporal.workflow.getHandle(campaignWorkflowIdOf(id)).fetchHistory()
    expect(events?.length).toBeLessThan(40)
    await eventually(async () => expect(await statesOf(id)).toEqual({ delivered: 160 }))
  }, 120_000)

  it('begins when its time has come', async () => {
    const phones = fresh(2)
    const id = await start({ phones, state: 'scheduled', scheduleAt: new Date(Date.now() + 700) })
    expect(await stateOf(id)).toBe('scheduled')
    await campaignIs(id, 'finished')
    await everybodyOnce(id, phones)
  })

  it('waits for a provider that does not answer, and goes on by itself: everybody once', async () => {
    const phones = fresh(120)
    await house.fault({ on: 'messages', kind: 'error', code: 131016 })
    const id = await start({ phones })
    const away = async () =>
      (await house.database.db.selectFrom('channels').select('send_circuit').executeTakeFirstOrThrow()).send_circuit
    await eventually(async () => expect((await away())?.circuit.opened).toBeGreaterThanOrEqual(2))
    expect(await stateOf(id)).toBe('running')
    expect((await callsTo(phones)).length).toBeLessThan(100)
    await house.clearFaults()
    await campaignIs(id, 'finished')
    await everybodyOnce(id, phones)
    expect(await away()).toBeNull()
  }, 120_000)

  it('is paused and resumed: nobody is left out, nobody gets it twice', async () => {
    const phones = fresh(200)
    const id = await start({ phones })
    await underWay(id)
    await verb(id, 'pause')
    const { taken = 0 } = await listOf(id)
    expect(taken).toBeLessThan(200)
    await eventually(async () => expect(await statesOf(id)).not.toHaveProperty('sending'))
    expect(await listOf(id)).toEqual({ taken, queued: 200 - taken })
    expect(await callsTo(phones)).toHaveLength(taken)
    await verb(id, 'resume')
    await campaignIs(id, 'finished')
    await everybodyOnce(id, phones)
  }, 120_000)

  it('is stopped: whoever was not taken by then gets nothing', async () => {
    const phones = fresh(200)
    const id = await start({ phones })
    await underWay(id)
    await verb(id, 'stop')
    const { taken = 0 } = await listOf(id)
    expect(taken).toBeLessThan(200)
    await eventually(async () => expect(await statesOf(id)).not.toHaveProperty('sending'))
    await eventually(async () =>
      expect((await house.temporal.workflow.getHandle(campaignWorkflowIdOf(id)).describe()).status.name).toBe(
        'COMPLETED',
      ),
    )
    expect(await listOf(id)).toEqual({ taken, cancelled: 200 - taken })
    expect(await callsTo(phones)).toHaveLength(taken)
  }, 120_000)

  it('enters a client’s task with their reply, directly before it', async () => {
    const phones = fresh(1)
    const id = await start({ phones })
    await campaignIs(id, 'finished')
    await house.phone({ from: phones[0], name: 'Anna', text: 'Tell me more' })
    const texts = await eventually(async () => {
      const { rows } = await house.database.pool.query<{ text: string }>(
        `select m.text from comments m join deliveries d on d.conversation_id = m.conversation_id
        where d.campaign_id = $1 and m.task_id is not null order by m.position`,
        [id],
      )
      expect(rows).toHaveLength(2)
      return rows.map(({ text }) => text)
    })
    expect(texts).toEqual([expect.stringMatching(/^Welcome, Anna!/), 'Tell me more'])
  })
})

describe('the provider refuses', () => {
  it('for the channel’s limit: the campaign slows down and loses nobody', async () => {
    const phones = fresh(30)
    await house.fault({ on: 'messages', kind: 'error', code: 130429, times: 5 })
    const id = await start({ phones })
    await campaignIs(id, 'finished')
    await everybodyOnce(id, phones)
    expect((await callsTo(phones)).length).toBe(35)
    expect((await deliveriesOf(house, id)).filter(({ attempt }) => attempt > 1).length).toBeGreaterThan(0)
  }, 120_000)

  it('for one client’s limit: only that one waits', async () => {
    const phones = fresh(20)
    await house.fault({ on: 'messages', kind: 'error', code: 131056, times: 1, match: { to: phones[3] } })
    const id = await start({ phones })
    await campaignIs(id, 'finished')
    await everybodyOnce(id, phones)
    expect((await deliveriesOf(house, id)).filter(({ attempt }) => attempt > 1)).toHaveLength(1)
  }, 60_000)

  it.each([
    [132015, 'template_paused', { status: 'paused' }],
    [132016, 'template_disabled', { status: 'disabled' }],
    [132001, 'template_missing', { deleted_at: expect.any(Date) }],
  ])(
    'the template with %i: the campaign waits for a person, and nobody has failed',
    async (code, reason, template) => {
      const phones = fresh(100)
      await house.fault({ on: 'messages', kind: 'error', code, times: 2, match: { to: phones[10] } })
      const id = await start({ phones })
      await campaignIs(id, `paused: ${reason}`)
      const known = await house.database.db.selectFrom('templates').selectAll().executeTakeFirstOrThrow()
      expect(known).toMatchObject(template)
      await eventually(async () => expect(await statesOf(id)).not.toHaveProperty('sending'))
      expect(await statesOf(id)).toMatchObject({ queued: 1 })
      expect(await statesOf(id)).not.toHaveProperty('failed')
      await house.clearFaults()
      await approveTemplate()
      await verb(id, 'resume')
      await campaignIs(id, 'finished')
      await everybodyOnce(id, phones)
    },
    120_000,
  )

  it('the account: the campaign and its channel wait, and the message is not lost', async () => {
    const phones = fresh(60)
    await house.fault({ on: 'messages', kind: 'token_revoked', times: 1, match: { to: phones[5] } })
    const id = await start({ phones })
    await campaignIs(id, 'paused: channel_down')
    await eventually(async () => expect(await statesOf(id)).not.toHaveProperty('sending'))
    expect(await statesOf(id)).toMatchObject({ queued: 1 })
    expect((await house.api('POST', `/api/channels/${house.channel}/resume`)).status).toBeLessThan(300)
    await verb(id, 'resume')
    await campaignIs(id, 'finished')
    await everybodyOnce(id, phones)
  }, 120_000)

  it('half of the messages: the campaign waits for a person', async () => {
    const phones = fresh(200)
    await house.fault({ on: 'messages', kind: 'error', code: 131026 })
    const id = await start({ phones })
    await campaignIs(id, 'paused: error_spike')
    expect((await listOf(id)).queued).toBeGreaterThan(0)
  }, 60_000)
})

describe('in the middle of a campaign', () => {
  it('the template is deleted', async () => {
    const id = await start({ phones: fresh(200) })
    await underWay(id)
    await house.database.db.updateTable('templates').set({ deleted_at: new Date() }).execute()
    await campaignIs(id, 'paused: template_missing')
    await approveTemplate()
  }, 60_000)

  it('the channel is paused', async () => {
    const phones = fresh(200)
    const id = await start({ phones })
    await underWay(id)
    expect((await house.api('POST', `/api/channels/${house.channel}/pause`)).status).toBeLessThan(300)
    await campaignIs(id, 'paused: channel_not_connected')
    expect((await house.api('POST', `/api/channels/${house.channel}/resume`)).status).toBeLessThan(300)
    await verb(id, 'resume')
    await campaignIs(id, 'finished')
    await everybodyOnce(id, phones)
  }, 120_000)

  it('answers are lost: those are unknown, called once, and the others go on (P3)', async () => {
    const phones = fresh(60)
    for (const to of phones.slice(5, 8)) {
      await house.fault({ on: 'messages', kind: 'no_statuses', match: { to } })
      await house.fault({ on: 'messages', kind: 'reset_after_accept', match: { to } })
    }
    const id = await start({ phones })
    await campaignIs(id, 'finished')
    expect((await callsTo(phones)).length).toBe(60)
    await eventually(async () => expect(await statesOf(id)).toEqual({ unknown: 3, delivered: 57 }))
  }, 60_000)
})
