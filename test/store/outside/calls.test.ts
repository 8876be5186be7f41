import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Circuit, CLOSED, ENDPOINT_RULE } from '../../../src/domain/circuit.ts'
import type { ConversationId, EndpointId, OutsideCallId, ScenarioId } from '../../../src/domain/ids.ts'
import type { CallRequest } from '../../../src/domain/outside/call-request.ts'
import { inTransaction } from '../../../src/store/index.ts'
import { type CallClaim, type ClaimedCall, claimCall } from '../../../src/store/outside/claim-call.ts'
import { deleteEndpoint, type EndpointValues } from '../../../src/store/outside/endpoints.ts'
import { endUncalled, recordAnotherTry, recordAnswer } from '../../../src/store/outside/settle-call.ts'
import { secretBox } from '../../../src/store/secret-box.ts'
import { eventually } from '../../kit/eventually.ts'
import { addConversation, type House, openHouse, secrets } from '../../kit/house.ts'
import { addEndpoint as addEndpointTo, addOutsideCall } from '../../kit/outside-calls.ts'
import { publishDocument } from '../../kit/scenarios.ts'

const SYSTEM = { kind: 'system', id: null } as const

let house: House
let scenario: ScenarioId
let conversation: ConversationId
let endpoint: EndpointId
beforeAll(async () => {
  house = await openHouse()
  scenario = await publishDocument(
    house,
    'id: caller\nname: Caller\ntrigger: { event: message.received }\nsteps: [ { id: a, tag: x } ]',
  )
  conversation = await addConversation(house)
})
afterAll(() => house.close())
let endpoints = 0
beforeEach(async () => {
  endpoint = await addEndpoint()
})

const addEndpoint = (more: Partial<EndpointValues> = {}) =>
  addEndpointTo(house, { name: `endpoint ${++endpoints}`, ...more })
const addCall = (request: Partial<CallRequest> = {}, of = endpoint) =>
  addOutsideCall(house, { scenario, conversation, endpoint: of }, request)

const claim = (id: OutsideCallId, worker = 'one') => claimCall(house.database, secrets, id, worker)
const made = async (id: OutsideCallId, worker?: string): Promise<ClaimedCall> => callOf(await claim(id, worker))
function callOf(claimed: CallClaim): ClaimedCall {
  if (claimed.claim !== 'made') throw new Error(`not made: ${JSON.stringify(claimed)}`)
  return claimed.call
}
const callRow = (id: OutsideCallId) =>
  house.database.db.selectFrom('outside_calls').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const endpointRow = (id = endpoint) =>
  house.database.db.selectFrom('endpoints').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const setCall = (id: OutsideCallId, columns: { deadline?: Date; lease_until?: Date; next_at?: Date }) =>
  house.database.db.updateTable('outside_calls').set(columns).where('id', '=', id).execute()
const setCircuit = (circuit: Circuit) =>
  house.database.db
    .updateTable('endpoints')
    .set({ circuit: JSON.stringify(circuit) })
    .where('id', '=', endpoint)
    .execute()
const answersTo = async (id: OutsideCallId) => {
  const { run_id } = await callRow(id)
  const { rows } = await sql<{ seq: number; payload: object }>`
    select seq, payload from conversation_events where kind = 'run.answered' and payload ->> 'run' = ${run_id}`.execute(
    house.database.db,
  )
  return rows
}
const PAST = new Date(0)
const FAILED = { works: false, code: 'http_503' }
const WORKED = { works: true, code: null }

describe('a claim', () => {
  it('counts the attempt before the call, and says how it is called', async () => {
    const id = await addCall({ timeoutMs: 60_000 })
    const call = await made(id)
    const { run_id } = await callRow(id)
    expect(call).toMatchObject({
      attempt: 1,
      isTrial: false,
      timeoutMs: 30_000,
      idempotencyKey: `parley-${run_id}-3`,
      endpoint: {
        url: 'https://crm.example/api',
        headers: { 'x-tenant': 'planted-tenant', authorization: 'Bearer planted-token' },
      },
    })
    expect(await callRow(id)).toMatchObject({ state: 'calling', attempts: 1, worker: 'one' })
    expect((await endpointRow()).last_call_at).not.toBeNull()
  })

  it('is made by one of many', async () => {
    const id = await addCall()
    const claims = await Promise.all(Array.from({ length: 8 }, (_, n) => claim(id, `worker ${n}`)))
    expect(claims.filter(({ claim }) => claim === 'made')).toHaveLength(1)
    expect(claims.filter(({ claim }) => claim === 'again')).toHaveLength(7)
    expect((await callRow(id)).attempts).toBe(1)
  })

  it('is taken over once its worker is gone, as often as the step allows', async () => {
    const id = await addCall({ retries: 1 })
    const first = await made(id, 'gone')
    expect(await claim(id, 'next')).toMatchObject({ claim: 'again' })
    await setCall(id, { lease_until: PAST })
    const second = await made(id, 'next')
    expect(second).toMatchObject({ attempt: 2, idempotencyKey: first.idempotencyKey })
    await setCall(id, { lease_until: PAST })
    expect(await claim(id)).toMatchObject({ claim: 'ends', answer: { code: 'interrupted', final: true } })
  })

  it('hears a late failure no more, but a late success', async () => {
    const id = await addCall({ retries: 3 })
    const first = await made(id, 'slow')
    await setCall(id, { lease_until: PAST })
    await made(id, 'next')
    await recordAnotherTry(house.database, first, FAILED, 1_000)
    expect(await callRow(id)).toMatchObject({ state: 'calling', attempts: 2, worker: 'next' })
    const failure = { ok: false, code: 'timeout', message: '', final: true } as const
    expect(await recordAnswer(house.database, first, { works: false, code: 'timeout' }, failure)).toBeNull()
    expect(await answersTo(id)).toHaveLength(0)
    expect(await recordAnswer(house.database, first, WORKED, { ok: true, value: 1 })).not.toBeNull()
    expect(await claim(id)).toMatchObject({ claim: 'settled', stored: (await callRow(id)).seq })
  })

  it('is not made for a run that does not wait for it any more', async () => {
    const stopped = await addCall()
    await house.database.db
      .updateTable('runs')
      .set({ state: 'stopped' })
      .where('id', '=', (await callRow(stopped)).run_id)
      .execute()
    const other = await addCall()
    await sql`update runs set run = jsonb_set(run, '{asked,number}', '4') where id = ${(await callRow(other)).run_id}`.execute(
      house.database.db,
    )
    const none = await addCall()
    await sql`update runs set run = '{"asked": null}' where id = ${(await callRow(none)).run_id}`.execute(
      house.database.db,
    )
    for (const id of [stopped, other, none]) {
      expect(await claim(id)).toEqual({ claim: 'settled', stored: null })
      expect(await callRow(id)).toMatchObject({ state: 'dropped', attempts: 0 })
    }
  })

  it('waits for its time', async () => {
    const id = await addCall()
    const call = await made(id)
    await recordAnotherTry(house.database, call, FAILED, 60_000)
    const waiting = await claim(id)
    expect(waiting).toMatchObject({ claim: 'again' })
    expect(waiting.claim === 'again' && waiting.afterMs).toBeGreaterThan(50_000)
    expect(await callRow(id)).toMatchObject({ state: 'waiting', last_code: 'http_503', attempts: 1 })
  })

  it('ends for a person where the endpoint is gone, switched off, or its secret is lost', async () => {
    const off = await addEndpoint({ enabled: false })
    expect(await claim(await addCall({}, off))).toMatchObject({
      claim: 'ends',
      answer: { code: 'endpoint_disabled', final: false },
    })
    const locked = await claimCall(house.database, secretBox(['b'.repeat(64)]), await addCall(), 'one')
    expect(locked).toMatchObject({ claim: 'ends', answer: { code: 'endpoint_unreadable', final: false } })
    const id = await addCall({}, off)
    await inTransaction(house.database.db, (tx) => deleteEndpoint(tx, off, SYSTEM))
    expect(await claim(id)).toMatchObject({ claim: 'ends', answer: { code: 'endpoint_unknown', final: false } })
  })
})

describe('limits of an endpoint', () => {
  it('let no more calls be made at a time than it takes, of all workers', async () => {
    const narrow = await addEndpoint({ maxConcurrent: 3 })
    const ids = await Promise.all(Array.from({ length: 10 }, () => addCall({}, narrow)))
    const claims = await Promise.all(ids.map((id, n) => claim(id, `worker ${n % 4}`)))
    const calls = claims.flatMap((claimed) => (claimed.claim === 'made' ? [claimed.call] : []))
    expect(calls).toHaveLength(3)
    expect(claims.filter(({ claim }) => claim === 'again')).toHaveLength(7)

    const [first, second] = calls
    if (!first || !second) throw new Error('none was made')
    await recordAnswer(house.database, first, WORKED, { ok: true })
    // A worker that is gone takes its place no longer than its lease.
    await setCall(second.id, { lease_until: PAST })
    const waiting = ids.filter((id) => !calls.some((call) => call.id === id))
    const next = await Promise.all(waiting.map((id) => claim(id)))
    expect(next.filter(({ claim }) => claim === 'made')).toHaveLength(2)
  })

  it('let no more begin in a second than it takes, of all workers', async () => {
    const slow = await addEndpoint({ perSecond: 4 })
    const ids = await Promise.all(Array.from({ length: 10 }, () => addCall({}, slow)))
    await Promise.all(
      ids.map((id, n) =>
        eventually(async () => {
          if ((await claim(id, `worker ${n % 3}`)).claim !== 'made') throw new Error('not yet')
        }),
      ),
    )
    const rows = await Promise.all(ids.map(callRow))
    const begun = rows.map(({ claimed_at }) => claimed_at?.getTime() ?? 0).toSorted((a, b) => a - b)
    for (const at of begun) {
      expect(begun.filter((other) => other >= at && other < at + 990).length).toBeLessThanOrEqual(4)
    }
  })

  it('hold up nobody else', async () => {
    const full = await addEndpoint({ maxConcurrent: 1 })
    await made(await addCall({}, full))
    expect(await claim(await addCall({}, full))).toMatchObject({ claim: 'again' })
    expect(await claim(await addCall())).toMatchObject({ claim: 'made' })
  })

  it('fail a call that had no turn by its deadline, and take no place for it', async () => {
    const full = await addEndpoint({ maxConcurrent: 1 })
    await made(await addCall({}, full))
    const late = await addCall({}, full)
    await setCall(late, { deadline: PAST })
    expect(await claim(late)).toMatchObject({ claim: 'ends', answer: { code: 'endpoint_busy', final: true } })

    const slow = await addEndpoint({ perSecond: 0.01 })
    await made(await addCall({}, slow))
    const places = async () => (await endpointRow(slow)).next_place_at
    const before = await places()
    const hopeless = await addCall({}, slow)
    await setCall(hopeless, { deadline: new Date(Date.now() + 5_000) })
    expect(await claim(hopeless)).toMatchObject({ claim: 'ends', answer: { code: 'endpoint_busy' } })
    expect(await places()).toEqual(before)
  })
})

describe('the circuit of an endpoint', () => {
  const fail = async () => {
    const call = await made(await addCall())
    await recordAnswer(house.database, call, FAILED, { ok: false, code: 'http_503', message: '', final: true })
  }
  const changes = async () => {
    const rows = await house.database.db
      .selectFrom('audit_log')
      .select('action')
      .where('subject_id', '=', endpoint)
      .where('action', 'like', 'endpoint.circuit%')
      .orderBy('id')
      .execute()
    return rows.map(({ action }) => action)
  }

  it('opens after failures in a row, lets one trial through, and closes when that works', async () => {
    for (let n = 0; n < ENDPOINT_RULE.inARow; n++) await fail()
    const open = await endpointRow()
    expect(open).toMatchObject({ circuit: { state: 'open' }, last_error: 'http_503' })
    const waiting = await addCall()
    expect(await claim(waiting)).toMatchObject({ claim: 'again' })

    await setCircuit({ ...open.circuit, until: 0 })
    const trial = await made(waiting)
    expect(trial.isTrial).toBe(true)
    const other = await addCall()
    expect(await claim(other)).toMatchObject({ claim: 'again' })
    await recordAnotherTry(house.database, trial, FAILED, 1)
    expect((await endpointRow()).circuit).toMatchObject({ state: 'open', opened: 2 })

    await setCircuit({ ...open.circuit, until: 0 })
    await recordAnswer(house.database, await made(other), WORKED, { ok: true })
    expect((await endpointRow()).circuit).toEqual(CLOSED)
    expect(await claim(await addCall())).toMatchObject({ claim: 'made', call: { isTrial: false } })
    expect(await changes()).toEqual(['endpoint.circuit_opened', 'endpoint.circuit_closed'])
  })

  it('fails calls that waited for it until their deadline', async () => {
    await setCircuit({ ...CLOSED, state: 'open', until: Date.now() + 600_000, opened: 1 })
    const id = await addCall()
    await setCall(id, { deadline: PAST })
    const claimed = await claim(id)
    expect(claimed).toMatchObject({ claim: 'ends', answer: { code: 'circuit_open', final: true } })
    if (claimed.claim !== 'ends') return
    const stored = await endUncalled(house.database, id, claimed.answer)
    expect(await answersTo(id)).toMatchObject([
      { seq: stored, payload: { step: 'call', number: 3, answer: claimed.answer } },
    ])
  })
})

describe('an answer', () => {
  it('is entered once, whoever brings it', async () => {
    const id = await addCall()
    const call = await made(id)
    const stored = await Promise.all(
      Array.from({ length: 6 }, () => recordAnswer(house.database, call, WORKED, { ok: true, value: { a: 1 } })),
    )
    expect(new Set(stored).size).toBe(1)
    expect(await answersTo(id)).toMatchObject([{ seq: stored[0], payload: { answer: { ok: true, value: { a: 1 } } } }])
    expect(await callRow(id)).toMatchObject({ state: 'ended', seq: stored[0], lease_until: null })
  })
})
