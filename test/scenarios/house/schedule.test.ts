import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { houseWorkflowIdOf, type ScenarioId } from '../../../src/domain/ids.ts'
import { eventually } from '../../kit/eventually.ts'
import { houseEventsOf, runsWithoutClient, skipHouseTime, timeHasCome } from '../../kit/house-runs.ts'
import { openRunningHouse, type RunningHouse } from '../../kit/running-house.ts'
import { publishDocument } from '../../kit/scenarios.ts'

let house: RunningHouse
beforeAll(async () => {
  house = await openRunningHouse()
})
afterAll(() => house.close())

const finished = (scenario: ScenarioId) =>
  eventually(async () => {
    const runs = await runsWithoutClient(house, scenario)
    expect(runs.map(({ state }) => state)).toEqual(['finished'])
    return runs
  })

describe('a schedule', () => {
  it('starts its scenario, and no other, when its time has come', async () => {
    const daily = (key: string) => `
id: ${key}
name: ${key}
trigger: { event: schedule, cron: '0 9 * * *', timeZone: Europe/Berlin }
vars: { at: { type: string, default: '' }, late: { type: boolean, default: false } }
steps:
  - { id: note, set: { at: '{{ event.at }}', late: { cel: event.late } } }
`
    const [mine, other] = [await publishDocument(house, daily('mine')), await publishDocument(house, daily('other'))]
    const moment = await timeHasCome(house, mine)
    const [run] = await finished(mine)
    expect(run?.run.vars).toEqual({ at: moment.toISOString(), late: true })
    expect(await runsWithoutClient(house, other)).toEqual([])
    const [event] = await houseEventsOf(house, 'schedule')
    expect(event).toMatchObject({ scenario_id: mine, at: moment, changed: event?.heard })
    expect(event?.ended_at).not.toBeNull()
    expect(run?.house_event_id).toBe(event?.id)
  })

  it('has runs that wait for a month', async () => {
    const id = await publishDocument(
      house,
      `
id: monthly
name: After a month
trigger: { event: schedule, cron: '30 6 * * *', timeZone: UTC }
vars: { done: { type: boolean, default: false } }
steps:
  - { id: w, wait: { timeout: 30d } }
  - { id: end, set: { done: true } }
limits: { lifetime: 60d }
`,
    )
    await timeHasCome(house, id)
    const [waiting] = await eventually(async () => {
      const runs = await runsWithoutClient(house, id)
      expect(runs.map(({ state }) => state)).toEqual(['waiting'])
      return runs
    })
    const event = waiting?.house_event_id
    if (!event) throw new Error('the run has no event')
    await skipHouseTime(house, event)
    const [run] = await finished(id)
    expect(run?.run.vars).toEqual({ done: true })
    await eventually(async () => {
      const { status } = await house.temporal.workflow.getHandle(houseWorkflowIdOf(event)).describe()
      expect(status.name).toBe('COMPLETED')
    })
  })
})
