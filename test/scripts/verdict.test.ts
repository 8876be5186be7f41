import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const file = (name: string, ...tests: ('passed' | 'failed' | 'skipped')[]) => ({
  name,
  status: tests.includes('failed') ? 'failed' : 'passed',
  assertionResults: tests.map((status, index) => ({ status, fullName: `${name} ${index}` })),
})
const broken = (name: string) => ({ name, status: 'failed', assertionResults: [] })
const report = (...testResults: (ReturnType<typeof file> | ReturnType<typeof broken>)[]) => ({
  numPassedTests: testResults.flatMap((one) => one.assertionResults).filter(({ status }) => status === 'passed').length,
  testResults,
})

type Report = ReturnType<typeof report>
interface Script {
  filesToRunAgain(first: Report): string[]
  verdict(first: Report, again: Report | null): { passed: number; failed: number; flaky: unknown[] }
}
const { filesToRunAgain, verdict }: Script = await import(join(import.meta.dirname, '../../scripts/verdict.mjs'))

describe('the verdict of CI', () => {
  it('counts tests, and a file that could not be loaded as one failure', () => {
    const first = report(file('a', 'passed', 'failed', 'skipped'), broken('b'), file('c', 'passed'))
    expect(verdict(first, null)).toEqual({ passed: 2, failed: 2, flaky: [] })
  })

  it('names what passed only alone, and counts all that the second run has shown', () => {
    const first = report(file('a', 'passed', 'failed', 'failed'), broken('b'))
    const again = report(file('a', 'passed', 'passed', 'passed'), file('b', 'passed', 'passed'))
    expect(verdict(first, again)).toEqual({
      passed: 5,
      failed: 0,
      flaky: [
        { file: 'a', test: 'a 1' },
        { file: 'a', test: 'a 2' },
        { file: 'b', test: 'the file itself' },
      ],
    })
  })

  it('lets nothing pass that fails again, also where another test of the file fails', () => {
    const first = report(file('a', 'failed', 'passed'), file('b', 'failed'), broken('c'))
    const again = report(file('a', 'passed', 'failed'), file('b', 'failed'), broken('c'))
    expect(verdict(first, again)).toEqual({ passed: 1, failed: 3, flaky: [] })
    expect(verdict(first, report(file('b', 'passed')))).toMatchObject({ passed: 2, failed: 2 })
  })

  it('tries again only where few files failed', () => {
    const failed = ['a', 'b', 'c', 'd'].map((name) => file(name, 'failed'))
    expect(filesToRunAgain(report(...failed.slice(1), file('e', 'passed')))).toEqual(['b', 'c', 'd'])
    expect(filesToRunAgain(report(...failed))).toEqual([])
    expect(filesToRunAgain(report(broken('x'), file('e', 'passed')))).toEqual(['x'])
  })
})
