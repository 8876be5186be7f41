#!/usr/bin/env node
// The command line, `npx parley`. Builds it first where that has not happened yet; progress goes to stderr,
// so that --json output stays clean.
import { existsSync } from 'node:fs'

const cli = new URL('../dist/cli.js', import.meta.url)
if (!existsSync(cli)) {
  const { ensure } = await import('../scripts/ensure.mjs')
  await ensure({ report: (line) => console.error(line) })
}
await import(cli.href)
