import type { ConversationId } from '../../src/domain/ids.ts'
import { workflowIdOf } from '../../src/domain/ids.ts'
import type { RunningHouse } from './running-house.ts'

/** Lets a conversation's workflow skip the time that it only waits: a month passes in a second. */
export async function skipTime({ temporal }: RunningHouse, conversation: ConversationId): Promise<void> {
  await temporal.connection.workflowService.updateWorkflowExecutionOptions({
    namespace: 'default',
    workflowExecution: { workflowId: workflowIdOf(conversation) },
    workflowExecutionOptions: { timeSkippingConfig: { enabled: true } },
    updateMask: { paths: ['time_skipping_config'] },
  })
}
