import type { Command } from 'commander'
import { type ApiOptions, withApi } from './api-client.ts'
import { withApiOptions } from './api-options.ts'
import { type Console, show, table } from './console.ts'
import { findChannel } from './find-channel.ts'

interface Cluster {
  id: string
  channelId: string
  fingerprint: string
  campaignId?: string | null
  count: number
  firstAt: string | null
  held: number
  replied: number
  expired: number
}

interface BulkMessage {
  at: string
  state: string
  contact: { name: string; phone: string | null } | null
  kind: string | null
  text: string | null
  taskId: string | null
  delivery: { state: string } | null
}

type Options = ApiOptions & { json?: boolean; limit: string }
type Page<Item> = { items: Item[]; next: string | null }

/** What the bulk rule keeps out of tasks until the client replies (M17–M20). */
export function addBulkCommands(program: Command, console: Console): void {
  const bulk = program.command('bulk').description('bulk messages, and what became of them')

  withApiOptions(bulk.command('list').description('mailings, the newest first'))
    .option('--channel <id or name>')
    .option('--limit <number>', 'at most so many', '50')
    .action(async (options: Options & { channel?: string }) => {
      const page = await withApi(console, options, async (api) => {
        const query = new URLSearchParams({ limit: options.limit })
        if (options.channel) query.set('channelId', (await findChannel(api, options.channel)).id)
        return api.get<Page<Cluster>>(`/api/bulk?${query}`)
      })
      show(console, options, page, () =>
        table(page.items, {
          first: (item) => item.firstAt,
          type: (item) => item.fingerprint,
          messages: (item) => String(item.count),
          held: (item) => String(item.held),
          replied: (item) => String(item.replied),
          expired: (item) => String(item.expired),
          campaign: (item) => item.campaignId ?? null,
          id: (item) => item.id,
        }),
      )
    })

  withApiOptions(bulk.command('show').description('the messages of a mailing').argument('<id>'))
    .option('--limit <number>', 'at most so many', '50')
    .action(async (id: string, options: Options) => {
      const query = new URLSearchParams({ limit: options.limit })
      const page = await withApi(console, options, (api) =>
        api.get<Page<BulkMessage>>(`/api/bulk/${encodeURIComponent(id)}/messages?${query}`),
      )
      show(console, options, page, () =>
        table(page.items, {
          at: (item) => item.at,
          client: (item) => item.contact?.name ?? null,
          phone: (item) => item.contact?.phone ?? null,
          text: (item) => item.text ?? (item.kind && `[${item.kind}]`),
          state: (item) => item.state,
          delivery: (item) => item.delivery?.state ?? null,
          task: (item) => item.taskId,
        }),
      )
    })
}
