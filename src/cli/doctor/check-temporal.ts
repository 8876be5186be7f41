import type { Config } from '../../config.ts'
import { QUEUE_NAMES } from '../../config.ts'
import { taskQueues } from '../../domain/conversation-workflow.ts'
import { temporalConnectionOptions } from '../../temporal-connection.ts'
import { type Finding, faultWords, findingsOf } from './finding.ts'

const { ok, warn, bad, skipped } = findingsOf('temporal')

const PATIENCE_MS = 5_000
/** A poller that asked longer ago is gone: a long poll ends after a minute. */
const POLLER_LIVES_MS = 2 * 60_000

/** gRPC */
const NOT_FOUND = 5
/** `TaskQueueType` */
const WORKFLOWS = 1
const ACTIVITIES = 2

/** Does the engine answer, is the namespace there, and does somebody work at each task queue? */
export async function checkTemporal(temporal: Config['temporal']): Promise<Finding[]> {
  // Loaded here: no other command pays for it.
  const { Connection } = await import('@temporalio/client')
  const { address, namespace, queuePrefix } = temporal
  let connection: Awaited<ReturnType<typeof Connection.connect>>
  try {
    connection = await Connection.connect({ ...temporalConnectionOptions(temporal), connectTimeout: PATIENCE_MS })
  } catch (error) {
    const todo = 'Is Temporal running, and do TEMPORAL_ADDRESS, TEMPORAL_TLS_… and TEMPORAL_API_KEY fit?'
    return [bad('answers', `Temporal at ${address} does not answer (${faultWords(error)})`, todo)]
  }
  const ask = <T>(question: () => Promise<T>): Promise<T> => connection.withDeadline(Date.now() + PATIENCE_MS, question)
  try {
    const service = connection.workflowService
    const findings: Finding[] = []
    try {
      const { serverVersion } = await ask(() => service.getSystemInfo({}))
      await ask(() => service.describeNamespace({ namespace }))
      findings.push(ok('answers', `Temporal ${serverVersion ?? ''} answers, with the namespace ${namespace}`))
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === NOT_FOUND
      return isMissing
        ? [bad('namespace', `there is no namespace ${namespace}`, `temporal operator namespace create ${namespace}`)]
        : [bad('namespace', `Temporal refuses (${faultWords(error)})`, 'May this key see the namespace?')]
    }
    const queues = taskQueues(queuePrefix)
    const described = await Promise.all(
      QUEUE_NAMES.map((name) => {
        const taskQueueType = name === 'conversations' ? WORKFLOWS : ACTIVITIES
        return ask(() =>
          service.describeTaskQueue({ namespace, taskQueue: { name: queues[name] }, taskQueueType }),
        ).then(({ pollers, versioningInfo }) => ({
          name: queues[name],
          pollers: pollers?.filter(({ lastAccessTime }) => isRecent(lastAccessTime?.seconds)).length ?? 0,
          deployment: versioningInfo?.currentDeploymentVersion ?? null,
        }))
      }),
    )
    const idle = described.filter(({ pollers }) => pollers === 0).map(({ name }) => name)
    findings.push(
      idle.length === 0
        ? ok('workers', `every task queue has a worker (${described.map(({ pollers }) => pollers).join(', ')} pollers)`)
        : bad(
            'workers',
            `nobody works at ${idle.join(', ')}`,
            'Start a worker (node dist/worker.js); PARLEY_QUEUES and PARLEY_QUEUE_PREFIX say what it works at.',
          ),
    )
    const routed = described.filter(({ deployment }) => deployment !== null)
    findings.push(
      routed.length === 0
        ? ok('worker_deployment', 'tasks go to any worker, as they should (no worker deployment is set)')
        : warn(
            'worker_deployment',
            `only workers of a certain deployment get the tasks of ${routed
              .map(({ name, deployment }) => `${name} (${deployment?.deploymentName}, build ${deployment?.buildId})`)
              .join(', ')}`,
            'Parley’s workers have no version unless you gave them one (docs/decisions/0005): set the current version to unversioned.',
          ),
    )
    return findings
  } catch (error) {
    return [skipped('workers', `the task queues could not be described (${faultWords(error)})`)]
  } finally {
    await connection.close()
  }
}

const isRecent = (seconds: { toString(): string } | null | undefined): boolean =>
  Number(seconds ?? 0) * 1_000 > Date.now() - POLLER_LIVES_MS
