// npm run screenshots: the pictures in docs/screens/, made anew from a furnished Parley of their own.
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
  entryPoints: ['test/browser/screenshots.ts'],
  outdir: 'dist/screenshots',
})
process.exitCode = await runNode(['--enable-source-maps', join(root, 'dist/screenshots/screenshots.js')])
