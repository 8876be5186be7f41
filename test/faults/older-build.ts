import { readdirSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'

const root = join(import.meta.dirname, '../..')
const builds = join(import.meta.dirname, 'builds')

export interface OlderBuild {
  /** Where its programs lie. */
  programs: string
  remove(): Promise<void>
}

/**
 * The worker with the workflow code of the newest version that was kept (test/faults/README.md, Builds): what runs beside
 * the present build while that is deployed. Steps and activities are the present ones: those of an earlier version need
 * not know the database as it is now.
 */
export async function olderBuild(): Promise<OlderBuild> {
  const version = readdirSync(builds).sort().at(-1)
  if (version === undefined) throw new Error(`no build was kept in ${builds}`)
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(builds, version, 'workflows.mjs'),
    logger: new DefaultLogger('ERROR'),
  })
  // Within the repository, where the program finds its packages.
  const cache = join(root, 'node_modules/.cache/parley-test')
  await mkdir(cache, { recursive: true })
  const programs = await mkdtemp(join(cache, 'older-'))
  await Promise.all([
    copyFile(join(root, 'dist/worker.js'), join(programs, 'worker.js')),
    writeFile(join(programs, 'workflows.js'), code),
    writeFile(join(programs, 'package.json'), '{"type":"module"}'),
  ])
  return { programs, remove: () => rm(programs, { recursive: true, force: true }) }
}
