import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
let project: string

/** A project of two small programs with our scripts and our packages. */
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'parley-build-'))
  cpSync(join(root, 'scripts'), join(project, 'scripts'), { recursive: true })
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(root, file), join(project, file))
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'), 'junction')
  mkdirSync(join(project, 'src'))
  write('src/word.ts', `export const word: string = 'first'\n`)
  write('server.ts', `import { word } from './src/word.ts'\nconsole.log(word)\n`)
  write('start.ts', `console.log('started')\n`)
})

afterEach(() => rmSync(project, { recursive: true, force: true }))

function write(file: string, text: string): void {
  writeFileSync(join(project, file), text)
}

function run(...args: string[]): { code: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8' })
  return { code: status, output: stdout + stderr }
}

describe('the build', () => {
  it('makes what is there, says what is not, and then has nothing to do', () => {
    const first = run('scripts/build.mjs')
    expect(first).toMatchObject({ code: 0, output: expect.stringContaining('skipped worker.ts') })
    expect(run('dist/server.js')).toEqual({ code: 0, output: 'first\n' })
    expect(run('scripts/build.mjs')).toEqual({ code: 0, output: 'dist/ is up to date\n' })
  })

  it('notices a changed import, and a program that is new', () => {
    run('scripts/build.mjs')
    write('src/word.ts', `export const word: string = 'second'\n`)
    run('scripts/build.mjs')
    expect(run('dist/server.js').output).toBe('second\n')
    write('worker.ts', `console.log('works')\n`)
    run('scripts/build.mjs')
    expect(run('dist/worker.js').output).toBe('works\n')
  })

  it('leaves alone what a changed file does not concern', () => {
    run('scripts/build.mjs')
    write('src/unused.ts', 'export {}\n')
    expect(run('scripts/build.mjs').output).toBe('dist/ is up to date\n')
  })

  it('fails with the place of a mistake and builds again when it is mended', () => {
    write('server.ts', 'const = 1\n')
    const failed = run('scripts/build.mjs')
    expect(failed.code).toBe(1)
    expect(failed.output).toContain('server.ts:1:6')
    expect(existsSync(join(project, 'dist/server.js'))).toBe(false)
    write('server.ts', `console.log('mended')\n`)
    expect(run('scripts/build.mjs').code).toBe(0)
    expect(run('dist/server.js').output).toBe('mended\n')
  })
})

describe('npm start', () => {
  it('builds what is stale and runs the program', () => {
    const { code, output } = run('scripts/start.mjs')
    expect(code).toBe(0)
    expect(output).toMatch(/building programs.*started\n$/s)
    expect(run('scripts/start.mjs')).toEqual({ code: 0, output: 'started\n' })
  })

  it('refuses a Node that is too old, in words', () => {
    const description = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'))
    write('package.json', JSON.stringify({ ...description, engines: { node: '>=99.1 <100' } }))
    const { code, output } = run('scripts/start.mjs')
    expect({ code, output }).toEqual({
      code: 1,
      output: `parley: Parley needs Node 99.1 or newer; this is ${process.versions.node}.\n`,
    })
  })

  it('passes the exit code of the benchmarks on, and names those there are', () => {
    mkdirSync(join(project, 'bench'))
    write('bench/sad.ts', 'process.exitCode = 3\n')
    expect(run('scripts/bench.mjs', 'sad').code).toBe(3)
    expect(run('scripts/bench.mjs', 'absent')).toMatchObject({
      code: 1,
      output: expect.stringContaining('there are: sad'),
    })
  })
})
