import type { Command } from 'commander'
import { Option } from 'commander'
import { adapterFor } from '../channels/registry.ts'
import type { DeadLetterId } from '../domain/ids.ts'
import { replayDeadLetter } from '../intake/replay-dead-letter.ts'
import { channelCache } from '../store/channels/channel-cache.ts'
import { loadDeadLetter, rawPart } from '../store/dead-letters.ts'
import { inTransaction } from '../store/index.ts'
import { type DeadLetterRow, listDeadLetters, resolveDeadLetter } from '../store/settings/dead-letter-list.ts'
import { type Console, record, show, table } from './console.ts'
import { Failure } from './failure.ts'
import { secrets, withDatabase } from './installation.ts'

const ACTOR = { kind: 'system', id: null } as const
const JSON_OPTION = ['--json', 'print JSON'] as const

const view = (row: DeadLetterRow) => ({
  id: row.id,
  channelId: row.channel_id,
  conversationId: row.conversation_id,
  seq: row.seq,
  path: row.path,
  reason: row.reason,
  detail: row.detail,
  createdAt: row.created_at.toISOString(),
  resolvedAt: row.resolved_at?.toISOString() ?? null,
  resolution: row.resolution,
})

/** What arrived and could not be worked off: look, try again, put away. */
export function addDeadLetterCommands(program: Command, console: Console): void {
  const letters = program.command('dead-letters').description('what arrived and could not be worked off')

  letters
    .command('list')
    .addOption(new Option('--state <state>').choices(['open', 'resolved', 'all']).default('open'))
    .option('--limit <number>', 'at most so many, the newest first', Number, 50)
    .option(...JSON_OPTION)
    .action(async (options: { state: 'open' | 'resolved' | 'all'; limit: number; json?: boolean }) => {
      const limit = Number.isInteger(options.limit) ? Math.min(Math.max(options.limit, 1), 1_000) : 50
      const rows = await withDatabase(console, ({ db }) =>
        listDeadLetters(db, { after: null, limit, state: options.state, channelIds: null }),
      )
      const items = rows.slice(0, limit).map(view)
      show(console, options, { items, more: rows.length > limit }, () =>
        table(items, {
          id: (item) => item.id,
          at: (item) => item.createdAt,
          reason: (item) => item.reason,
          detail: (item) => item.detail.slice(0, 80),
          resolution: (item) => item.resolution,
        }),
      )
    })

  letters
    .command('show')
    .description('one of them, with the part of the body that it is about (it holds what a client wrote)')
    .argument('<id>')
    .option(...JSON_OPTION)
    .action(async (text: string, options: { json?: boolean }) => {
      const found = await withDatabase(console, ({ db }) => loadDeadLetter(db, letterId(text)))
      if (!found) throw new Failure(`There is no dead letter ${text}.`)
      const { raw, event, resolvedAt, ...letter } = found
      const shown = {
        ...letter,
        ...event,
        resolvedAt: resolvedAt?.toISOString() ?? null,
        part: raw && rawPart(raw.body, letter.path),
      }
      show(console, options, shown, () => record(shown))
    })

  letters
    .command('replay')
    .description('try it again, after its cause was mended')
    .argument('<id>')
    .option(...JSON_OPTION)
    .action(async (text: string, options: { json?: boolean }) => {
      const id = letterId(text)
      const outcome = await withDatabase(console, (database) => {
        const channels = channelCache(database, secrets(console))
        // Servers find what was stored at their next sweep.
        return replayDeadLetter({ database, channels, adapterFor, eventsStored: () => undefined }, id, ACTOR)
      })
      switch (outcome.replay) {
        case 'missing':
          throw new Failure(`There is no dead letter ${id}.`)
        case 'nothing_left':
          throw new Failure('Its raw body or its channel is gone: it cannot be tried again. `resolve` puts it away.')
        case 'still_dead':
          throw new Failure(`Nothing has changed, it still cannot be read: ${outcome.reason}, ${outcome.detail}`)
        case 'resolved_before':
        case 'done':
          show(console, options, { id, ...outcome }, () =>
            outcome.replay === 'done' ? 'replayed' : 'it was resolved before',
          )
      }
    })

  letters
    .command('resolve')
    .description('put it away')
    .argument('<id>')
    .option('--note <text>', 'why', 'looked at')
    .option(...JSON_OPTION)
    .action(async (text: string, options: { note: string; json?: boolean }) => {
      const row = await withDatabase(console, ({ db }) =>
        inTransaction(db, (tx) => resolveDeadLetter(tx, letterId(text), options.note, ACTOR)),
      )
      if (!row) throw new Failure(`There is no dead letter ${text}.`)
      show(console, options, view(row), () => `resolved: ${row.resolution}`)
    })
}

function letterId(text: string): DeadLetterId {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) throw new Failure(`There is no dead letter ${text}.`)
  return text.toLowerCase() as DeadLetterId
}
