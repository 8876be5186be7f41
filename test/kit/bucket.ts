import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FileStore } from '../../src/store/file-store.ts'
import type { S3Patience, S3Settings } from '../../src/store/s3-client.ts'
import { s3Files } from '../../src/store/s3-files.ts'
import { environmentOf, startS3Server } from './s3-server.ts'
import { openUnrulyGate, type UnrulyGate } from './unruly-gate.ts'

/** Gives up soon, so that a test of a storage that is away is short. */
const QUICK: S3Patience = { stallMs: 500, tries: 2, pauseMs: 5, inAllMs: 2_000 }

/** A bucket of a running S3 server, behind a gate that can be made bad. */
export interface Bucket {
  gate: UnrulyGate
  /** through the gate */
  settings: S3Settings
  env: NodeJS.ProcessEnv
  /** through the gate, and with little patience */
  files: FileStore
  /** where what comes in waits */
  directory: string
  close(): Promise<void>
}

export async function openBucket(program: string): Promise<Bucket> {
  const server = await startS3Server(program)
  const gate = await openUnrulyGate(server.port)
  const directory = await mkdtemp(join(tmpdir(), 'parley-spool-'))
  const settings = { ...server.settings, endpoint: `http://127.0.0.1:${gate.port}` }
  return {
    gate,
    settings,
    env: environmentOf(settings),
    files: s3Files(settings, directory, QUICK),
    directory,
    async close() {
      await gate.close()
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
