// npm run proof [-- --seeds N --stories N --bench a,b|none]: plays faults, attacks, stories by seed and benches, and writes
// docs/proof.md. About an hour with its defaults (20 plans, 1,000 stories).
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensure } from './ensure.mjs'
import { runNode } from './run-node.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

await ensure()
const { build } = await import('esbuild')
const { forNode } = await import('./build.mjs')
await build({
  ...forNode,
  absWorkingDir: root,
  entryPoints: ['test/proof/write-proof.ts'],
  outdir: 'dist/proof',
})
process.exitCode = await runNode([
  '--enable-source-maps',
  join(root, 'dist/proof/write-proof.js'),
  ...process.argv.slice(2),
])
