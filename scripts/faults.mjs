// npm run faults -- [--seeds N] [--seed S]: plays N fault plans (default 20), the first of seed S (default 1), against
// real processes, PostgreSQL, Temporal and the simulated provider; prints for each `seed S: ok`, or what was violated
// and the command that plays it again. `--seed S` alone plays one. `--full`: one plan, and the tests of the single
// faults in full (test/faults/sizes.ts). See test/faults/README.md.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ensure } from './ensure.mjs'
import { runNode } from './run-node.mjs'

const { values } = parseArgs({
  options: { seeds: { type: 'string' }, seed: { type: 'string' }, full: { type: 'boolean' } },
})
const numberOf = (name, fallback) => {
  const number = Number(values[name] ?? fallback)
  if (Number.isSafeInteger(number) && number > 0) return number
  console.error(`parley: --${name} takes a whole number above 0`)
  process.exit(1)
}
process.env.PARLEY_FAULT_SEED = String(numberOf('seed', 1))
process.env.PARLEY_FAULT_SEEDS = String(numberOf('seeds', values.full || values.seed !== undefined ? 1 : 20))
process.env.PARLEY_FAULTS = 'all'

await ensure()
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
const files = values.full ? ['test/faults', 'test/scenarios/edit-in-flight.test.ts'] : ['test/faults/plan.test.ts']
process.exitCode = await runNode([vitest, 'run', ...files])
