import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/**
 * Imports point one way (design.md, The house). A room may import from the rooms named here, and from itself;
 * `types` rooms give only types.
 */
const ROOMS: Record<string, { from: string[]; types?: string[]; packages: RegExp | null }> = {
  'src/domain': { from: [], packages: /^(zod|yaml|re2js|liquidjs|@marcbachmann\/cel-js|libphonenumber-js(\/.*)?)$/ },
  workflows: { from: ['src/domain'], packages: /^@temporalio\/workflow$/ },
  // Bridges and links of files are addresses that others gave: adapters call them by the same guarded rules.
  'src/channels': { from: ['src/domain', 'src/outside'], packages: null },
  'src/store': { from: ['src/domain'], types: ['src/channels'], packages: null },
  // Figures for whoever keeps it running. Only the rooms that work count: rules and queries do not.
  'src/observability': { from: ['src/domain', 'src/store'], types: ['src/channels'], packages: null },
  'src/intake': { from: ['src/domain', 'src/channels', 'src/store', 'src/observability'], packages: null },
  // Addresses that somebody entered are called from here alone.
  'src/outside': { from: [], packages: /^node:/ },
  // Backup and repair: what one command does to a whole installation.
  'src/operations': { from: ['src/domain', 'src/store', 'src/intake'], packages: null },
  activities: {
    from: ['src/domain', 'src/channels', 'src/store', 'src/outside', 'src/observability'],
    packages: null,
  },
  // Whoever enters an address may try it out: by the same guarded call.
  'src/http': {
    from: ['src/domain', 'src/channels', 'src/store', 'src/intake', 'src/outside', 'src/observability'],
    types: ['src/config.ts'],
    packages: null,
  },
}

interface Import {
  file: string
  target: string
  typeOnly: boolean
}

const files = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name))

function importsOf(file: string): Import[] {
  const source = readFileSync(join(root, file), 'utf8')
  const found: Import[] = []
  const pattern =
    /(?:^|\n)\s*(import|export)\s+(type\s+)?([^'"\n;]*?(?:\{[^}]*\})?[^'"\n;]*?)from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g
  for (const match of source.matchAll(pattern)) {
    const [, , type, names = '', from, dynamic] = match
    const target = from ?? dynamic ?? ''
    const inner = /\{([^}]*)\}/.exec(names)?.[1]
    const allNamedAreTypes = (inner ?? 'value')
      .split(',')
      .filter((n) => n.trim())
      .every((n) => n.trim().startsWith('type '))
    found.push({ file, target, typeOnly: type !== undefined || allNamedAreTypes })
  }
  return found
}

const roomOf = (path: string) => Object.keys(ROOMS).find((room) => path === room || path.startsWith(`${room}/`))
const isLocal = (target: string) => target.startsWith('.')
const pathOf = ({ file, target }: Import) => relative(root, resolve(root, dirname(file), target))

describe.each(Object.entries(ROOMS))('%s', (room, rule) => {
  const imports = files(room).flatMap(importsOf)

  it('holds files whose imports were found', () => {
    expect(files(room).length).toBeGreaterThan(0)
    if (room !== 'src/domain') expect(imports.length).toBeGreaterThan(0)
  })

  it('imports only from the rooms below it', () => {
    const wrong = imports.filter(isLocalImport).filter((one) => {
      const path = pathOf(one)
      const target = roomOf(path) ?? path
      if (target === room || rule.from.includes(target)) return false
      return !(one.typeOnly && rule.types?.includes(target))
    })
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([])
  })

  it('imports only the packages it may', () => {
    if (rule.packages === null) return
    const allowed = rule.packages
    const wrong = imports.filter((one) => !isLocal(one.target) && !allowed.test(one.target))
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([])
  })
})

function isLocalImport(one: Import): boolean {
  return isLocal(one.target)
}

const everything = ['src', 'workflows', 'activities'].flatMap(files).concat(['server.ts', 'worker.ts', 'start.ts'])

describe('the whole tree', () => {
  it('uses Kysely only in src/store', () => {
    const wrong = everything
      .filter((file) => !file.startsWith('src/store/'))
      .flatMap(importsOf)
      .filter(({ target }) => target === 'kysely')
    expect(wrong.map(({ file }) => file)).toEqual([])
  })

  it('reads the environment only in server.ts, worker.ts, start.ts and the command line', () => {
    const wrong = everything
      .filter((file) => !/^(server|worker|start)\.ts$|^src\/cli\/|^src\/dev\//.test(file))
      .filter((file) => /process\.env/.test(readFileSync(join(root, file), 'utf8')))
    expect(wrong).toEqual([])
  })

  it('loads src/dev only from the top level, the command line and itself', () => {
    const wrong = ['src', 'workflows', 'activities']
      .flatMap(files)
      .filter((file) => !file.startsWith('src/dev/') && !file.startsWith('src/cli/'))
      .flatMap(importsOf)
      .filter((one) => isLocal(one.target) && pathOf(one).startsWith('src/dev/'))
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([])
  })

  it('keeps clock, chance and I/O out of the pure rules', () => {
    const wrong = files('src/domain').filter((file) =>
      /\bDate\.now\(|new Date\(\)|Math\.random\(|\bfetch\(|\bsetTimeout\(|\bprocess\.|performance\.now/.test(
        readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''),
      ),
    )
    expect(wrong).toEqual([])
  })
})
