import type { ConversationId, EndpointId, OutsideCallId, RunId, ScenarioId } from '../../src/domain/ids.ts'
import type { CallRequest } from '../../src/domain/outside/call-request.ts'
import { inTransaction } from '../../src/store/index.ts'
import { newId } from '../../src/store/new-id.ts'
import { createEndpoint, type EndpointValues } from '../../src/store/outside/endpoints.ts'
import { type House, secrets } from './house.ts'

type Stored = Pick<House, 'database'>

export async function addEndpoint(
  { database }: Stored,
  values: Partial<EndpointValues> & Pick<EndpointValues, 'name'>,
): Promise<EndpointId> {
  const whole: EndpointValues = {
    url: 'https://crm.example/api',
    headers: { 'x-tenant': 'planted-tenant' },
    secret: { kind: 'bearer', name: null, value: 'planted-token' },
    allowPrivateAddress: false,
    enabled: true,
    maxConcurrent: 50,
    perSecond: 1_000,
    timeoutMs: 30_000,
    ...values,
  }
  const made = await inTransaction(database.db, (tx) =>
    createEndpoint(tx, secrets, whole, { kind: 'system', id: null }),
  )
  if (made.refused) throw new Error(made.refused.message)
  return made.value.id
}

/** A call, and a run that waits for its answer: the third thing that it asks for. */
export async function addOutsideCall(
  { database }: Stored,
  of: { scenario: ScenarioId; conversation: ConversationId; endpoint: EndpointId },
  request: Partial<CallRequest> = {},
): Promise<OutsideCallId> {
  const run = newId<RunId>()
  const id = newId<OutsideCallId>()
  await database.db
    .insertInto('runs')
    .values({
      id: run,
      scenario_id: of.scenario,
      version: 1,
      conversation_id: of.conversation,
      state: 'running',
      run: JSON.stringify({ asked: { step: 'call', number: 3 } }),
      awaits: [],
    })
    .execute()
  const whole: CallRequest = {
    method: 'POST',
    path: null,
    query: {},
    timeoutMs: 10_000,
    retries: 1,
    wantsJson: true,
    ...request,
  }
  await database.db
    .insertInto('outside_calls')
    .values({
      id,
      conversation_id: of.conversation,
      run_id: run,
      run_step: 'call',
      run_effect: 3,
      endpoint_name: 'crm',
      endpoint_id: of.endpoint,
      request: JSON.stringify(whole),
      deadline: new Date(Date.now() + 600_000),
    })
    .execute()
  return id
}
