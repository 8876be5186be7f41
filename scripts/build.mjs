// Builds dist/: the programs by esbuild, the workflow code by Temporal's bundler, the web app by Vite.
// Each part remembers the files it was made from and the hash of their contents; a part whose files are
// unchanged is left alone, so a start without changes costs only the hashing.
//   node scripts/build.mjs [--force]
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Source of each program → name in dist/. */
const programs = {
  'server.ts': 'server',
  'worker.ts': 'worker',
  'start.ts': 'start',
  'src/cli/main.ts': 'cli',
  'src/dev/simulator/main.ts': 'simulator',
}

const GALLERY = 'docs/gallery'

const parts = {
  programs: { wanted: () => Object.keys(programs).some(isFile), build: buildPrograms },
  workflows: { wanted: () => isFile('workflows/index.ts'), build: buildWorkflows },
  web: { wanted: () => isFile('web/vite.config.ts'), build: buildWeb },
}

/** Names of the parts whose inputs changed since they were built. */
export function staleParts() {
  return Object.keys(parts).filter((name) => {
    const { hash, inputs } = readStamp(name)
    return parts[name].wanted() && hash !== hashOf(inputs)
  })
}

/** Builds the given parts side by side; throws when all are done and one has failed. */
async function build(names, report) {
  await mkdir(join(root, 'dist'), { recursive: true })
  const outcomes = await Promise.allSettled(
    names.map(async (name) => {
      const started = Date.now()
      const inputs = await parts[name].build(report)
      await remember(name, inputs, started)
      report(`built ${name} in ${((Date.now() - started) / 1000).toFixed(1)} s`)
    }),
  )
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
}

async function buildPrograms(report) {
  const esbuild = await import('esbuild')
  const present = Object.entries(programs).filter(([source]) => isFile(source))
  for (const [source] of Object.entries(programs).filter(([source]) => !isFile(source)))
    report(`skipped ${source}: not there`)
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: present.map(([source, name]) => ({ in: source, out: name })),
    outdir: 'dist',
    ...forNode,
    write: false,
    metafile: true,
  })
  await Promise.all(result.outputFiles.map((file) => writeWhole(file.path, file.contents)))
  // The server hands out the ready scenarios; tests build from a tree without them.
  const gallery = existsSync(join(root, GALLERY)) ? await filesUnder(GALLERY) : []
  await rm(join(root, 'dist/gallery'), { recursive: true, force: true })
  if (gallery.length > 0) await cp(join(root, GALLERY), join(root, 'dist/gallery'), { recursive: true })
  return [...Object.keys(result.metafile.inputs), ...Object.keys(programs), ...gallery]
}

/** How every program of ours is bundled: our sources in one file, packages left where npm put them. */
export const forNode = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.20',
  packages: 'external',
  sourcemap: true,
  // Node keeps the program and its map in memory: without comments, which are not Latin-1 and would double every
  // character of it, and without the sources' text. Lines end, so that what Node prints of a crash can be read.
  sourcesContent: false,
  minifyWhitespace: true,
  lineLimit: 160,
  logLevel: 'warning',
}

async function buildWorkflows() {
  const [{ bundleWorkflowCode }, esbuild] = await Promise.all([import('@temporalio/worker'), import('esbuild')])
  const quiet = { trace() {}, debug() {}, info() {}, log() {}, warn: console.warn, error: console.error }
  // Temporal's bundler does not tell which files it read; esbuild finds the same ones in a few milliseconds.
  const [{ code }, graph] = await Promise.all([
    bundleWorkflowCode({ workflowsPath: join(root, 'workflows/index.ts'), logger: quiet }),
    esbuild.build({
      ...forNode,
      absWorkingDir: root,
      entryPoints: ['workflows/index.ts'],
      outdir: 'dist',
      write: false,
      metafile: true,
    }),
  ])
  await writeWhole(join(root, 'dist/workflows.js'), code)
  return Object.keys(graph.metafile.inputs)
}

async function buildWeb() {
  const vite = await import('vite')
  const draft = join(root, `dist/.web-${process.pid}`)
  let bundled
  try {
    bundled = await vite.build({
      root: join(root, 'web'),
      configFile: join(root, 'web/vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: draft, emptyOutDir: true },
    })
    const target = join(root, 'dist/web')
    await rm(target, { recursive: true, force: true })
    await rename(draft, target)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  const modules = [bundled].flat().flatMap(({ output }) => output.flatMap((file) => file.moduleIds ?? []))
  const own = modules.filter((id) => id.startsWith(root) && !id.includes('node_modules') && isFile(relative(root, id)))
  // The whole folder counts, for what is not a module: the page itself, styles, public files.
  return [...new Set([...own.map((id) => relative(root, id)), ...(await filesUnder('web'))])]
}

function readStamp(name) {
  const file = stampFile(name)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { hash: undefined, inputs: [] }
}

function stampFile(name) {
  return join(root, `dist/.${name}.json`)
}

async function remember(name, inputs, started) {
  const files = [...inputs, 'package-lock.json', 'scripts/build.mjs'].map((file) => file.replaceAll('\\', '/'))
  const all = [...new Set(files)]
  // A file that was saved while we built may or may not be in the result: no hash, so the next start builds again.
  const touched = all.some((file) => isFile(file) && statSync(join(root, file)).mtimeMs >= started)
  await writeWhole(stampFile(name), JSON.stringify({ hash: touched ? null : hashOf(all), inputs: all }, null, 1))
}

/** One hash over names and contents; a file that is not there counts as such. */
function hashOf(inputs) {
  const hash = createHash('sha256')
  for (const input of inputs) {
    const path = resolve(root, input)
    hash.update(input).update('\0')
    hash.update(existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest() : 'absent')
  }
  return hash.digest('hex')
}

async function filesUnder(folder) {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !/node_modules|[/\\]dist([/\\]|$)/.test(entry.parentPath))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}

function isFile(path) {
  return existsSync(join(root, path))
}

async function writeWhole(path, content) {
  const draft = `${path}.${process.pid}.new`
  await writeFile(draft, content)
  await rename(draft, path)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const names = process.argv.includes('--force')
    ? Object.keys(parts).filter((name) => parts[name].wanted())
    : staleParts()
  if (names.length === 0) console.log('dist/ is up to date')
  await build(names, console.log).catch((error) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  })
}
