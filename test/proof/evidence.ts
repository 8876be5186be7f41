import { posix } from 'node:path'

/** A row of a README's table of faults or attacks. */
export interface Claim {
  id: string
  what: string
  /** files and folders of tests, from the root */
  paths: string[]
  /** what does not hold, or stands on something else than tests */
  note: string | null
}

export interface Count {
  passed: number
  failed: number
  skipped: number
}

/** As vitest's JSON reporter writes it. */
export interface Report {
  testResults: { name: string; status: string; assertionResults: { status: string }[] }[]
}

/**
 * The rows of a README's table of faults or attacks: which tests show what.
 * @param folder of the README, from the root; files are named from there, or from the root as `test/…`
 */
export function readClaims(markdown: string, folder: string): Claim[] {
  return markdown.split('\n').flatMap((line) => {
    const [, id = '', what = '', ...rest] = line.split('|').map((cell) => cell.trim())
    if (!/^[FS]\d+$/.test(id)) return []
    const shown = rest.filter((cell) => cell !== '').join(' | ')
    const named = [...shown.matchAll(/`([^`\s]+)`|\]\(([^)]+\.test\.ts)\)/g)].map(
      ([, code, link]) => code ?? link ?? '',
    )
    const paths = named.flatMap((path) => {
      if (path.startsWith('test/')) return [path]
      return path.endsWith('.test.ts') ? [posix.join(folder, path)] : []
    })
    const note = /\*\*Not [^*]+\*\*[^.|]*/.exec(shown)?.[0].trim() ?? (paths.length === 0 ? shown : null)
    return [{ id, what, paths: [...new Set(paths)], note }]
  })
}

/** How the tests of each file ended, by its path from the root. */
export function countByFile(report: Report, root: string): Map<string, Count> {
  return new Map(
    report.testResults.map(({ name, status, assertionResults }) => {
      const count = (wanted: string) => assertionResults.filter((test) => test.status === wanted).length
      const [passed, failed] = [count('passed'), count('failed')]
      // A file that could not be loaded has no tests to fail.
      const broken = status === 'failed' && failed === 0 ? 1 : 0
      const skipped = assertionResults.length - passed - failed
      return [name.replace(`${root}/`, ''), { passed, failed: failed + broken, skipped }] as const
    }),
  )
}

/** What stands behind a claim: the tests of its files and folders, added up. @returns missing: named, and not run */
export function standingOf({ paths }: Pick<Claim, 'paths'>, counts: ReadonlyMap<string, Count>) {
  const standing = { passed: 0, failed: 0, skipped: 0, missing: [] as string[] }
  for (const path of paths) {
    const files = [...counts].filter(([file]) => file === path || file.startsWith(`${path}/`))
    if (files.length === 0) standing.missing.push(path)
    for (const [, { passed, failed, skipped }] of files) {
      standing.passed += passed
      standing.failed += failed
      standing.skipped += skipped
    }
  }
  return standing
}

/** What `npm run faults` wrote: seeds whose plans ended well, and those whose did not. */
export function readPlans(output: string): { ok: number[]; violated: number[] } {
  const seeds = (pattern: RegExp) => [...new Set([...output.matchAll(pattern)].map(([, seed]) => Number(seed)))]
  return { ok: seeds(/^\s*seed (\d+): ok$/gm), violated: seeds(/^\s*npm run faults -- --seed (\d+)$/gm) }
}

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
