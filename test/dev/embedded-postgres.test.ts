import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/dev/embedded-postgres.ts'
import { processIsRunning, waitForExit } from '../../src/dev/process-table.ts'
import { makeProgram, runProgram } from './separate-process.ts'

const isRoot = process.getuid?.() === 0
const launcher = `
  import { startEmbeddedPostgres } from './src/dev/embedded-postgres.ts'
  const { url, pid } = await startEmbeddedPostgres({ dataDir: process.argv[2], onProgress: () => {}, durable: false })
  console.log(JSON.stringify({ url, pid, uid: process.getuid() }))
  setInterval(() => {}, 1000)`

let home: string
const servers: EmbeddedPostgres[] = []

beforeEach(() => {
  home = mkdtempSync('/tmp/parley-postgres-')
  chmodSync(home, 0o755)
})

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
  rmSync(home, { recursive: true, force: true })
})

async function start(name = 'data', lines: string[] = [], durable = false): Promise<EmbeddedPostgres> {
  const onProgress = (line: string) => void lines.push(line)
  const server = await startEmbeddedPostgres({ dataDir: join(home, name), onProgress, durable })
  servers.push(server)
  return server
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

async function writeMark(server: EmbeddedPostgres): Promise<void> {
  await query(server.url, `create table mark (word text); insert into mark values ('kept')`)
}

async function expectMark(server: EmbeddedPostgres): Promise<void> {
  expect(await query(server.url, 'select word from mark')).toEqual([{ word: 'kept' }])
}

describe('a first start', () => {
  it('makes a durable UTF-8 cluster that listens on the loopback address alone', async () => {
    const server = await start('data', [], true)
    const settings = ['fsync', 'listen_addresses', 'server_encoding', 'password_encryption', 'unix_socket_directories']
    const rows = await query(
      server.url,
      `select name, setting from pg_settings where name in ('${settings.join("','")}')`,
    )
    expect(Object.fromEntries(rows.map((row) => [row.name, row.setting]))).toEqual({
      fsync: 'on',
      listen_addresses: '127.0.0.1',
      server_encoding: 'UTF8',
      password_encryption: 'scram-sha-256',
      unix_socket_directories: '',
    })
    expect(new URL(server.url).pathname).toBe('/parley')
    expect(await query(server.url, `select upper('ä') as letter`)).toEqual([{ letter: 'Ä' }])
  })

  it('keeps the password to its owner, and the server asks for it', async () => {
    const server = await start()
    const file = join(home, 'data/postgres/password')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(server.url).toContain(readFileSync(file, 'utf8').trim())
    const wrong = new URL(server.url)
    wrong.password = 'wrong'
    await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  })
})

describe('a later start', () => {
  it('re-attaches to the living server', async () => {
    const first = await start()
    await writeMark(first)
    const second = await start()
    expect({ pid: second.pid, url: second.url }).toEqual({ pid: first.pid, url: first.url })
    await expectMark(second)
  })

  it('re-attaches by another way to the same directory', async () => {
    const first = await start()
    symlinkSync(join(home, 'data'), join(home, 'link'))
    const again = await start('link')
    expect(again.pid).toBe(first.pid)
  })

  it('finds the data again after a stop, on the same port', async () => {
    const first = await start()
    await writeMark(first)
    await first.stop()
    expect(processIsRunning(first.pid)).toBe(false)
    const second = await start()
    expect(second.pid).not.toBe(first.pid)
    expect(second.url).toBe(first.url)
    await expectMark(second)
  })

  it('recovers at once from kill -9 of the server', async () => {
    const first = await start('data', [], true)
    await writeMark(first)
    process.kill(first.pid, 'SIGKILL')
    const second = await start()
    expect(second.pid).not.toBe(first.pid)
    await expectMark(second)
  })

  it('waits for a server that is just shutting down', async () => {
    const first = await start()
    await writeMark(first)
    const stopping = first.stop()
    const second = await start()
    await stopping
    expect(processIsRunning(second.pid)).toBe(true)
    await expectMark(second)
  })

  it('is not fooled by a stranger that got the number in postmaster.pid', async () => {
    const first = await start()
    await writeMark(first)
    process.kill(first.pid, 'SIGKILL')
    await waitForExit(first.pid, 10_000)
    const file = join(home, 'data/postgres/cluster/postmaster.pid')
    writeFileSync(file, readFileSync(file, 'utf8').replace(String(first.pid), String(process.pid)))
    const second = await start()
    expect(second.pid).not.toBe(process.pid)
    await expectMark(second)
  })

  it('takes another port when its own is taken', async () => {
    const first = await start()
    await writeMark(first)
    await first.stop()
    const squatter = createServer()
    await new Promise<void>((resolve) => squatter.listen(Number(new URL(first.url).port), '127.0.0.1', resolve))
    try {
      const second = await start()
      expect(new URL(second.url).port).not.toBe(new URL(first.url).port)
      await expectMark(second)
    } finally {
      squatter.close()
    }
  })

  it('never replaces a cluster whose password is lost', async () => {
    const first = await start()
    await writeMark(first)
    const file = join(home, 'data/postgres/password')
    const password = readFileSync(file)
    rmSync(file)
    await expect(start()).rejects.toThrow(/password/)
    writeFileSync(file, password)
    await expectMark(await start())
  })
})

describe('processes', () => {
  it('outlives kill -9 of the process that started it', async () => {
    const program = makeProgram(launcher)
    try {
      const { child, answer } = runProgram(program.path, [join(home, 'data')])
      const { pid } = (await answer) as { pid: number }
      child.kill('SIGKILL')
      await new Promise((resolve) => child.once('close', resolve))
      expect((await start()).pid).toBe(pid)
    } finally {
      program.remove()
    }
  })

  it('runs two instances side by side', async () => {
    const [one, other] = await Promise.all([start('one'), start('other')])
    expect(one.pid).not.toBe(other.pid)
    await writeMark(one)
    await expect(query(other.url, 'select word from mark')).rejects.toMatchObject({ code: '42P01' })
  })
})

describe.runIf(isRoot && process.platform === 'linux')('started by root', () => {
  it('runs under another account, which owns the cluster and nothing else', async () => {
    const server = await start()
    const owner = statSync(join(home, 'data/postgres/cluster')).uid
    expect(owner).not.toBe(0)
    expect(readFileSync(`/proc/${server.pid}/status`, 'utf8')).toContain(`Uid:\t${owner}\t${owner}`)
    expect(statSync(join(home, 'data/postgres')).uid).toBe(0)
    expect(statSync(join(home, 'data/postgres/password')).uid).toBe(0)
  })

  it('moves the cluster elsewhere when that account cannot enter the directory, and finds it again', async () => {
    chmodSync(home, 0o700)
    const lines: string[] = []
    const first = await start('data', lines)
    const elsewhere = readFileSync(join(home, 'data/postgres/location'), 'utf8').trim()
    try {
      expect(lines.join('\n')).toContain(elsewhere)
      expect(existsSync(join(home, 'data/postgres/cluster'))).toBe(false)
      await writeMark(first)
      await first.stop()
      const second = await start()
      await expectMark(second)
      await second.stop()
    } finally {
      rmSync(elsewhere, { recursive: true, force: true })
    }
    await expect(start()).rejects.toThrow(/gone/)
  })

  it('leaves an ordinary user to run everything as itself, and serves that cluster as root later', async () => {
    const nobody = { uid: 65_534, gid: 65_534 }
    const program = makeProgram(launcher)
    const directory = join(home, 'data')
    mkdirSync(directory)
    chownSync(directory, nobody.uid, nobody.gid)
    try {
      chmodSync(dirname(program.path), 0o755)
      const { child, answer } = runProgram(program.path, [directory], nobody)
      const { pid, url, uid } = (await answer) as { pid: number; url: string; uid: number }
      child.kill('SIGKILL')
      expect(uid).toBe(nobody.uid)
      expect(statSync(join(directory, 'postgres/cluster')).uid).toBe(nobody.uid)
      const attached = await start()
      expect({ pid: attached.pid, url: attached.url }).toEqual({ pid, url })
      await attached.stop()
      const again = await start()
      expect(readFileSync(`/proc/${again.pid}/status`, 'utf8')).toContain(`Uid:\t${nobody.uid}`)
    } finally {
      program.remove()
    }
  })
})
