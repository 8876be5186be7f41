import { z } from 'zod'
import type { S3Settings } from './store/s3-client.ts'

/** Whatever a header may hold; a line break at its end is a mistake that would be hard to find. */
const KEY = /^[\x21-\x7e]{3,256}$/

/** Variables of the environment that say where files lie if not in the data directory (contract.md, Environment). */
export const OBJECT_STORAGE_VARIABLES = {
  S3_ENDPOINT: z.url({ protocol: /^https?$/, error: 'is no address of http or https' }).optional(),
  S3_REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .optional(),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is no name of a bucket')
    .optional(),
  S3_ACCESS_KEY_ID: z.string().regex(KEY, 'must be printable, and without spaces').optional(),
  S3_SECRET_ACCESS_KEY: z.string().regex(KEY, 'must be printable, and without spaces').optional(),
  S3_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*\/?$/, 'is made of letters, digits, _ and -, with / between them')
    .optional(),
  S3_FORCE_PATH_STYLE: z.enum(['true', 'false', '1', '0']).optional(),
}
const schema = z.object(OBJECT_STORAGE_VARIABLES)
type Given = z.infer<typeof schema>

/**
 * The bucket for files, for those who need no other setting. null: files lie in the data directory.
 * @throws one error that names every wrong variable, never its value
 */
export function objectStorageIn(environment: NodeJS.ProcessEnv): S3Settings | null {
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== '')))
  if (parsed.success) return settledObjectStorage(parsed.data)
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`The environment is not right:\n${lines.join('\n')}`)
}

/** All that is needed, or nothing: files that lie in a place that nobody meant are hard to bring back. */
export function settledObjectStorage(env: Given): S3Settings | null {
  const { S3_ENDPOINT, S3_REGION, S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, S3_PREFIX } = env
  const given = [S3_ENDPOINT, S3_REGION, S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, S3_PREFIX]
  if (given.every((one) => one === undefined) && env.S3_FORCE_PATH_STYLE === undefined) return null
  const needed = {
    S3_BUCKET,
    S3_ACCESS_KEY_ID,
    S3_SECRET_ACCESS_KEY,
    'S3_ENDPOINT or S3_REGION': S3_ENDPOINT ?? S3_REGION,
  }
  const missing = Object.entries(needed).flatMap(([name, value]) => (value === undefined ? [name] : []))
  if (!S3_BUCKET || !S3_ACCESS_KEY_ID || !S3_SECRET_ACCESS_KEY || missing.length > 0) {
    throw new Error(`Object storage for files is half configured: ${missing.join(', ')} not set`)
  }
  const region = S3_REGION ?? 'us-east-1'
  return {
    endpoint: bareEndpoint(S3_ENDPOINT ?? `https://s3.${region}.amazonaws.com`),
    region,
    bucket: S3_BUCKET,
    accessKeyId: S3_ACCESS_KEY_ID,
    secretAccessKey: S3_SECRET_ACCESS_KEY,
    prefix: S3_PREFIX === undefined ? '' : `${S3_PREFIX.replace(/\/$/, '')}/`,
    forcePathStyle: env.S3_FORCE_PATH_STYLE === undefined ? S3_ENDPOINT !== undefined : isYes(env.S3_FORCE_PATH_STYLE),
  }
}

const isYes = (value: string): boolean => value === 'true' || value === '1'

/** @throws where it holds keys, which have settings of their own and are never logged */
function bareEndpoint(endpoint: string): string {
  const { origin, username, password, pathname, search, hash } = new URL(endpoint)
  if (username || password || search || hash) {
    throw new Error('S3_ENDPOINT is the storage’s address alone, such as https://s3.example.com, without keys')
  }
  return `${origin}${pathname}`.replace(/\/+$/, '')
}
