import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { run } from '../../src/cli/program.ts'
import type { ChannelId } from '../../src/domain/ids.ts'
import { storeAnswer } from '../../src/store/access/idempotency.ts'
import { inTransaction } from '../../src/store/index.ts'
import { rotateKeys } from '../../src/store/keys/rotate-keys.ts'
import { placeOf, SEALED_COLUMNS } from '../../src/store/keys/sealed-columns.ts'
import { surveyKeys, warnOfForeignKeys } from '../../src/store/keys/survey-keys.ts'
import { newId } from '../../src/store/new-id.ts'
import { type SecretBox, secretBox } from '../../src/store/secret-box.ts'
import { eventually } from '../kit/eventually.ts'
import { addChannel, type House, secrets as old, openHouse, SECRET_KEY } from '../kit/house.ts'
import { freshDatabase } from '../services/database.ts'

const NEW_KEY = 'b'.repeat(64)
const ACTOR = { kind: 'system', id: null } as const
const both = secretBox([NEW_KEY, SECRET_KEY])
const onlyNew = secretBox([NEW_KEY])

let house: House
beforeEach(async () => {
  house = await openHouse()
  return () => house.close()
})

const query = (text: string, values: unknown[] = []) => house.database.pool.query(text, values)

/** One row for each place that holds something sealed. */
async function fill(box: SecretBox): Promise<void> {
  await query(
    `insert into endpoints (id, name, url, auth, header_names, secrets, circuit, max_concurrent, calls_per_second, timeout_ms)
     values ($1, $2, 'https://x.test', 'none', '{}', $3, '{}', 1, 1, 1000)`,
    [newId(), newId(), box.seal({ secret: 'of an endpoint', headers: {} })],
  )
  await query(
    `insert into webhooks (id, name, url, events, secret, previous_secret, previous_until)
     values ($1, 'out', 'https://x.test', '{*}', $2, $3, now())`,
    [newId(), box.seal('whsec_now'), box.seal('whsec_before')],
  )
  await query(
    `insert into incoming_webhooks (id, name, verify, secret, previous_secret, previous_until)
     values ($1, $2, 'token', $3, $4, now())`,
    [newId(), newId(), box.seal('in now'), box.seal('in before')],
  )
  await inTransaction(house.database.db, (tx) =>
    storeAnswer(
      tx,
      box,
      { principal: 'user:1', key: newId() },
      { requestHash: randomBytes(32), status: 201, body: '{}' },
    ),
  )
}

/** What every place holds, opened. */
async function opened(box: SecretBox): Promise<unknown[]> {
  const values: unknown[] = []
  for (const column of SEALED_COLUMNS) {
    const { rows } = await query(`select ${column.column} as sealed from ${column.table} order by 1`)
    const sealed = rows.map((row) =>
      column.form === 'json' ? Buffer.from(row.sealed.sealed, 'base64') : (row.sealed as Buffer),
    )
    values.push(
      placeOf(column),
      sealed.map((one) => box.open(one)),
    )
  }
  return values
}

const countsOf = (survey: Awaited<ReturnType<typeof surveyKeys>>) =>
  Object.fromEntries(survey.map(({ place, keys }) => [place, keys]))
const everyPlace = (key: string | undefined) =>
  Object.fromEntries(SEALED_COLUMNS.map((one) => [placeOf(one), { [key ?? '']: 1 }]))

it('knows every column that holds sealed bytes: no column of bytes is in neither list', async () => {
  const { rows } = await query(
    `select table_name || '.' || column_name as place from information_schema.columns
     where table_schema = 'public' and data_type = 'bytea' order by 1`,
  )
  const notSecret = [
    'api_tokens.token_hash',
    'channels.app_secret_hash',
    'idempotency_keys.request_hash',
    'incoming_webhook_events.raw',
    'raw_bodies.body',
    'sessions.token_hash',
    'sign_in_links.token_hash',
  ]
  const sealed = SEALED_COLUMNS.filter(({ form }) => form === 'bytes').map(placeOf)
  expect(rows.map(({ place }) => place)).toEqual([...notSecret, ...sealed].sort())
})

describe('a new key', () => {
  it('seals everything anew, which then opens without the old one and says the same', async () => {
    await fill(old)
    const before = await opened(old)
    expect(countsOf(await surveyKeys(house.database.db, both))).toEqual(everyPlace(old.keys[0]))
    const done = await rotateKeys(house.database.db, both, ACTOR)
    expect(done.complete).toBe(true)
    expect(Object.values(done.resealed)).toEqual(SEALED_COLUMNS.map(() => 1))
    expect(countsOf(done.survey)).toEqual(everyPlace(onlyNew.keys[0]))
    expect(await opened(onlyNew)).toEqual(before)
    const audited = await query("select subject_id, detail from audit_log where action = 'keys.rotated'")
    expect(audited.rows).toMatchObject([
      { subject_id: onlyNew.keys[0], detail: { resealed: { 'channels.secrets': 1 } } },
    ])
  })

  it('is not applied twice, and leaves a deleted channel without secrets', async () => {
    await query("update channels set secrets = ''")
    expect(await rotateKeys(house.database.db, both, ACTOR)).toMatchObject({ complete: true, resealed: {} })
    await addChannel(house.database, { owner: house.owner, template: house.template, phoneNumberId: '2' })
    const first = await rotateKeys(house.database.db, both, ACTOR)
    expect(first.resealed).toEqual({ 'channels.secrets': 1 })
    const bytes = async () => (await query('select id, secrets from channels order by id')).rows
    const kept = await bytes()
    expect((await rotateKeys(house.database.db, both, ACTOR)).resealed).toEqual({})
    expect(await bytes()).toEqual(kept)
  })

  it('goes on where it was broken off', async () => {
    const total = 250
    for (let number = 1; number < total; number++) {
      await addChannel(house.database, { owner: house.owner, template: house.template, phoneNumberId: `${number}` })
    }
    const broken = rotateKeys(house.database.db, both, ACTOR, () => {
      throw new Error('killed')
    })
    await expect(broken).rejects.toThrow('killed')
    const half = countsOf(await surveyKeys(house.database.db, both))['channels.secrets']
    expect(half).toEqual({ [both.keys[0] ?? '']: 100, [both.keys[1] ?? '']: 150 })
    const done = await rotateKeys(house.database.db, both, ACTOR)
    expect([done.complete, done.resealed]).toEqual([true, { 'channels.secrets': 150 }])
  })

  it('does not undo a change that is made at the same moment', async () => {
    const client = await house.database.pool.connect()
    await client.query('begin')
    await client.query('update channels set secrets = $1', [old.seal({ accessToken: 'renewed meanwhile' })])
    const rotating = rotateKeys(house.database.db, both, ACTOR)
    await eventually(async () => {
      const { rows } = await query(
        "select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      )
      expect(rows).toEqual([{ waiting: 1 }])
    })
    await client.query('commit')
    client.release()
    expect((await rotating).complete).toBe(true)
    const { rows } = await query('select secrets from channels')
    expect(onlyNew.open(rows[0].secrets)).toEqual({ accessToken: 'renewed meanwhile' })
  })
})

describe('what cannot be opened', () => {
  let foreign: ChannelId
  let damaged: ChannelId
  const lost = secretBox(['c'.repeat(64)])
  beforeEach(async () => {
    const channel = (phoneNumberId: string) =>
      addChannel(house.database, { owner: house.owner, template: house.template, phoneNumberId })
    ;[foreign, damaged] = [await channel('2'), await channel('3')]
    await query('update channels set secrets = $2 where id = $1', [foreign, lost.seal({ accessToken: 'x' })])
    const broken = old.seal({ accessToken: 'x' })
    broken.writeUInt8(broken.readUInt8(broken.length - 1) ^ 1, broken.length - 1)
    await query('update channels set secrets = $2 where id = $1', [damaged, broken])
  })

  it('is reported by row and key, stays as it is, and holds nothing else up', async () => {
    const before = (await query('select secrets from channels where id = any($1) order by id', [[foreign, damaged]]))
      .rows
    const done = await rotateKeys(house.database.db, both, ACTOR)
    expect([done.complete, done.resealed]).toEqual([false, { 'channels.secrets': 1 }])
    const [channels] = done.survey
    expect(channels?.unreadable).toEqual([
      { row: foreign, key: lost.keys[0], why: 'key_not_given' },
      { row: damaged, key: old.keys[0], why: 'damaged' },
    ])
    expect(
      (await query('select secrets from channels where id = any($1) order by id', [[foreign, damaged]])).rows,
    ).toEqual(before)
  })

  it('is logged by place and count', async () => {
    const said: unknown[] = []
    await warnOfForeignKeys(house.database.db, both, { warn: (fields: unknown) => said.push(fields) } as never)
    expect(said).toEqual([{ place: 'channels.secrets', key: lost.keys[0], count: 1 }])
  })
})

describe('the command line', () => {
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    const fresh = await freshDatabase()
    ;[url, drop] = [fresh.url, fresh.drop]
  })
  afterAll(() => drop())

  async function parley(args: string[], env: NodeJS.ProcessEnv) {
    const out: string[] = []
    const err: string[] = []
    const console = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) }
    const code = await run(args, { ...console, readInput: async () => '', env: { DATABASE_URL: url, ...env } })
    return { code, out: out.join('\n'), err: err.join('\n') }
  }

  it('tells keys by name, rotates with the previous one, and fails where something stays shut', async () => {
    const { Client } = (await import('pg')).default
    const client = new Client({ connectionString: url })
    await client.connect()
    await client.query(`insert into incoming_webhooks (id, name, verify, secret) values ($1, 'shop', 'token', $2)`, [
      newId(),
      old.seal('canary-secret'),
    ])
    await client.end()
    const status = await parley(['keys', 'status'], { PARLEY_SECRET_KEY: SECRET_KEY })
    expect([status.code, status.out]).toEqual([
      0,
      expect.stringMatching(/incoming_webhooks\.secret +[0-9a-f]{8} +newest/),
    ])
    const shut = await parley(['keys', 'status'], { PARLEY_SECRET_KEY: NEW_KEY })
    expect([shut.code, shut.err]).toEqual([1, expect.stringMatching(/^parley: 1 cannot be opened/)])
    const rotated = await parley(['keys', 'rotate', '--json'], {
      PARLEY_SECRET_KEY: NEW_KEY,
      PARLEY_SECRET_KEY_PREVIOUS: SECRET_KEY,
    })
    expect([rotated.code, rotated.err]).toEqual([0, ''])
    expect(JSON.parse(rotated.out)).toMatchObject({ complete: true, resealed: { 'incoming_webhooks.secret': 1 } })
    const after = await parley(['keys', 'status', '--json'], { PARLEY_SECRET_KEY: NEW_KEY })
    expect(after.code).toBe(0)
    for (const { out, err } of [status, shut, rotated, after]) {
      expect(out + err).not.toContain('canary')
      expect(out + err).not.toContain('bbbbbbbbbb')
    }
    const wrong = await parley(['keys', 'status'], { PARLEY_SECRET_KEY: NEW_KEY, PARLEY_SECRET_KEY_PREVIOUS: 'short' })
    expect([wrong.code, wrong.err]).toEqual([1, 'parley: Key 2 of the secret keys is not 64 hexadecimal digits.'])
  })
})
