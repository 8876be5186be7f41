import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { Client, Connection } from '@temporalio/client'
import { loadConfig } from './src/config.ts'
import { exitWithParent } from './src/dev/parent-watch.ts'
import { readRetention } from './src/domain/retention.ts'
import { createApp, type Part } from './src/http/app.ts'
import type { HttpDeps } from './src/http/context.ts'
import { patientServer } from './src/http/patient-server.ts'
import { startPhoneAppRetries } from './src/http/phone-app.ts'
import { startTemplateSync } from './src/http/template-sync.ts'
import { startTokenRenewal } from './src/http/token-renewal.ts'
import { webAppRoutes } from './src/http/web-app.ts'
import { webhookRoutes } from './src/http/webhooks.ts'
import { workRoutes } from './src/http/work/index.ts'
import { linkedFileRoutes } from './src/http/work/linked-files.ts'
import { Dispatcher } from './src/intake/dispatcher.ts'
import { inBackground, temporalCampaigns } from './src/intake/signal-campaign.ts'
import { temporalSignals } from './src/intake/signal-conversation.ts'
import { signalHouseSoon, temporalHouse } from './src/intake/signal-house.ts'
import { temporalWebhooks, webhooksInBackground } from './src/intake/signal-webhook.ts'
import { importedFilesInBackground } from './src/intake/start-imported-files.ts'
import { Sweeper } from './src/intake/sweeper.ts'
import { Unstored } from './src/intake/unstored.ts'
import { createLog } from './src/log.ts'
import { readWatchSettings } from './src/observability/settings.ts'
import { watchSignals, watchUnstored } from './src/observability/signal-gauges.ts'
import { startTracer } from './src/observability/tracer.ts'
import { watchMoments } from './src/operations/repair/watch-moments.ts'
import { startHousekeeping } from './src/store/housekeeping.ts'
import { openDatabase } from './src/store/index.ts'
import { openFiles } from './src/store/open-files.ts'
import { secretBox } from './src/store/secret-box.ts'
import { watchFiles } from './src/store/watch-files.ts'
import { temporalDataConverter } from './src/temporal-codec.ts'
import { temporalConnectionOptions } from './src/temporal-connection.ts'

/**
 * The HTTP side: webhooks that signal workflows, the API, live updates, the web app.
 * Any number of these processes may run side by side (README, Scaling).
 */
const config = loadConfig(process.env)
const { traces } = readWatchSettings(process.env)
const log = createLog(config.logLevel, 'server')
exitWithParent()

const database = openDatabase(config.databaseUrl, {
  maxConnections: config.databaseConnections,
  onLostConnection: (error) => log.warn({ err: error }, 'a database connection broke'),
})
const secrets = secretBox(config.secretKeys)
// Lazy: the server starts, stores and answers while Temporal is away (P1).
const connection = Connection.lazy({
  ...temporalConnectionOptions(config.temporal),
  // gRPC's own pauses between attempts grow to two minutes: clients would wait that long after Temporal is back.
  channelArgs: { 'grpc.initial_reconnect_backoff_ms': 200, 'grpc.max_reconnect_backoff_ms': 2_000 },
})
const temporal = new Client({
  connection,
  namespace: config.temporal.namespace,
  dataConverter: temporalDataConverter(secrets, config.temporal),
})
const unstored = new Unstored()
const dispatcher = new Dispatcher({
  db: database.db,
  unstored,
  signal: temporalSignals(temporal, config.temporal.queuePrefix),
  log,
})
watchSignals(dispatcher)
watchUnstored(unstored)
const tracer = traces && startTracer(traces, traces.service ?? 'parley-server', log)
const campaignChanged = inBackground(temporalCampaigns(temporal, config.temporal.queuePrefix), log)
const webhookQueued = webhooksInBackground(temporalWebhooks(temporal, config.temporal.queuePrefix), log)
const houseChanged = signalHouseSoon(temporalHouse(temporal, config.temporal.queuePrefix), log)
const fileImported = importedFilesInBackground(temporal, config.temporal.queuePrefix, log)
const sweeper = new Sweeper({
  database,
  dispatcher,
  campaignChanged,
  houseChanged,
  webhookQueued,
  fileImported,
  log,
})

const deps: HttpDeps = {
  config,
  database,
  files: openFiles(config),
  secrets,
  log,
  eventsStored: (conversations) => dispatcher.stored(conversations),
  unstored,
  campaignChanged,
  houseChanged,
  temporalProblem,
  notices: () => [moments.notice(), filesWatch.notice()].flatMap((notice) => notice ?? []),
  ...(tracer && { tracer }),
}
const filesWatch = watchFiles({ files: deps.files, log })
const moments = watchMoments({ db: database.db, client: temporal, queuePrefix: config.temporal.queuePrefix, log })

const housekeeping = startHousekeeping({ ...deps, retention: retentionPlan() })
/** Not before the server listens: the simulator's Graph API is behind the same address. */
let templateSync: ReturnType<typeof startTemplateSync> | null = null
let tokenRenewal: ReturnType<typeof startTokenRenewal> | null = null
let phoneAppRetries: ReturnType<typeof startPhoneAppRetries> | null = null
const work = workRoutes(deps)
const parts: Part[] = [
  { mount: (app) => app.route('/', webhookRoutes(deps)) },
  { mount: (app) => app.route('/', linkedFileRoutes(deps)) },
  { mount: (app) => app.route('/api', work.routes) },
  { mount: (app) => app.route('/', webAppRoutes(join(import.meta.dirname, 'web'))), fallback: true },
]
const simulator = config.simulator ? await startSimulator() : null
const server = patientServer(getRequestListener(createApp(deps, parts).fetch, { hostname: config.host }))

server.listen(config.port, config.host, () => {
  log.info({ host: config.host, port: config.port }, 'the server listens')
  sweeper.start()
  templateSync = startTemplateSync(deps)
  tokenRenewal = startTokenRenewal(deps)
  phoneAppRetries = startPhoneAppRetries(deps)
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())

/** Answers what is under way, then lets go of everything. What is not dispatched yet is found by the next sweep. */
async function stop(): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  await moments.stop()
  await filesWatch.stop()
  await housekeeping.stop()
  await templateSync?.stop()
  await tokenRenewal?.stop()
  await phoneAppRetries?.stop()
  await work.stop()
  await simulator?.stop()
  server.closeIdleConnections()
  const patience = setTimeout(() => server.closeAllConnections(), 3_000)
  await closed
  clearTimeout(patience)
  await sweeper.stop()
  await dispatcher.stop()
  await tracer?.stop()
  await connection.close()
  await database.close()
}

/** @throws where PARLEY_RETENTION is not right: nothing is deleted by a plan that was misread */
function retentionPlan() {
  const read = readRetention(process.env.PARLEY_RETENTION ?? '')
  if (!read.ok) throw new Error(`The environment is not right:\n  PARLEY_RETENTION: ${read.problem}`)
  return read.plan
}

/** null while Temporal answers. */
async function temporalProblem(): Promise<string | null> {
  try {
    await connection.withDeadline(Date.now() + 1_500, () => connection.workflowService.getSystemInfo({}))
    return dispatcher.problem()
  } catch (error) {
    log.debug({ err: error }, 'Temporal does not answer')
    return 'Temporal does not answer'
  }
}

/** The stand-in for Meta; loaded only where it is wanted (design.md, The Graph simulator). */
async function startSimulator() {
  const { mountSimulator } = await import('./src/dev/demo.ts')
  const mounted = await mountSimulator({ config, database, secrets, log })
  parts.unshift(mounted.part)
  return mounted
}
