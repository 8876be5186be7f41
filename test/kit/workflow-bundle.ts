import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleWorkflowCode, DefaultLogger, Runtime } from '@temporalio/worker'

const root = join(import.meta.dirname, '../..')
const quiet = new DefaultLogger('ERROR')
let installed = false
let bundle: Promise<{ code: string }> | null = null

/** Temporal's native side without its chatter. A process has one for its whole life. */
export function quietRuntime(): void {
  if (!installed) Runtime.install({ logger: quiet })
  installed = true
}

/**
 * The workflow code as workers run it: what `npm run build` made of the sources as they are now, else it is bundled here,
 * which takes some seconds of a core.
 */
export function workflowBundle(): Promise<{ code: string }> {
  bundle ??= isBuilt().then((built) =>
    built
      ? { code: readFileSync(join(root, 'dist/workflows.js'), 'utf8') }
      : bundleWorkflowCode({ workflowsPath: join(root, 'workflows/index.ts'), logger: quiet }),
  )
  return bundle
}

async function isBuilt(): Promise<boolean> {
  const { staleParts }: { staleParts(): string[] } = await import(join(root, 'scripts/build.mjs'))
  return !staleParts().includes('workflows')
}
