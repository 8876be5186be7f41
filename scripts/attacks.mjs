// npm run attacks [-- seconds [seed]]: the attacks of test/attacks, with the long walk of the fuzzer over the whole API.
import { randomInt } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { ensure } from './ensure.mjs'
import { runNode } from './run-node.mjs'

const [seconds = '600', seed = String(randomInt(1, 1_000_000))] = process.argv.slice(2)

await ensure()
process.env.PARLEY_FUZZ_SECONDS = seconds
process.env.PARLEY_FUZZ_SEED = seed
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
process.exitCode = await runNode([vitest, 'run', 'test/attacks'])
