import { existsSync } from 'node:fs'
import { constants, getPriority, hostname, setPriority } from 'node:os'
import { join } from 'node:path'
import { NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker'
import {
  campaignSends,
  campaignSteps,
  conversationSteps,
  fileActivities,
  houseSteps,
  outsideActivities,
  SENDS_AT_ONCE,
  sendActivities,
  type WorkerDeps,
  webhookCalls,
} from './activities/index.ts'
import { loadConfig, type QueueName, type TemporalConfig } from './src/config.ts'
import { exitWithParent } from './src/dev/parent-watch.ts'
import { taskQueues } from './src/domain/conversation-workflow.ts'
import { createLog } from './src/log.ts'
import { metricsPage } from './src/observability/metrics-page.ts'
import { startMetricsServer } from './src/observability/metrics-server.ts'
import { readWatchSettings } from './src/observability/settings.ts'
import { startTracer } from './src/observability/tracer.ts'
import { channelCache } from './src/store/channels/channel-cache.ts'
import { openDatabase } from './src/store/index.ts'
import { liveNotifier } from './src/store/live/notify.ts'
import { openFiles } from './src/store/open-files.ts'
import { secretBox } from './src/store/secret-box.ts'
import { startHeartbeat } from './src/store/worker-heartbeat.ts'
import { temporalDataConverter } from './src/temporal-codec.ts'
import { temporalConnectionOptions } from './src/temporal-connection.ts'
import { temporalLog } from './src/temporal-log.ts'

/**
 * The Temporal worker: conversations with their database steps, provider calls, files, campaigns and calls of scenarios,
 * each on a queue of its own.
 * Any number of these processes may run (README, Scaling).
 */
const config = loadConfig(process.env)
const watch = readWatchSettings(process.env)
const log = createLog(config.logLevel, 'worker')
exitWithParent()

installRuntime(watch.temporalMetricsPort)

const database = openDatabase(config.databaseUrl, {
  maxConnections: config.databaseConnections,
  prepared: true,
  onLostConnection: (error) => log.warn({ err: error }, 'a database connection broke'),
})
const metrics =
  watch.metricsPort === null
    ? null
    : await startMetricsServer(metricsPage({ database, log }, { queues: false }), watch.metricsPort, log)
const connection = await connectWithPatience(config.temporal)
const worker = `${hostname()}:${process.pid}`
const queues = taskQueues(config.temporal.queuePrefix)
const live = liveNotifier(database.pool)
const stopping = new AbortController()
const secrets = secretBox(config.secretKeys)
const { traces } = watch
const tracer = traces && startTracer(traces, traces.service ?? 'parley-worker', log)
const deps: WorkerDeps = {
  database,
  channels: channelCache(database, secrets),
  secrets,
  files: openFiles(config),
  publicUrl: config.publicUrl,
  log,
  worker,
  notifyLive: live.notify,
  stopping: stopping.signal,
  ...(tracer && { tracer }),
}

/**
 * Conversations kept in memory between two events; the others are replayed when something comes. The engine's default
 * goes by the machine's memory: thousands, at a quarter of a megabyte each, however few of them are alive.
 */
const CACHED_WORKFLOWS = 500

/**
 * Where processors are scarce, acknowledgements come first: a provider waits for them for seconds, and work that waits is
 * done all the same. A third of a server's weight (nice(7), sched(7)).
 */
const AFTER_SERVERS = 5
// Mailings wait for people, not the other way round (P9).
const isForMailings = config.queues.every((name) => name === 'campaigns')
// Who was started with a lower priority keeps it: only root may raise one.
setPriority(Math.max(getPriority(), isForMailings ? constants.priority.PRIORITY_BELOW_NORMAL : AFTER_SERVERS))

const common: Pick<
  WorkerOptions,
  'connection' | 'namespace' | 'dataConverter' | 'identity' | 'shutdownGraceTime' | 'shutdownForceTime'
> = {
  connection,
  namespace: config.temporal.namespace,
  dataConverter: temporalDataConverter(secrets, config.temporal),
  identity: worker,
  // A provider call that is cut off here would leave its message `unknown`.
  shutdownGraceTime: '4s',
  shutdownForceTime: '5s',
}
const create: Record<QueueName, () => Promise<Worker>> = {
  conversations: () =>
    Worker.create({
      ...common,
      taskQueue: queues.conversations,
      ...workflowCode(),
      activities: { ...conversationSteps(deps), ...campaignSteps(deps), ...houseSteps(deps) },
      maxCachedWorkflows: CACHED_WORKFLOWS,
      maxConcurrentWorkflowTaskExecutions: 40,
      maxConcurrentLocalActivityExecutions: 40,
    }),
  sends: () =>
    Worker.create({
      ...common,
      taskQueue: queues.sends,
      activities: sendActivities(deps),
      maxConcurrentActivityTaskExecutions: SENDS_AT_ONCE,
    }),
  files: () =>
    Worker.create({
      ...common,
      taskQueue: queues.files,
      activities: fileActivities(deps),
      maxConcurrentActivityTaskExecutions: 16,
    }),
  campaigns: () =>
    Worker.create({
      ...common,
      taskQueue: queues.campaigns,
      activities: campaignSends(deps),
      maxConcurrentActivityTaskExecutions: 16,
    }),
  outside: () =>
    Worker.create({
      ...common,
      taskQueue: queues.outside,
      activities: { ...outsideActivities(deps), ...webhookCalls(deps) },
      maxConcurrentActivityTaskExecutions: 100,
    }),
}
const workers = await Promise.all(config.queues.map((name) => create[name]()))
const served = config.queues.map((name) => queues[name])

const heartbeat = startHeartbeat(database, { worker, queues: served, log })
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop)
log.info({ queues: served }, 'the worker runs')

try {
  await Promise.all(workers.map((one) => one.run()))
} finally {
  await heartbeat.stop()
  await metrics?.stop()
  await tracer?.stop()
  await live.stop()
  await connection.close()
  await database.close()
}

/** The engine's own figures are worth no worker: where their port is taken, it works without them. */
function installRuntime(metricsPort: number | null): void {
  try {
    Runtime.install({
      logger: temporalLog(log),
      // Every poller reports each of its retries while Temporal is away: one word from us is enough (the heartbeat goes on).
      telemetryOptions: {
        logging: { forward: {}, filter: 'warn,temporalio_client=error' },
        ...(metricsPort !== null && { metrics: { prometheus: { bindAddress: `127.0.0.1:${metricsPort}` } } }),
      },
      shutdownSignals: [],
    })
  } catch (error) {
    if (metricsPort === null) throw error
    log.warn({ err: error, port: metricsPort }, 'the metrics of the workflow engine cannot be shown')
    installRuntime(null)
  }
}

function stop(): void {
  stopping.abort()
  for (const one of workers) if (one.getState() === 'RUNNING') one.shutdown()
}

/** The bundle that the build made beside this file; from sources when there is none. */
function workflowCode(): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> {
  const bundle = join(import.meta.dirname, 'workflows.js')
  if (existsSync(bundle)) return { workflowBundle: { codePath: bundle } }
  return { workflowsPath: join(import.meta.dirname, 'workflows', 'index.ts') }
}

/** Temporal may start after its workers, or be away for a while: keep asking. */
async function connectWithPatience(temporal: TemporalConfig): Promise<NativeConnection> {
  for (;;) {
    try {
      return await NativeConnection.connect(temporalConnectionOptions(temporal))
    } catch (error) {
      log.warn({ err: error, address: temporal.address }, 'Temporal cannot be reached; trying again')
      await new Promise((resolve) => setTimeout(resolve, 1_000))
    }
  }
}
