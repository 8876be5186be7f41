// npm run bench [-- names]: every benchmark in bench/, or those named (`-- ingest` runs bench/ingest.ts), one
// after the other, because two at once would measure each other.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensure } from './ensure.mjs'
import { runNode } from './run-node.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const present = readdirSync(join(root, 'bench'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
const flags = process.argv.slice(2).filter((argument) => argument.startsWith('-'))
const unknown = asked.filter((name) => !present.includes(name))
if (unknown.length > 0) {
  console.error(`parley: no benchmark ${unknown.join(', ')}; there are: ${present.join(', ') || 'none'}`)
  process.exit(1)
}

await ensure()
const { build } = await import('esbuild')
const { forNode } = await import('./build.mjs')
const names = asked.length > 0 ? asked : present
await build({
  ...forNode,
  absWorkingDir: root,
  entryPoints: names.map((name) => `bench/${name}.ts`),
  outdir: 'dist/bench',
})
for (const name of names) {
  const code = await runNode(['--enable-source-maps', join(root, 'dist/bench', `${name}.js`), ...flags])
  if (code !== 0) process.exitCode = code
}
