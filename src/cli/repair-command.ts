import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import { type Repair, repairMoments } from '../operations/repair/repair-moments.ts'
import { type Console, show, table } from './console.ts'
import { withDatabase } from './installation.ts'
import { withTemporal } from './temporal-client.ts'

const ACTOR = { kind: 'system', id: null } as const

/** Brings the database and Temporal together where one of them was restored, or lost what it knew. */
export function addRepairCommand(program: Command, console: Console): void {
  program
    .command('repair')
    .description('compare the database with Temporal, and say what does not fit; --apply mends it')
    .option('--apply', 'mend what was found')
    .option('--restored', 'the database was set back, also where no workflow says so')
    .option('--before <time>', 'when it was set back: what was queued later is certainly unsent', readTime, new Date())
    .option('--json', 'print JSON')
    .action(async (options: { apply?: boolean; restored?: boolean; before: Date; json?: boolean }) => {
      const wanted = { apply: options.apply ?? false, restored: options.restored ?? false, before: options.before }
      const done = await withTemporal(console, (client, { queuePrefix }) =>
        withDatabase(console, ({ db }) => repairMoments({ db, client, queuePrefix, actor: ACTOR }, wanted)),
      )
      show(console, options, done, () => words(done))
    })
}

function words({ looked, ahead, missing, strangers, missingBeside, doubtful, applied }: Repair): string {
  const lines = [`looked at ${looked} workflows`]
  if (ahead.length > 0) {
    lines.push(
      `\n${ahead.length} know of events that the database lacks${applied ? '; begun anew' : ''}:`,
      table(ahead, {
        conversation: (one) => one.conversation,
        'told of': (one) => String(one.heard),
        stored: (one) => (one.stored === null ? 'no such conversation' : String(one.stored)),
        'worked off': (one) => (one.worked === undefined ? null : String(one.worked)),
      }),
    )
  }
  if (strangers.length > 0) {
    lines.push(
      `\n${strangers.length} are of mailings and of the house that the database lacks${applied ? '; ended' : ''}:`,
      table(strangers, { workflow: (one) => one }),
    )
  }
  if (missing.length > 0) {
    lines.push(
      `\n${missing.length} have open work and no workflow${applied ? '; begun anew' : ''}:`,
      table(missing, { conversation: (one) => one.id, stored: (one) => String(one.seq) }),
    )
  }
  if (missingBeside.length > 0) {
    lines.push(
      `\n${missingBeside.length} mailings, events of the house and webhooks have no workflow${applied ? '; begun anew' : ''}:`,
      table(missingBeside, { of: (one) => one.kind, id: (one) => one.id }),
    )
  }
  if (doubtful) {
    const did = applied ? 'are unknown or paused now' : 'would become unknown or paused'
    lines.push(`\nmay have been sent since: ${doubtful.deliveries} messages, ${doubtful.campaigns} campaigns ${did}`)
  }
  const isSound = ahead.length + missing.length + strangers.length + missingBeside.length === 0 && !doubtful
  lines.push(isSound ? 'nothing to mend' : applied ? '\nmended' : '\nnothing was changed; --apply mends it')
  return lines.join('\n')
}

function readTime(text: string): Date {
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) throw new InvalidArgumentError('It is no time, such as 2030-01-31T09:00:00Z.')
  return at
}
