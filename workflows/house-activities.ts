import { proxyLocalActivities } from '@temporalio/workflow'
import type { HouseSteps } from '../src/domain/house-workflow.ts'

/** Repeated until it succeeds: what was committed is not done again. */
export const steps = proxyLocalActivities<HouseSteps>({
  startToCloseTimeout: '20s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '15s' },
})
