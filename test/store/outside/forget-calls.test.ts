import { afterAll, beforeAll, expect, it } from 'vitest'
import { forgetOldCalls } from '../../../src/store/outside/forget-calls.ts'
import { addConversation, type House, openHouse } from '../../kit/house.ts'
import { addEndpoint, addOutsideCall } from '../../kit/outside-calls.ts'
import { publishDocument } from '../../kit/scenarios.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

it('calls that ended more than a month ago are forgotten; what is under way never is', async () => {
  const scenario = await publishDocument(
    house,
    'id: caller\nname: Caller\ntrigger: { event: message.received }\nsteps: [ { id: a, tag: x } ]',
  )
  const conversation = await addConversation(house)
  const endpoint = await addEndpoint(house, { name: 'crm' })
  const call = async (ended: number | null) => {
    const id = await addOutsideCall(house, { scenario, conversation, endpoint })
    const at = ended === null ? null : new Date(Date.now() - ended * 24 * 3_600_000)
    const state = at ? ('ended' as const) : ('waiting' as const)
    await house.database.db.updateTable('outside_calls').set({ ended_at: at, state }).where('id', '=', id).execute()
    return id
  }
  const [, recent, open] = [await call(31), await call(29), await call(null)]
  await forgetOldCalls(house.database.db)
  const left = await house.database.db.selectFrom('outside_calls').select('id').orderBy('id').execute()
  expect(left.map(({ id }) => id)).toEqual([recent, open].toSorted())
})
