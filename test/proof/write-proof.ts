/**
 * Plays the faults, the attacks, the stories by seed and the benches on this machine, and writes what came of it to
 * docs/proof.md. Ends with 1 where a promise was violated, a test failed, or something that is claimed was not run.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs, stripVTControlCharacters } from 'node:util'
import { type Claim, countByFile, readClaims, readPlans, standingOf, table } from './evidence.ts'

// This file runs from dist/proof/.
const root = join(import.meta.dirname, '../..')
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    stories: { type: 'string', default: '1000' },
    bench: {
      type: 'string',
      default:
        'webhook-ack,overload,inbound,automatic-reply,inbox-list,inbox-visible,campaign,triggers,dry-run,' +
        'long-conversation,open-conversations',
    },
  },
})
const benches = values.bench === 'none' ? [] : values.bench.split(',')

/** Runs a Node program, shows what it writes and keeps it. */
function run(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['inherit', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      process.stdout.write(text)
    })
  }
  return new Promise((resolve) =>
    child.once('close', (code) => resolve({ code: code ?? 1, output: stripVTControlCharacters(output) })),
  )
}

const load = () =>
  loadavg()
    .map((one) => one.toFixed(1))
    .join(' ')

async function runTests(paths: string[], environment: NodeJS.ProcessEnv) {
  const directory = mkdtempSync(join(tmpdir(), 'parley-proof-'))
  const file = join(directory, 'report.json')
  try {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const { output } = await run([vitest, 'run', ...reporters, ...paths], environment)
    return { counts: countByFile(JSON.parse(readFileSync(file, 'utf8')), root), output, load: load() }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const began = new Date()
const claimsIn = (folder: string) => readClaims(readFileSync(join(root, folder, 'README.md'), 'utf8'), folder)
const faults = claimsIn('test/faults')
const attacks = claimsIn('test/attacks')
const paths = [...new Set([...faults, ...attacks].flatMap((claim) => claim.paths))]

const tests = await runTests(paths, { PARLEY_SEEDS: values.stories, PARLEY_FAULTS: 'all' })
const plans = await run([join(root, 'scripts/faults.mjs'), '--seeds', values.seeds])
const plansLoad = load()
const { ok, violated } = readPlans(plans.output)
const measured: { name: string; code: number; output: string; load: string }[] = []
for (const name of benches)
  measured.push({ name, ...(await run([join(root, 'scripts/bench.mjs'), name])), load: load() })

let open = 0
const rows = (claims: Claim[]) =>
  claims.map((claim) => {
    const { passed, failed, skipped, missing } = standingOf(claim, tests.counts)
    open += failed + missing.length
    const note = [claim.note, missing.length > 0 && `not run: ${missing.join(', ')}`].filter(Boolean).join('; ')
    return [claim.id, claim.what, passed, failed, skipped, note]
  })
const head = (what: string) => [what, '', 'tests passed', 'failed', 'left out', 'note']
const faultTable = table(head('fault'), rows(faults))
const attackTable = table(head('attack'), rows(attacks))
const stories = [...tests.output.matchAll(/test\/model\/\S+: (\d+) seeds/g)].reduce((sum, [, n]) => sum + Number(n), 0)
if (ok.length + violated.length < Number(values.seeds)) open += 1
open += violated.length + measured.filter(({ code }) => code !== 0).length
const [cpu] = cpus()

writeFileSync(
  join(root, 'docs/proof.md'),
  `# Proof

What was tried against the promises (docs/architecture.md), and what came of it. This page is written by \`npm run proof\`, which plays all of it again on your machine; every number below comes from that run.

${table(
  ['', ''],
  [
    ['when', began.toISOString().slice(0, 16).replace('T', ' ')],
    ['machine', `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`],
    ['Node', process.version],
    ['**violations, failures and claims without a run**', `**${open}**`],
  ],
)}

## Faults

Real processes, a real PostgreSQL and a real Temporal. Which tests show which fault: [test/faults/README.md](../test/faults/README.md). Load at the end of the tests: ${tests.load}.

${faultTable}

### Plans by seed

Load, faults of the network, of processes, of clocks and of the provider, all from one number; then a checker reads what was acknowledged, what stands in the database and what the provider was asked for. ${ok.length} of ${values.seeds} plans ended with every promise kept, ${violated.length} did not. Again: \`npm run faults -- --seeds ${values.seeds}\`. Load at the end: ${plansLoad}.
${violated.map((seed) => `\n- violated: \`npm run faults -- --seed ${seed}\``).join('')}

### Stories by seed

${stories} stories of a channel with two clients were told to Parley's own steps on PostgreSQL and to a plain model of it; both had to end alike. Again: \`PARLEY_SEEDS=${values.stories} npx vitest run test/model\`.

## Attacks

What holds and what does not: [test/attacks/README.md](../test/attacks/README.md).

${attackTable}

## Load

Each bench prints the machine and its load, and the floor that it measured in the same run: ratios travel between machines, milliseconds do not.

${measured.map(({ name, output, code, load }) => `### ${name}\n\n\`npm run bench -- ${name}\`${code === 0 ? '' : ', **which failed**'}; load at the end ${load}.\n\n\`\`\`\n${output.trim()}\n\`\`\``).join('\n\n') || 'Not measured in this run.'}
`,
)
console.log(`docs/proof.md: ${open} open`)
process.exitCode = open === 0 ? 0 : 1
