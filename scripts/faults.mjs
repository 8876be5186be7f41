// npm run faults -- [--seeds N] [--seed S]: plays N fault plans (default 20), the first of seed S (default 1), against
// real processes, PostgreSQL, Temporal and the simulated provider; prints for each `seed S: ok`, or what was violated
// and the command that plays it again. `--seed S` alone plays one. See test/faults/README.md.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ensure } from './ensure.mjs'
import { runNode } from './run-node.mjs'

const { values } = parseArgs({ options: { seeds: { type: 'string' }, seed: { type: 'string' } } })
const numberOf = (name, fallback) => {
  const number = Number(values[name] ?? fallback)
  if (Number.isSafeInteger(number) && number > 0) return number
  console.error(`parley: --${name} takes a whole number above 0`)
  process.exit(1)
}
process.env.PARLEY_FAULT_SEED = String(numberOf('seed', 1))
process.env.PARLEY_FAULT_SEEDS = String(numberOf('seeds', values.seed === undefined ? 20 : 1))

await ensure()
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
process.exitCode = await runNode([vitest, 'run', 'test/faults/plan.test.ts'])
