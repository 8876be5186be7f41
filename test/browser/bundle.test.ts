import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'

const built = join(import.meta.dirname, '../../dist/web')

/** What the inbox loads before it can be used may weigh so much, gzipped: about a second on a slow phone's line. */
const MOST_BYTES = 165 * 1024

/** What the first conversation adds, while the list is there already; what stands beside it comes after it is painted. */
const MOST_FOR_A_TASK = 34 * 1024

/** A module's imports that the browser must have before it runs; what is loaded later is written `import(…)`. */
const staticImports = (code: string): string[] =>
  [...code.matchAll(/(?:\bfrom|\bimport)\s*["'`]([^"'`]+\.js)["'`]/g)].map((match) => match[1] ?? '')

/** The scripts of a page, and all that they import. */
function staticGraph(page: string, folder: string): string[] {
  const entries = [...page.matchAll(/<(?:script|link)\b[^>]*\b(?:src|href)="(\/assets\/[^"]+\.js)"/g)]
  return withImports(entries.map(([, path = '']) => join(folder, path)))
}

function withImports(entries: readonly string[]): string[] {
  const found = new Set<string>()
  const visit = (file: string) => {
    if (found.has(file)) return
    found.add(file)
    for (const name of staticImports(readFileSync(file, 'utf8'))) visit(join(dirname(file), name))
  }
  for (const entry of entries) visit(entry)
  return [...found]
}

describe.skipIf(!existsSync(join(built, 'index.html')))('what the inbox loads at first', () => {
  const page = () => readFileSync(join(built, 'index.html'), 'utf8')
  const size = (file: string) => gzipSync(readFileSync(file), { level: 9 }).length

  it('is the inbox, and nothing that is loaded later', () => {
    const code = staticGraph(page(), built)
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n')
    expect(code).toContain('data-task')
    // The command bar; a language.
    expect(code).not.toContain('cmdk-input')
    expect(code).not.toContain('Все активные')
    expect(code).not.toContain('All active')
  })

  it('stays small, with the language that is largest', () => {
    const files = staticGraph(page(), built)
    const languages = readdirSync(join(built, 'assets')).filter((name) => /^pack\.[a-z]+-.*\.js$/.test(name))
    expect(languages).toHaveLength(2)
    const language = Math.max(...languages.map((name) => size(join(built, 'assets', name))))
    const total = files.reduce((sum, file) => sum + size(file), language)
    console.log(`the inbox loads ${(total / 1024).toFixed(1)} KB of scripts, gzipped, in ${files.length + 1} files`)
    expect(total).toBeLessThan(MOST_BYTES)
  })

  it('opens a conversation with a little more', () => {
    const opened = readdirSync(join(built, 'assets')).filter((name) => /^task-page-.*\.js$/.test(name))
    expect(opened).toHaveLength(1)
    const first = new Set(staticGraph(page(), built))
    const more = withImports(opened.map((name) => join(built, 'assets', name))).filter((file) => !first.has(file))
    const total = more.reduce((sum, file) => sum + size(file), 0)
    console.log(`a conversation adds ${(total / 1024).toFixed(1)} KB, in ${more.length} files`)
    expect(total).toBeLessThan(MOST_FOR_A_TASK)
  })
})
