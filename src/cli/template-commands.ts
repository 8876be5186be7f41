import type { Command } from 'commander'
import { type ApiOptions, withApi } from './api-client.ts'
import { withApiOptions } from './api-options.ts'
import { type Console, show, table } from './console.ts'
import { findChannel } from './find-channel.ts'

interface Template {
  id: string
  name: string
  language: string
  category: string
  status: string
  quality: string | null
  reason: string | null
}

interface Synced {
  count: number
  added: number
  changed: number
  gone: number
}

type Options = ApiOptions & { json?: boolean }

/** Template messages, through the API. */
export function addTemplateCommands(program: Command, console: Console): void {
  const template = program.command('template').description('template messages, as the provider approves them')

  withApiOptions(
    template
      .command('list')
      .option('--channel <id or name>', 'of this channel only')
      .option('--status <status>', 'approved, pending, rejected, paused, …')
      .option('--search <text>', 'in the name and the texts'),
  ).action(async ({ channel, status, search, ...options }: Options & Record<string, string | undefined>) => {
    const page = await withApi(console, options as Options, async (api) => {
      const channelId = channel && (await findChannel(api, channel)).id
      const given = { channelId, status, q: search, limit: '200' }
      const query = new URLSearchParams()
      for (const [key, value] of Object.entries(given)) if (value) query.set(key, value)
      return api.get<{ items: Template[]; next: string | null }>(`/api/templates?${query}`)
    })
    show(console, options as Options, page, () =>
      table(page.items, {
        name: (item) => item.name,
        language: (item) => item.language,
        category: (item) => item.category,
        status: (item) => item.status,
        quality: (item) => item.quality,
        reason: (item) => item.reason,
        id: (item) => item.id,
      }),
    )
  })

  withApiOptions(
    template
      .command('sync')
      .description("ask the provider for a channel's templates now")
      .argument('<channel>', 'its id or name'),
  ).action(async (channel: string, options: Options) => {
    const synced = await withApi(console, options, async (api) =>
      api.post<Synced>('/api/templates/sync', { channelId: (await findChannel(api, channel)).id }),
    )
    const { count, added, changed, gone } = synced
    show(console, options, synced, () => `${count} templates: ${added} new, ${changed} changed, ${gone} gone`)
  })
}
