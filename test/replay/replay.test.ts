import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from '@temporalio/worker'
import { beforeAll, describe, expect, it } from 'vitest'
import { quietRuntime, workflowBundle } from '../kit/workflow-bundle.ts'

/**
 * Histories of real conversations, recorded by each released version of the workflow (test/replay/record.test.ts), are
 * replayed by the present code: a conversation that is open for months must survive every upgrade
 * (docs/decisions, worker versioning). Recorded files are never changed; new ones are added beside them.
 */
const folder = join(import.meta.dirname, 'histories')
const files = readdirSync(folder).filter((name) => name.endsWith('.json'))

let code = ''
beforeAll(async () => {
  quietRuntime()
  code = (await workflowBundle()).code
})

const replay = (history: unknown) =>
  Worker.runReplayHistory({ workflowBundle: { code } }, history as never, 'conversation-replayed')

describe('recorded histories', () => {
  it('are there', () => {
    expect(files.length).toBeGreaterThan(0)
  })

  it.each(files)('%s replays with the present code', async (file) => {
    await replay(JSON.parse(readFileSync(join(folder, file), 'utf8')))
  })

  it('would fail if the workflow asked for something else', async () => {
    const history = files
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .find((text) => text.includes('"sendDelivery"'))
      ?.replaceAll('"sendDelivery"', '"sendSomethingElse"')
    if (!history) throw new Error('no history holds a send')
    await expect(replay(JSON.parse(history))).rejects.toThrow(/nondetermin/i)
  })
})
