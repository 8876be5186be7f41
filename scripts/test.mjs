// npm test [-- arguments of vitest]: installs and builds what is missing, then runs the suite once.
import { fileURLToPath } from 'node:url'
import { ensure } from './ensure.mjs'
import { runNode } from './run-node.mjs'

await ensure()
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
process.exitCode = await runNode([vitest, 'run', ...process.argv.slice(2)])
