import { text } from 'node:stream/consumers'
import { run } from './program.ts'

/** The `parley` command (contract.md, Commands). */
process.exitCode = await run(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  readInput: () => text(process.stdin),
  env: process.env,
})
