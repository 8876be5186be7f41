import { createWriteStream } from 'node:fs'
import { readFile, rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { type ApiOptions, withApi } from './api-client.ts'
import { withApiOptions } from './api-options.ts'
import { type Console, record, show, table } from './console.ts'
import { Failure } from './failure.ts'
import { findChannel } from './find-channel.ts'
import { readTemplate, type TemplateOptions, templateFor, withTemplateOptions } from './template-options.ts'

interface Campaign {
  id: string
  name: string
  state: string
  scheduleAt?: string | null
  createdAt?: string
  counts: Record<string, number>
}

interface MadeCampaign extends Campaign {
  /** how many are left out, by the reason */
  excluded?: Record<string, number>
  errors?: { row: number; to: string; code: string; message: string }[]
}

interface Recipient {
  to?: string
  phone?: string
  name: string | null
  state: string
  exclusion: string | null
  detail?: string | null
  delivery?: { state: string; error?: { message: string } | null } | null
}

type Options = ApiOptions & { json?: boolean }
type Page<Item> = { items: Item[]; next: string | null }

const pathOf = (id: string): string => `/api/campaigns/${encodeURIComponent(id)}`

/** Mailings with a list of recipients, through the API. */
export function addCampaignCommands(program: Command, console: Console): void {
  const campaign = program.command('campaign').description('mailings with a list of recipients')
  addCreate(campaign, console)

  withApiOptions(campaign.command('list').description('campaigns, the newest first'))
    .option('--limit <number>', 'at most so many', '50')
    .action(async (options: Options & { limit: string }) => {
      const page = await withApi(console, options, (api) =>
        api.get<Page<Campaign>>(`/api/campaigns?${new URLSearchParams({ limit: options.limit })}`),
      )
      show(console, options, page, () =>
        table(page.items, {
          name: (item) => item.name,
          state: (item) => item.state,
          ...Object.fromEntries(
            ['total', 'sent', 'delivered', 'read', 'replied', 'failed'].map((key) => [
              key,
              (item: Campaign) => String(item.counts[key] ?? '–'),
            ]),
          ),
          id: (item) => item.id,
        }),
      )
    })

  withApiOptions(campaign.command('show').argument('<id>')).action(async (id: string, options: Options) => {
    const found = await withApi(console, options, (api) => api.get<Campaign>(pathOf(id)))
    show(console, options, found, () => {
      const { counts, ...rest } = found
      return `${record(rest)}\n\n${record(counts)}`
    })
  })

  for (const [name, description] of [
    ['start', 'start a draft now'],
    ['pause', 'send nothing more until it is resumed'],
    ['resume', 'go on'],
    ['stop', 'end it; who has not been written to gets nothing'],
    ['retry-failed', 'send once more to those whose message failed'],
  ] as const) {
    withApiOptions(campaign.command(name).description(description).argument('<id>')).action(
      async (id: string, options: Options) => {
        const changed = await withApi(console, options, (api) => api.post<Campaign>(`${pathOf(id)}/${name}`))
        show(console, options, changed, () => `${changed.name} is ${changed.state}`)
      },
    )
  }

  withApiOptions(
    campaign.command('recipients').description('who is on the list, and what became of it').argument('<id>'),
  )
    .option('--state <state>', 'only these, such as excluded')
    .option('--limit <number>', 'at most so many', '50')
    .option('--csv <file>', 'write the whole list as CSV; - writes it to standard output')
    .action(async (id: string, options: Options & { state?: string; limit: string; csv?: string }) => {
      const query = new URLSearchParams(options.state ? { state: options.state } : {})
      if (options.csv !== undefined) {
        if (options.state) throw new Failure('--csv writes the whole list: leave --state out.')
        return writeCsv(console, id, { ...options, csv: options.csv })
      }
      query.set('limit', options.limit)
      const page = await withApi(console, options, (api) =>
        api.get<Page<Recipient>>(`${pathOf(id)}/recipients?${query}`),
      )
      show(console, options, page, () =>
        table(page.items, {
          to: (item) => item.to ?? item.phone ?? null,
          name: (item) => item.name,
          state: (item) => item.state,
          delivery: (item) => item.delivery?.state ?? null,
          reason: (item) => item.delivery?.error?.message ?? item.detail ?? item.exclusion,
        }),
      )
    })
}

interface CreateOptions extends Options, TemplateOptions {
  channel: string
  name: string
  csv: string
  scheduleAt?: string
  timeZone?: string
  draft?: boolean
  requireConsent?: boolean
}

function addCreate(campaign: Command, console: Console): void {
  const create = campaign
    .command('create')
    .description('make a campaign; it starts at once unless --draft or --schedule-at is given')
    .requiredOption('--channel <id or name>', 'which of your numbers writes')
    .requiredOption('--name <name>', 'what people call it')
    .requiredOption('--csv <file>', 'the recipients: a column `to`, others fill the template; - reads standard input')
    .option('--schedule-at <time>', 'when it starts, such as 2030-01-31T09:00')
    .option('--time-zone <zone>', 'whose clock that is, such as Europe/Berlin')
    .option('--draft', 'do not start it')
    .option('--require-consent', 'only to those who agreed to marketing')
  withApiOptions(withTemplateOptions(create)).action(async (options: CreateOptions) => {
    const template = await readTemplate(options)
    if (!template) throw new Failure('Give --template and --language: a campaign sends a template.')
    const csv = options.csv === '-' ? await console.readInput() : await readText(options.csv)
    const made = await withApi(console, options, async (api) =>
      api.post<MadeCampaign>('/api/campaigns', {
        channelId: (await findChannel(api, options.channel)).id,
        name: options.name,
        template: await templateFor(api, template),
        csv,
        ...(options.scheduleAt && { scheduleAt: options.scheduleAt }),
        ...(options.timeZone && { timeZone: options.timeZone }),
        ...(options.draft && { draft: true }),
        ...(options.requireConsent && { requireConsent: true }),
      }),
    )
    show(console, options, made, () => {
      const errors = made.errors ?? []
      return [
        `${options.name} is ${made.state} (${made.id})`,
        record({ ...made.counts, excluded: made.excluded }),
        ...(errors.length > 0
          ? [
              table(errors, {
                row: (item) => String(item.row),
                to: (item) => item.to,
                problem: (item) => item.message,
              }),
            ]
          : []),
      ].join('\n\n')
    })
  })
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new Failure(`${file} cannot be read.`, { cause })
  }
}

/** Written aside and then renamed: a transfer that broke off leaves no half of a list. */
async function writeCsv(console: Console, id: string, options: Options & { csv: string }): Promise<void> {
  await withApi(console, options, async (api) => {
    const body = await api.download(`${pathOf(id)}/recipients.csv`)
    if (options.csv === '-') return console.out((await new Response(body).text()).trimEnd())
    const aside = `${options.csv}.part`
    try {
      await pipeline(Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(aside))
      await rename(aside, options.csv)
    } catch (cause) {
      await rm(aside, { force: true })
      throw new Failure(`The list could not be written to ${options.csv}.`, { cause })
    }
    show(console, options, { file: options.csv }, () => `written to ${options.csv}`)
  })
}
