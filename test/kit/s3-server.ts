import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { AwsV4Signer } from 'aws4fetch'
import { findFreePort } from '../../src/dev/ports.ts'
import type { S3Settings } from '../../src/store/s3-client.ts'
import { eventually } from './eventually.ts'

const FOLDER = join(import.meta.dirname, '../../node_modules/.cache/versitygw')
const PROGRAM = join(FOLDER, 'versitygw')
const MODULE = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0'

/** A minute and a half of one core, where nothing is cached. */
const LONGEST_BUILD_MS = 5 * 60_000

export const S3_KEY = { accessKeyId: 'parleytests', secretAccessKey: 'secret-of-the-object-storage' }

/**
 * An S3 server of the real kind, which checks signatures and checksums: Versity's gateway, built once with Go.
 * @returns null where it cannot be built: without Go, or without Go modules at hand
 */
export async function findS3Server(): Promise<string | null> {
  if (existsSync(PROGRAM)) return PROGRAM
  // Several test files may build it at once: each in a place of its own, and whole before anybody starts it.
  const place = join(FOLDER, `of-${process.pid}`)
  try {
    await promisify(execFile)('go', ['install', MODULE], {
      env: { ...process.env, GOBIN: place, GOFLAGS: '-mod=mod' },
      timeout: LONGEST_BUILD_MS,
    })
    await rename(join(place, 'versitygw'), PROGRAM)
    return PROGRAM
  } catch (error) {
    console.log(`object storage: no S3 server (${error instanceof Error ? error.message.split('\n')[0] : error})`)
    return null
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

export interface S3Server {
  port: number
  settings: S3Settings
  /** The settings as server, worker and command line are given them. */
  env: NodeJS.ProcessEnv
  stop(): Promise<void>
}

/** Starts it on a directory of its own, with one bucket. */
export async function startS3Server(program: string): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-s3-'))
  const [objects, notes] = [join(directory, 'objects'), join(directory, 'notes')]
  await Promise.all([mkdir(objects), mkdir(notes)])
  const port = await findFreePort()
  const child = spawn(program, ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', '--sidecar', notes, objects], {
    stdio: 'ignore',
    env: { PATH: process.env.PATH, ROOT_ACCESS_KEY: S3_KEY.accessKeyId, ROOT_SECRET_KEY: S3_KEY.secretAccessKey },
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const endpoint = `http://127.0.0.1:${port}`
  const settings: S3Settings = {
    endpoint,
    region: 'us-east-1',
    bucket: 'parley-files',
    ...S3_KEY,
    prefix: 'shop/',
    forcePathStyle: true,
  }
  await eventually(() => makeBucket(settings, settings.bucket))
  return {
    port,
    settings,
    env: environmentOf(settings),
    async stop() {
      child.kill('SIGKILL')
      await exited
      await rm(directory, { recursive: true, force: true })
    },
  }
}

export const environmentOf = (settings: S3Settings): NodeJS.ProcessEnv => ({
  S3_ENDPOINT: settings.endpoint,
  S3_REGION: settings.region,
  S3_BUCKET: settings.bucket,
  S3_ACCESS_KEY_ID: settings.accessKeyId,
  S3_SECRET_ACCESS_KEY: settings.secretAccessKey,
  S3_PREFIX: settings.prefix,
  S3_FORCE_PATH_STYLE: String(settings.forcePathStyle),
})

async function makeBucket({ endpoint, region, accessKeyId, secretAccessKey }: S3Settings, bucket: string) {
  const signer = new AwsV4Signer({
    method: 'PUT',
    url: `${endpoint}/${bucket}`,
    headers: { 'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' },
    accessKeyId,
    secretAccessKey,
    region,
    service: 's3',
  })
  const { url, method, headers } = await signer.sign()
  const response = await fetch(url, { method, headers })
  if (!response.ok) throw new Error(`the bucket was not made: ${response.status} ${await response.text()}`)
}
