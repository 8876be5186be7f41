import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { Client, Connection } from '@temporalio/client'
import { NativeConnection, Worker } from '@temporalio/worker'
import pino from 'pino'
import { inject } from 'vitest'
import {
  campaignSends,
  campaignSteps,
  conversationSteps,
  fileActivities,
  houseSteps,
  outsideActivities,
  sendActivities,
  webhookCalls,
} from '../../activities/index.ts'
import { type Config, QUEUE_NAMES } from '../../src/config.ts'
import { createSimulator, type Simulator } from '../../src/dev/simulator/index.ts'
import type { InstagramChannel } from '../../src/dev/simulator/instagram/index.ts'
import { taskQueues } from '../../src/domain/conversation-workflow.ts'
import { type CampaignId, type ConversationId, workflowIdOf } from '../../src/domain/ids.ts'
import { createApp } from '../../src/http/app.ts'
import type { HttpDeps } from '../../src/http/context.ts'
import { webhookRoutes } from '../../src/http/webhooks.ts'
import { workRoutes } from '../../src/http/work/index.ts'
import { linkedFileRoutes } from '../../src/http/work/linked-files.ts'
import { Dispatcher } from '../../src/intake/dispatcher.ts'
import { inBackground, temporalCampaigns } from '../../src/intake/signal-campaign.ts'
import { temporalSignals } from '../../src/intake/signal-conversation.ts'
import { signalHouseSoon, temporalHouse } from '../../src/intake/signal-house.ts'
import { temporalWebhooks, webhooksInBackground } from '../../src/intake/signal-webhook.ts'
import { importedFilesInBackground } from '../../src/intake/start-imported-files.ts'
import { Sweeper } from '../../src/intake/sweeper.ts'
import type { Tracer } from '../../src/observability/tracer.ts'
import { channelCache } from '../../src/store/channels/channel-cache.ts'
import { openChannel } from '../../src/store/channels/load-channel.ts'
import { diskFiles } from '../../src/store/disk-files.ts'
import type { FileStore } from '../../src/store/file-store.ts'
import { type House, openHouse, SECRET_KEY, secrets } from './house.ts'
import { quietRuntime, workflowBundle } from './workflow-bundle.ts'

export const API_TOKEN = 'token-of-the-test-suite'
export const PHONE_NUMBER_ID = '106540352242922'
export const APP_SECRET = 'test_app_secret_0123456789abcdef'

/** The whole of Parley in one process: server, dispatcher, worker, and the simulator in Meta's place. */
export interface RunningHouse extends House {
  url: string
  /** Where its files lie. */
  dataDir: string
  /** Prefix of its task queues. */
  queuePrefix: string
  temporal: Client
  temporalAddress: string
  /** The API as an owner. @throws when the answer is not the expected kind */
  api<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }>
  /** Writes as a client on the simulated phone. */
  phone(message: Record<string, unknown>): Promise<{ id: string }>
  /** What a simulated client sees. */
  phoneMessages(from: string): Promise<PhoneMessage[]>
  fault(fault: Record<string, unknown>): Promise<{ id: string }>
  clearFaults(): Promise<void>
  /** Provider calls that the simulator recorded, sends only. */
  calls(): Promise<Record<string, unknown>[]>
  /** Tells a campaign's workflow that the campaign changed. */
  signalCampaign(campaign: CampaignId): Promise<void>
  /** Another worker process in the place of this one. */
  restartWorker(): Promise<void>
  workflowOf(conversation: ConversationId): ReturnType<Client['workflow']['getHandle']>
}

export interface PhoneMessage {
  id: string
  direction: 'from_client' | 'to_client'
  kind: string
  text: string | null
  state: string | null
  callbackData?: string | null
  media?: { url: string; mime: string; size: number; sha256: string; name: string | null } | null
}

export async function openRunningHouse(
  options: { worker?: boolean; files?: FileStore; tracers?: { server: Tracer; worker: Tracer } } = {},
): Promise<RunningHouse> {
  quietRuntime()
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-house-'))
  const address = inject('temporalAddress')
  const connection = await Connection.connect({ address })
  const temporal = new Client({ connection })
  const queuePrefix = `test-${randomBytes(6).toString('hex')}`

  let handle: ((request: Request, env?: object) => Response | Promise<Response>) | null = null
  const server = createServer(
    getRequestListener((request, env) => {
      if (!handle) throw new Error('the app is not there yet')
      return handle(request, env)
    }),
  )
  const url = await listen(server)
  const house = await openHouse({ graphUrl: `${url}/simulator/graph`, phoneNumberId: PHONE_NUMBER_ID })
  const { database } = house

  const log = pino({ level: 'silent' })
  const dispatcher = new Dispatcher({ db: database.db, signal: temporalSignals(temporal, queuePrefix), log })
  const signalCampaign = temporalCampaigns(temporal, queuePrefix)
  const campaignChanged = inBackground(signalCampaign, log)
  const webhookQueued = webhooksInBackground(temporalWebhooks(temporal, queuePrefix), log)
  const houseChanged = signalHouseSoon(temporalHouse(temporal, queuePrefix), log)
  const fileImported = importedFilesInBackground(temporal, queuePrefix, log)
  const sweeper = new Sweeper({ database, dispatcher, campaignChanged, houseChanged, webhookQueued, fileImported, log })
  const files = options.files ?? diskFiles(join(dataDir, 'files'))
  const deps: HttpDeps = {
    config: testConfig({ url, dataDir, address, queuePrefix }),
    database,
    files,
    secrets,
    log,
    eventsStored: (conversations) => dispatcher.stored(conversations),
    campaignChanged,
    houseChanged,
    temporalProblem: async () => dispatcher.problem(),
    ...(options.tracers && { tracer: options.tracers.server }),
  }
  const simulator: Simulator = createSimulator({
    dataDir: join(dataDir, 'simulator'),
    log: () => undefined,
    instagramChannels: () => instagramChannels(house, url),
    accounts: async () => [
      {
        phoneNumberId: PHONE_NUMBER_ID,
        wabaId: '102290129340398',
        displayPhone: '+15550783881',
        name: 'Shop',
        accessToken: 'token-of-the-test',
        appSecret: APP_SECRET,
        webhookUrl: `${url}/webhooks/${house.channel}`,
        verifyToken: 'verify-me',
      },
    ],
  })
  const work = workRoutes(deps)
  const app = createApp(deps, [
    { mount: (all) => all.route('/simulator', simulator.app) },
    { mount: (all) => all.route('/', webhookRoutes(deps)) },
    { mount: (all) => all.route('/', linkedFileRoutes(deps)) },
    { mount: (all) => all.route('/api', work.routes) },
  ])
  handle = app.fetch
  sweeper.start()

  const workerSide: HttpDeps = { ...deps, ...(options.tracers && { tracer: options.tracers.worker }) }
  let stopWorker =
    options.worker === false ? async () => undefined : await startWorker(workerSide, queuePrefix, address)

  const json = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${url}${path}`, init)
    const text = await response.text()
    return { status: response.status, body: text ? JSON.parse(text) : null }
  }
  const post = (path: string, body: unknown) =>
    json(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

  return {
    ...house,
    url,
    dataDir,
    queuePrefix,
    temporal,
    temporalAddress: address,
    api: (method, path, body) =>
      json(path, {
        method,
        headers: {
          authorization: `Bearer ${API_TOKEN}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async phone(message) {
      const answer = await post('/simulator/phone/messages', message)
      if (answer.status >= 300) throw new Error(`the phone refused: ${JSON.stringify(answer.body)}`)
      return answer.body
    },
    async phoneMessages(from) {
      return (await json(`/simulator/phone/messages?from=${from}`)).body.items
    },
    async fault(fault) {
      const answer = await post('/simulator/faults', fault)
      if (answer.status >= 300) throw new Error(`the fault was refused: ${JSON.stringify(answer.body)}`)
      return answer.body
    },
    async clearFaults() {
      await json('/simulator/faults', { method: 'DELETE' })
    },
    async calls() {
      const { items } = (await json('/simulator/calls?limit=1000')).body
      return items.filter((call: { path: string; method?: string }) => /\/messages$/.test(call.path))
    },
    signalCampaign,
    async restartWorker() {
      await stopWorker()
      stopWorker = await startWorker(workerSide, queuePrefix, address)
    },
    workflowOf: (conversation) => temporal.workflow.getHandle(workflowIdOf(conversation)),
    async close() {
      await sweeper.stop()
      await dispatcher.stop()
      await stopWorker()
      await work.stop()
      await simulator.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await endWorkflows(temporal, queuePrefix)
      await connection.close()
      await house.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** As src/dev/demo.ts tells the simulator. */
async function instagramChannels({ database }: House, url: string): Promise<InstagramChannel[]> {
  const rows = await database.db
    .selectFrom('channels')
    .selectAll()
    .where('provider', '=', 'instagram')
    .where('deleted_at', 'is', null)
    .execute()
  return rows.map((row) => {
    const { config, signingKeys } = openChannel(row, secrets)
    return {
      accountId: row.account_id,
      login: config.login === 'facebook' ? 'facebook' : 'instagram',
      accessToken: String(config.accessToken),
      appSecret: signingKeys[0] ?? '',
      webhookUrl: `${url}/webhooks/${row.id}`,
    }
  })
}

/** The worker of worker.ts, in this process. */
async function startWorker(deps: HttpDeps, queuePrefix: string, address: string): Promise<() => Promise<void>> {
  const native = await NativeConnection.connect({ address })
  const queues = taskQueues(queuePrefix)
  const stopping = new AbortController()
  const workerDeps = {
    database: deps.database,
    channels: channelCache(deps.database, deps.secrets),
    secrets: deps.secrets,
    files: deps.files,
    publicUrl: deps.config.publicUrl,
    log: deps.log,
    worker: 'test-worker',
    notifyLive: () => undefined,
    stopping: stopping.signal,
    ...(deps.tracer && { tracer: deps.tracer }),
  }
  const workers = await Promise.all([
    Worker.create({
      connection: native,
      taskQueue: queues.conversations,
      workflowBundle: await workflowBundle(),
      activities: { ...conversationSteps(workerDeps), ...campaignSteps(workerDeps), ...houseSteps(workerDeps) },
    }),
    Worker.create({ connection: native, taskQueue: queues.sends, activities: sendActivities(workerDeps) }),
    Worker.create({ connection: native, taskQueue: queues.files, activities: fileActivities(workerDeps) }),
    Worker.create({ connection: native, taskQueue: queues.campaigns, activities: campaignSends(workerDeps) }),
    Worker.create({
      connection: native,
      taskQueue: queues.outside,
      activities: { ...outsideActivities(workerDeps), ...webhookCalls(workerDeps) },
    }),
  ])
  const running = workers.map((worker) => worker.run())
  return async () => {
    stopping.abort()
    for (const worker of workers) worker.shutdown()
    await Promise.all(running)
    await native.close()
  }
}

function testConfig(at: { url: string; dataDir: string; address: string; queuePrefix: string }): Config {
  return {
    port: Number(new URL(at.url).port),
    host: '127.0.0.1',
    publicUrl: at.url,
    dataDir: at.dataDir,
    apiToken: API_TOKEN,
    secretKeys: [SECRET_KEY],
    databaseUrl: '',
    databaseConnections: 10,
    temporal: {
      address: at.address,
      namespace: 'default',
      apiKey: null,
      tls: null,
      queuePrefix: at.queuePrefix,
      encryption: false,
    },
    simulator: true,
    signup: null,
    queues: [...QUEUE_NAMES],
    requestLimits: { perCredential: 0, refusedPerAddress: 0 },
    filesLimit: null,
    objectStorage: null,
    logLevel: 'silent',
  }
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Conversations live for ever: those of a test end with it. */
async function endWorkflows(temporal: Client, queuePrefix: string): Promise<void> {
  const { conversations } = taskQueues(queuePrefix)
  const open = temporal.workflow.list({ query: `TaskQueue = '${conversations}' and ExecutionStatus = 'Running'` })
  for await (const { workflowId } of open) {
    await temporal.workflow.getHandle(workflowId).terminate('the test ended')
  }
}
