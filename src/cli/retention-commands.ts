import type { Command } from 'commander'
import { type Retained, type RetentionPlan, readRetention } from '../domain/retention.ts'
import { retentionFigures, sweepRetention } from '../store/retention/sweep-retention.ts'
import { type Console, show, table } from './console.ts'
import { Failure } from './failure.ts'
import { filesOf } from './files-place.ts'
import { withDatabase } from './installation.ts'

const JSON_OPTION = ['--json', 'print JSON'] as const

/** How long what has done its work is kept: the plan of PARLEY_RETENTION, and its sweep. */
export function addRetentionCommands(program: Command, console: Console): void {
  const retention = program.command('retention').description('how long what has done its work is kept')

  retention
    .command('plan')
    .description('what would be deleted now; reads whole tables, and changes nothing')
    .option(...JSON_OPTION)
    .action(async (options: { json?: boolean }) => {
      const plan = planOf(console)
      const figures = await withDatabase(console, ({ db }) => retentionFigures(db, plan))
      show(console, options, { plan: figures }, () =>
        table(figures, {
          what: (one) => one.kind,
          kept: (one) => (one.days === null ? 'for ever' : `${one.days} days`),
          rows: (one) => String(one.rows),
          'would go': (one) => String(one.going.rows),
          bytes: (one) => String(one.going.bytes),
          'old but needed': (one) => String(one.needed),
        }),
      )
    })

  retention
    .command('sweep')
    .description('delete what the plan lets go of, now; servers do it by themselves every hour')
    .option(...JSON_OPTION)
    .action(async (options: { json?: boolean }) => {
      const plan = planOf(console)
      const files = filesOf(console)
      const deleted = await withDatabase(console, ({ db }) =>
        sweepRetention({ db, files }, plan, Number.MAX_SAFE_INTEGER),
      )
      const rows = Object.entries(deleted) as [Retained, number][]
      show(console, options, { deleted }, () =>
        table(rows, { what: ([kind]) => kind, deleted: ([, count]) => String(count) }),
      )
    })
}

function planOf(console: Console): RetentionPlan {
  const read = readRetention(console.env.PARLEY_RETENTION ?? '')
  if (!read.ok) throw new Failure(`PARLEY_RETENTION: ${read.problem}.`)
  return read.plan
}
