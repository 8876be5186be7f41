import type { HouseSteps } from '../src/domain/house-workflow.ts'
import { workHouse } from '../src/store/house/work-house.ts'
import type { WorkerDeps } from './worker-deps.ts'

/** The database step of a house event, as a local activity. */
export const houseSteps = (deps: WorkerDeps): HouseSteps => ({
  async workHouse(request) {
    const result = await workHouse(deps.database, request)
    deps.notifyLive()
    return result
  },
})
