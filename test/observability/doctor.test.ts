import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { clockFinding, connectionsFinding } from '../../src/cli/doctor/check-database.ts'
import { spaceFinding } from '../../src/cli/doctor/check-files.ts'
import { judgeQueues } from '../../src/cli/doctor/check-queues.ts'
import type { Finding } from '../../src/cli/doctor/finding.ts'
import { run } from '../../src/cli/program.ts'
import { taskQueues } from '../../src/domain/conversation-workflow.ts'
import type { DeadLetterId } from '../../src/domain/ids.ts'
import { newId } from '../../src/store/new-id.ts'
import { addConversation, receive, SECRET_KEY } from '../kit/house.ts'
import { API_TOKEN, openRunningHouse, type RunningHouse } from '../kit/running-house.ts'
import { freshDatabase } from '../services/database.ts'

/** `parley doctor` on a house that is well, and with each part of it broken. */

let house: RunningHouse
let dataDir: string
let environment: NodeJS.ProcessEnv
beforeAll(async () => {
  ;[house, dataDir] = await Promise.all([openRunningHouse(), mkdtemp(join(tmpdir(), 'parley-doctor-'))])
  environment = {
    DATABASE_URL: house.database.pool.options.connectionString,
    TEMPORAL_ADDRESS: house.temporalAddress,
    PARLEY_QUEUE_PREFIX: house.queuePrefix,
    PARLEY_SECRET_KEY: SECRET_KEY,
    PARLEY_API_TOKEN: API_TOKEN,
    PARLEY_DATA_DIR: dataDir,
    PARLEY_URL: house.url,
    PUBLIC_URL: house.url,
  }
  await house.database.db
    .insertInto('worker_heartbeats')
    .values({
      worker: 'w',
      queues: Object.values(taskQueues(house.queuePrefix)),
      seen_at: new Date(Date.now() + 3_600_000),
    })
    .execute()
})
afterAll(async () => {
  await house.close()
  await rm(dataDir, { recursive: true, force: true })
})

interface Ran {
  code: number
  out: string
  err: string
}

async function parley(args: string[], env: NodeJS.ProcessEnv): Promise<Ran> {
  const out: string[] = []
  const err: string[] = []
  const code = await run(args, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    readInput: async () => '',
    env: { ...environment, ...env },
  })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

/** What the doctor finds, by area and check; and its exit code. */
async function examine(env: NodeJS.ProcessEnv = {}) {
  const ran = await parley(['doctor', '--json'], env)
  const report = JSON.parse(ran.out) as { ok: boolean; findings: Finding[] }
  expect(report.ok).toBe(ran.code === 0)
  const of = (area: string, check: string) => report.findings.find((one) => one.area === area && one.check === check)
  const bad = report.findings.filter(({ state }) => state === 'bad').map(({ area, check }) => `${area}: ${check}`)
  return { ...ran, ...report, of, bad }
}

describe('a house that is well', () => {
  it('is told part by part, and ends with 0', async () => {
    const found = await examine()
    expect([found.bad, found.code, found.err]).toEqual([[], 0, ''])
    const states = Object.fromEntries(found.findings.map(({ area, check, state }) => [`${area}: ${check}`, state]))
    expect(states).toMatchObject({
      'configuration: settings': 'ok',
      'database: version': 'ok',
      'database: migrations': 'ok',
      'database: clock': 'ok',
      'temporal: answers': 'ok',
      'temporal: workers': 'ok',
      'temporal: worker_deployment': 'ok',
      'files: writable': 'ok',
      'server: ready': 'ok',
      'channels: secrets': 'ok',
      'queues: queues': 'ok',
      // It answers; but no provider reaches 127.0.0.1.
      'public address: reachable': 'warn',
    })
    expect(found.findings.filter(({ state, todo }) => (state === 'warn' || state === 'bad') && !todo)).toEqual([])
  })

  it('is told in lines for a person, with what to do', async () => {
    const { out, code } = await parley(['doctor'], {})
    expect(code).toBe(0)
    expect(out).toMatch(/^ok +database +PostgreSQL \d+/m)
    expect(out).toMatch(
      /^LOOK +public address +http:\/\/127\.0\.0\.1:\d+ answers, and no provider can reach it\n +→ Set PUBLIC_URL/m,
    )
  })
})

describe('broken', () => {
  afterEach(() => house.clearFaults())

  it('settings: named all at once, without their values', async () => {
    const found = await examine({ PARLEY_LOG_LEVEL: 'canary-level', PORT: 'canary-port' })
    expect([found.bad, found.code]).toEqual([['configuration: settings'], 1])
    expect(found.of('configuration', 'settings')?.found).toMatch(/PORT[\s\S]*PARLEY_LOG_LEVEL/)
    expect(found.out).not.toContain('canary-')
    expect(found.of('database', 'version')?.state).toBe('ok')
    expect(found.of('temporal', 'temporal')?.state).toBe('skipped')
    expect(found.err).toBe('parley: Not in order: configuration.')
  })

  it('the secret key', async () => {
    const found = await examine({ PARLEY_SECRET_KEY: 'b'.repeat(64) })
    expect(found.bad).toContain('channels: secrets')
    expect(found.of('channels', 'secrets')?.found).toContain('Shop')
  })

  it('the database', async () => {
    const found = await examine({ DATABASE_URL: 'postgres://parley:canary-password@127.0.0.1:1/parley' })
    expect([found.bad, found.code]).toEqual([['database: answers'], 1])
    expect(found.of('queues', 'queues')?.state).toBe('skipped')
    expect(found.out).not.toContain('canary-password')
  })

  it('migrations: missing ones, and those of a newer version', async () => {
    const { url, drop } = await freshDatabase()
    const { openDatabase } = await import('../../src/store/index.ts')
    const database = openDatabase(url)
    try {
      await database.pool.query(`delete from kysely_migration where name = '0007-webhooks'`)
      const behind = await examine({ DATABASE_URL: url })
      expect(behind.of('database', 'migrations')).toMatchObject({ state: 'bad', todo: 'npx parley migrate' })
      expect(behind.of('database', 'migrations')?.found).toContain('0007-webhooks')
      expect(behind.of('queues', 'queues')?.state).toBe('skipped')
      await database.pool.query(`insert into kysely_migration (name, timestamp)
        values ('0007-webhooks', now()::text), ('9999-tomorrow', now()::text)`)
      const ahead = await examine({ DATABASE_URL: url })
      expect(ahead.of('database', 'migrations')).toMatchObject({ state: 'bad' })
      expect(ahead.of('database', 'migrations')?.found).toContain('9999-tomorrow')
    } finally {
      await database.close()
      await drop()
    }
  })

  it('Temporal: away, without the namespace, without workers', async () => {
    const away = await examine({ TEMPORAL_ADDRESS: '127.0.0.1:1' })
    expect([away.bad, away.code]).toEqual([['temporal: answers'], 1])
    const nowhere = await examine({ TEMPORAL_NAMESPACE: 'nowhere' })
    expect(nowhere.of('temporal', 'namespace')).toMatchObject({
      state: 'bad',
      todo: expect.stringContaining('create nowhere'),
    })
    const alone = await examine({ PARLEY_QUEUE_PREFIX: `nobody-${randomUUID()}` })
    expect(alone.bad).toEqual(['temporal: workers'])
    expect(alone.of('temporal', 'workers')?.found).toMatch(/-conversations.*-outside/)
  })

  it('the directory of files', async () => {
    const broken = await mkdtemp(join(tmpdir(), 'parley-doctor-'))
    try {
      await writeFile(join(broken, 'files'), 'in the way')
      const found = await examine({ PARLEY_DATA_DIR: broken })
      expect([found.bad, found.code]).toEqual([['files: writable'], 1])
    } finally {
      await rm(broken, { recursive: true })
    }
  })

  it('a key that others can read', async () => {
    await writeFile(join(dataDir, 'secret-key'), SECRET_KEY, { mode: 0o644 })
    try {
      const found = await examine({ PARLEY_SECRET_KEY: '' })
      expect([found.of('configuration', 'secret_key_mode')?.state, found.code]).toEqual(['warn', 0])
    } finally {
      await rm(join(dataDir, 'secret-key'))
    }
  })

  it('the server, and with it what is asked through it', async () => {
    const found = await examine({ PARLEY_URL: 'http://127.0.0.1:1' })
    expect([found.bad, found.code]).toEqual([['server: answers'], 1])
    expect(found.of('channels', 'channels')?.state).toBe('skipped')
  })

  it('a server that is not ready', async () => {
    const { worker, ...heartbeat } = await house.database.db
      .selectFrom('worker_heartbeats')
      .selectAll()
      .executeTakeFirstOrThrow()
    await house.database.db.deleteFrom('worker_heartbeats').execute()
    try {
      const found = await examine()
      expect(found.bad).toEqual(['server: ready'])
      expect(found.of('server', 'ready')?.found).toContain('worker: no worker has started yet')
    } finally {
      await house.database.db
        .insertInto('worker_heartbeats')
        .values({ worker, ...heartbeat })
        .execute()
    }
  })

  it('the public address', async () => {
    const found = await examine({ PUBLIC_URL: 'http://127.0.0.1:1' })
    expect([found.bad, found.code]).toEqual([['public address: reachable'], 1])
  })

  it('a channel: its token, and its state', async () => {
    await house.fault({ kind: 'token_revoked' })
    const revoked = await examine()
    expect(revoked.bad).toEqual(['channels: account'])
    expect(revoked.of('channels', 'account')?.todo).toBe(`npx parley channel doctor ${house.channel}`)
    await house.clearFaults()

    const be = (state: 'connected' | 'restricted' | 'paused') =>
      house.database.db.updateTable('channels').set({ state, state_reason: null }).execute()
    try {
      await be('restricted')
      expect((await examine()).bad).toEqual(['channels: state'])
      await be('paused')
      const paused = await examine()
      expect([paused.of('channels', 'state')?.state, paused.code]).toEqual(['warn', 0])
    } finally {
      await be('connected')
    }
  })

  it('a conversation whose workflow does not answer, and what somebody has to look at', async () => {
    const { db } = house.database
    const conversation = await addConversation(house)
    await receive(house.database, conversation)
    // Nobody hears of it: it is not due for a sweep for an hour, after three that reached nobody.
    const stuck = { due_at: new Date(Date.now() - 60_000), nudges: 3, nudged_at: new Date(Date.now() + 3_600_000) }
    await db.updateTable('conversations').set(stuck).where('id', '=', conversation).execute()
    const letter = newId<DeadLetterId>()
    await db.insertInto('dead_letters').values({ id: letter, path: '$', reason: 'not_json', detail: 'x' }).execute()
    const found = await examine()
    expect(found.bad).toEqual(['queues: conversations_unanswered'])
    expect(found.of('queues', 'dead_letters')?.state).toBe('warn')
    await db.updateTable('conversations').set({ worked_seq: 1 }).where('id', '=', conversation).execute()
    const left = await examine()
    expect([left.bad, left.of('queues', 'dead_letters')?.state, left.code]).toEqual([[], 'warn', 0])
    await db.deleteFrom('dead_letters').where('id', '=', letter).execute()
  })

  it('tells no secret, whatever is wrong', async () => {
    const { out, err } = await parley(['doctor'], {
      PARLEY_SECRET_KEY: 'b'.repeat(64),
      TEMPORAL_ADDRESS: '127.0.0.1:1',
    })
    const secrets = [API_TOKEN, SECRET_KEY, 'b'.repeat(64), 'token-of-the-test', 'test_app_secret', 'verify-me']
    expect(secrets.filter((secret) => `${out}${err}`.includes(secret))).toEqual([])
    expect(out).not.toMatch(/postgres:\/\/[^\s]*:[^\s]*@/)
  })
})

describe('how much is too much', () => {
  it.each([
    [0, 'ok'],
    [-1.9, 'ok'],
    [2.1, 'warn'],
    [-29, 'warn'],
    [31, 'bad'],
    [-300, 'bad'],
  ])('a clock that is %d s off is %s', (skew, state) => {
    expect(clockFinding(skew).state).toBe(state)
  })

  it.each([
    [10, 100, 'ok'],
    [88, 100, 'ok'],
    [89, 100, 'warn'],
    [100, 100, 'bad'],
  ])('%d of %d connections in use, 12 for a process: %s', (connectionsUsed, connectionsMost, state) => {
    expect(connectionsFinding({ connectionsUsed, connectionsMost }, 12).state).toBe(state)
  })

  it.each([
    [100, 'ok'],
    [5, 'ok'],
    [4.9, 'warn'],
    [0.4, 'bad'],
  ])('%d GB of free space: %s', (gigabytes, state) => {
    expect(spaceFinding(gigabytes * 1_024 ** 3, 1_024 ** 4).state).toBe(state)
  })

  it.each([
    ['inbound_events', 5, 59, 'ok'],
    ['inbound_events', 5, 61, 'warn'],
    ['inbound_events', 5, 301, 'bad'],
    ['inbound_events_quiet', 50_000, 86_400, 'ok'],
    ['deliveries_parked', 1, 1, 'warn'],
    ['holds', 100_000, null, 'ok'],
    ['holds_overdue', 1, 301, 'bad'],
    ['conversations_unanswered', 1, 20, 'bad'],
  ] as const)('%s: %d, the first for %s s: %s', (name, items, oldest, state) => {
    expect(judgeQueues([{ name, items, oldest }]).map((one) => one.state)).toEqual([state])
  })
})
