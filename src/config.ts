import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { OBJECT_STORAGE_VARIABLES, settledObjectStorage } from './object-storage.ts'
import type { S3Settings } from './store/s3-client.ts'
import { keysIn } from './store/secret-box.ts'

/**
 * Settings from the environment (contract.md, Environment), read once by server.ts, worker.ts and the command line
 * and handed down; nothing below them reads the environment.
 */
export interface Config {
  port: number
  host: string
  /** Base of webhook and file links, without a slash at the end. */
  publicUrl: string
  dataDir: string
  apiToken: string | null
  /** Newest first; the others only decrypt. */
  secretKeys: string[]
  databaseUrl: string
  databaseConnections: number
  temporal: TemporalConfig
  simulator: boolean
  /** The app of Meta that clients' accounts are connected through; null: there is none. */
  signup: { appId: string; appSecret: string; configId: string; graphUrl: string; dialogUrl: string } | null
  /** Requests to the API in a minute: of one token or session, and refused ones of one address. 0: no limit. */
  requestLimits: { perCredential: number; refusedPerAddress: number }
  /** Bytes that all files may have before uploads are refused; null: as many as the disk holds. */
  filesLimit: number | null
  /** The bucket that files lie in; null: they lie in the data directory. */
  objectStorage: S3Settings | null
  logLevel: string
  /** What this worker works at; several workers can share the queues, or have some each. */
  queues: QueueName[]
}

export const QUEUE_NAMES = ['conversations', 'sends', 'files', 'campaigns', 'outside'] as const
export type QueueName = (typeof QUEUE_NAMES)[number]

export interface TemporalConfig {
  address: string
  namespace: string
  apiKey: string | null
  tls: { serverName: string | null; ca: string | null; cert: string | null; key: string | null } | null
  /** Prefix of the task queues, so that several installations can share a namespace. */
  queuePrefix: string
  /** What is written into histories is sealed with the installation's key; what was sealed is opened in any case. */
  encryption: boolean
}

const port = z.coerce.number().int().min(0).max(65_535)
const perMinute = z.coerce.number().int().min(0).max(1_000_000)
const schema = z.object({
  PORT: port.default(8080),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: z.url().optional(),
  PARLEY_DATA_DIR: z.string().min(1).default('.data'),
  PARLEY_API_TOKEN: z.string().min(8, 'must have at least 8 characters').optional(),
  PARLEY_SECRET_KEY: z.string().optional(),
  PARLEY_SECRET_KEY_PREVIOUS: z.string().optional(),
  DATABASE_URL: z.string().min(1, 'is needed; `npm start` sets it for the embedded database'),
  DATABASE_CONNECTIONS: z.coerce.number().int().min(2).max(500).default(12),
  TEMPORAL_ADDRESS: z.string().min(1, 'is needed; `npm start` sets it for the embedded server'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_API_KEY: z.string().min(1).optional(),
  TEMPORAL_TLS: z.enum(['true', 'false', '1', '0']).optional(),
  TEMPORAL_TLS_SERVER_NAME: z.string().optional(),
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: z.string().optional(),
  TEMPORAL_TLS_CLIENT_CERT_PATH: z.string().optional(),
  TEMPORAL_TLS_CLIENT_KEY_PATH: z.string().optional(),
  PARLEY_QUEUE_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .default('parley'),
  PARLEY_TEMPORAL_ENCRYPTION: z.enum(['on', 'off']).default('off'),
  META_APP_ID: z
    .string()
    .regex(/^\d{5,30}$/)
    .optional(),
  META_APP_SECRET: z.string().min(8).optional(),
  META_SIGNUP_CONFIG_ID: z
    .string()
    .regex(/^\d{5,30}$/)
    .optional(),
  META_GRAPH_URL: z.url().default('https://graph.facebook.com'),
  META_DIALOG_URL: z.url().default('https://www.facebook.com/dialog/oauth'),
  PARLEY_SIMULATOR: z.enum(['on', 'off']).default('off'),
  PARLEY_REQUESTS_PER_MINUTE: perMinute.default(6_000),
  PARLEY_REFUSALS_PER_MINUTE: perMinute.default(600),
  PARLEY_FILES_LIMIT_GB: z.coerce.number().positive().max(1_000_000).optional(),
  ...OBJECT_STORAGE_VARIABLES,
  PARLEY_QUEUES: z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(QUEUE_NAMES)).min(1))
    .optional(),
  PARLEY_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
})

/**
 * @throws one error that names every wrong variable, never its value
 */
export function loadConfig(environment: NodeJS.ProcessEnv): Config {
  // An empty variable means "not set": that is how shells and compose files clear one.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = schema.safeParse(given)
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`The environment is not right:\n${lines.join('\n')}`)
  }
  const env = parsed.data
  const dataDir = resolve(env.PARLEY_DATA_DIR)
  return {
    port: env.PORT,
    host: env.HOST,
    publicUrl: (env.PUBLIC_URL ?? `http://${env.HOST === '0.0.0.0' ? '127.0.0.1' : env.HOST}:${env.PORT}`).replace(
      /\/+$/,
      '',
    ),
    dataDir,
    apiToken: env.PARLEY_API_TOKEN ?? null,
    secretKeys: readSecretKeys(env, dataDir),
    databaseUrl: env.DATABASE_URL,
    databaseConnections: env.DATABASE_CONNECTIONS,
    temporal: {
      address: env.TEMPORAL_ADDRESS,
      namespace: env.TEMPORAL_NAMESPACE,
      apiKey: env.TEMPORAL_API_KEY ?? null,
      tls: readTls(env),
      queuePrefix: env.PARLEY_QUEUE_PREFIX,
      encryption: env.PARLEY_TEMPORAL_ENCRYPTION === 'on',
    },
    simulator: env.PARLEY_SIMULATOR === 'on',
    signup: readSignup(env),
    requestLimits: {
      perCredential: env.PARLEY_REQUESTS_PER_MINUTE,
      refusedPerAddress: env.PARLEY_REFUSALS_PER_MINUTE,
    },
    filesLimit: env.PARLEY_FILES_LIMIT_GB === undefined ? null : Math.floor(env.PARLEY_FILES_LIMIT_GB * 1024 ** 3),
    objectStorage: settledObjectStorage(env),
    logLevel: env.PARLEY_LOG_LEVEL,
    queues: env.PARLEY_QUEUES ?? [...QUEUE_NAMES],
  }
}

/** All three, or none. */
function readSignup(env: z.infer<typeof schema>): Config['signup'] {
  const { META_APP_ID: appId, META_APP_SECRET: appSecret, META_SIGNUP_CONFIG_ID: configId } = env
  if (!appId && !configId) return null
  if (!appId || !appSecret || !configId) {
    throw new Error('META_APP_ID, META_APP_SECRET and META_SIGNUP_CONFIG_ID belong together: one of them is missing')
  }
  const graphUrl = env.META_GRAPH_URL.replace(/\/+$/, '')
  return { appId, appSecret, configId, graphUrl, dialogUrl: env.META_DIALOG_URL }
}

/** From the variable, else from the file that the first start made; then the keys before them (docs/operating.md). */
function readSecretKeys(env: z.infer<typeof schema>, dataDir: string): string[] {
  const previous = keysIn(env.PARLEY_SECRET_KEY_PREVIOUS ?? '')
  if (env.PARLEY_SECRET_KEY) return [...keysIn(env.PARLEY_SECRET_KEY), ...previous]
  const file = join(dataDir, 'secret-key')
  try {
    return [...keysIn(readFileSync(file, 'utf8')), ...previous]
  } catch (cause) {
    throw new Error(`PARLEY_SECRET_KEY is not set and ${file} cannot be read`, { cause })
  }
}

function readTls(env: z.infer<typeof schema>): TemporalConfig['tls'] {
  const named =
    env.TEMPORAL_TLS_SERVER_CA_CERT_PATH ?? env.TEMPORAL_TLS_CLIENT_CERT_PATH ?? env.TEMPORAL_TLS_SERVER_NAME
  const wanted =
    env.TEMPORAL_TLS === 'true' || env.TEMPORAL_TLS === '1' || named !== undefined || env.TEMPORAL_API_KEY !== undefined
  if (!wanted || env.TEMPORAL_TLS === 'false' || env.TEMPORAL_TLS === '0') return null
  const read = (path: string | undefined) => (path ? readFileSync(path, 'utf8') : null)
  return {
    serverName: env.TEMPORAL_TLS_SERVER_NAME ?? null,
    ca: read(env.TEMPORAL_TLS_SERVER_CA_CERT_PATH),
    cert: read(env.TEMPORAL_TLS_CLIENT_CERT_PATH),
    key: read(env.TEMPORAL_TLS_CLIENT_KEY_PATH),
  }
}
