import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { countByFile, readClaims, readPlans, standingOf, table } from './evidence.ts'

const README = `
| fault | | shown by |
|---|---|---|
| F1 | kill −9 of the worker | \`crash.test.ts\`; over seeds: \`test/model\` |
| F20 | 10,000 webhooks | figures only: \`npm run bench -- webhook-ack\` |
| S4 | stored XSS | text everywhere | \`test/browser/hostile.test.ts\`, [here.test.ts](here.test.ts) |
| S6 | bombs | limits. **Not held:** there is no quota of disk space | \`test/a.test.ts\` |
`

const report = {
  testResults: [
    {
      name: '/p/test/faults/crash.test.ts',
      status: 'passed',
      assertionResults: [{ status: 'passed' }, { status: 'pending' }],
    },
    { name: '/p/test/model/channel.test.ts', status: 'failed', assertionResults: [{ status: 'failed' }] },
    { name: '/p/test/model/unloadable.test.ts', status: 'failed', assertionResults: [] },
  ],
}

describe('what is claimed', () => {
  it('names its tests from the folder of the README or from the root', () => {
    expect(readClaims(README, 'test/faults')).toEqual([
      { id: 'F1', what: 'kill −9 of the worker', paths: ['test/faults/crash.test.ts', 'test/model'], note: null },
      { id: 'F20', what: '10,000 webhooks', paths: [], note: expect.stringContaining('figures only') },
      { id: 'S4', what: 'stored XSS', paths: ['test/browser/hostile.test.ts', 'test/faults/here.test.ts'], note: null },
      { id: 'S6', what: 'bombs', paths: ['test/a.test.ts'], note: '**Not held:** there is no quota of disk space' },
    ])
  })

  it.each(['test/faults', 'test/attacks'])('of %s names tests that are there', (folder) => {
    const root = join(import.meta.dirname, '../..')
    const claims = readClaims(readFileSync(join(root, folder, 'README.md'), 'utf8'), folder)
    expect(claims.length).toBeGreaterThan(15)
    expect(claims.flatMap(({ paths }) => paths).filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  it('stands with the tests that ran: a failure, a file that cannot be loaded, and what was not run show', () => {
    const counts = countByFile(report, '/p')
    const standing = (...paths: string[]) => standingOf({ paths }, counts)
    expect(standing('test/faults/crash.test.ts')).toEqual({ passed: 1, failed: 0, skipped: 1, missing: [] })
    expect(standing('test/model')).toMatchObject({ passed: 0, failed: 2 })
    expect(standing('test/faults/gone.test.ts')).toMatchObject({ passed: 0, missing: ['test/faults/gone.test.ts'] })
  })
})

it('plans are read by their seeds', () => {
  const output = 'seed 1: ok\n  P3: delivery 7 was sent twice\nnpm run faults -- --seed 2\nseed 3: ok\n'
  expect(readPlans(output)).toEqual({ ok: [1, 3], violated: [2] })
})

it('a bar in a cell does not end it', () => {
  expect(table(['a'], [['x|y']])).toBe('| a |\n| --- |\n| x\\|y |')
})
