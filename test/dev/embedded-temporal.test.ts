import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { type EmbeddedTemporal, startEmbeddedTemporal } from '../../src/dev/embedded-temporal.ts'
import { commandLineOf, processIsRunning } from '../../src/dev/process-table.ts'
import { makeProgram, runProgram } from './separate-process.ts'

let home: string
const servers: EmbeddedTemporal[] = []

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'parley-temporal-'))
})

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
  rmSync(home, { recursive: true, force: true })
})

async function start(name = 'data', timeSkipping = false): Promise<EmbeddedTemporal> {
  const binary = inject('temporalBinary')
  const server = await startEmbeddedTemporal({
    dataDir: join(home, name),
    onProgress: () => undefined,
    binary,
    timeSkipping,
  })
  servers.push(server)
  return server
}

async function withClient<T>(server: EmbeddedTemporal, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: server.address })
  try {
    return await work(new Client({ connection }))
  } finally {
    await connection.close()
  }
}

function startWorkflow(server: EmbeddedTemporal): Promise<unknown> {
  return withClient(server, (client) =>
    client.workflow.start('nobodyRunsThis', { workflowId: 'kept', taskQueue: 'nowhere', args: [{ word: 'kept' }] }),
  )
}

function statusOf(server: EmbeddedTemporal): Promise<string> {
  return withClient(server, async (client) => (await client.workflow.getHandle('kept').describe()).status.name)
}

describe('the embedded Temporal', () => {
  it('writes ahead to a log beside its database', async () => {
    await start()
    expect(existsSync(join(home, 'data/temporal/temporal.db-wal'))).toBe(true)
  })

  it('keeps workflows over a stop', async () => {
    const first = await start()
    await startWorkflow(first)
    await first.stop()
    expect(processIsRunning(first.pid)).toBe(false)
    const second = await start()
    expect(second.address).toBe(first.address)
    expect(await statusOf(second)).toBe('RUNNING')
  })

  it('keeps workflows over kill -9 of the server', async () => {
    const first = await start()
    await startWorkflow(first)
    process.kill(first.pid, 'SIGKILL')
    const second = await start()
    expect(second.pid).not.toBe(first.pid)
    expect(await statusOf(second)).toBe('RUNNING')
  })

  it('re-attaches to a server whose starter was killed, even before it could note it down', async () => {
    const program = makeProgram(`
      import { startEmbeddedTemporal } from './src/dev/embedded-temporal.ts'
      const [, , dataDir, binary] = process.argv
      const { pid } = await startEmbeddedTemporal({ dataDir, binary, onProgress: () => {} })
      console.log(JSON.stringify(pid))
      setInterval(() => {}, 1000)`)
    try {
      const { child, answer } = runProgram(program.path, [join(home, 'data'), inject('temporalBinary')])
      const pid = await answer
      child.kill('SIGKILL')
      await new Promise((resolve) => child.once('close', resolve))
      const first = await start()
      expect(first.pid).toBe(pid)
      if (process.platform === 'win32') return
      rmSync(join(home, 'data/temporal/server.json'))
      expect((await start()).pid).toBe(pid)
    } finally {
      program.remove()
    }
  })

  it('starts again with time skipping when the living server has none', async () => {
    const first = await start()
    await startWorkflow(first)
    const second = await start('data', true)
    expect(second.pid).not.toBe(first.pid)
    expect(commandLineOf(second.pid)).toContain('WorkflowTimeSkippingEnabled=true')
    expect(await statusOf(second)).toBe('RUNNING')
  })

  it('runs two instances side by side', async () => {
    const [one, other] = await Promise.all([start('one'), start('other')])
    await startWorkflow(one)
    expect(await statusOf(one)).toBe('RUNNING')
    await expect(statusOf(other)).rejects.toThrow(/not found/i)
  })
})
