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
  stateReason: { code: string; message: string } | null
  scheduleAt: string | null
  createdAt: string
}

interface CountedCampaign extends Campaign {
  counts: Record<string, number>
  /** how many get nothing, by the reason */
  excluded: Record<string, number>
}

interface MadeCampaign {
  id: string
  state: string
  counts: Record<string, number>
  excluded: Record<string, number>
  errors: { row: number; to: string; message: string }[]
  /** headings of the CSV that mean nothing for the template */
  ignoredColumns: string[]
}

interface Recipient {
  row: number
  to: string
  name: string | null
  state: string
  exclusion: { message: string } | null
  error: { message: string } | null
  replied: boolean
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
          reason: (item) => item.stateReason?.message ?? null,
          scheduled: (item) => item.scheduleAt,
          created: (item) => item.createdAt,
          id: (item) => item.id,
        }),
      )
    })

  withApiOptions(campaign.command('show').argument('<id>')).action(async (id: string, options: Options) => {
    const found = await withApi(console, options, (api) => api.get<CountedCampaign>(pathOf(id)))
    show(console, options, found, () => {
      const { counts, excluded, ...rest } = found
      return `${record({ ...rest, stateReason: rest.stateReason?.message })}\n\n${countsWords(counts, excluded)}`
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
    .option('--state <state>', 'only these, such as failed or excluded')
    .option('--limit <number>', 'at most so many', '50')
    .option('--csv <file>', 'write all of them as CSV; - writes them to standard output')
    .action(async (id: string, options: Options & { state?: string; limit: string; csv?: string }) => {
      const query = new URLSearchParams(options.state ? { state: options.state } : {})
      const { csv } = options
      if (csv !== undefined) return writeCsv(console, `${pathOf(id)}/recipients.csv?${query}`, { ...options, csv })
      query.set('limit', options.limit)
      const page = await withApi(console, options, (api) =>
        api.get<Page<Recipient>>(`${pathOf(id)}/recipients?${query}`),
      )
      show(console, options, page, () =>
        table(page.items, {
          row: (item) => String(item.row),
          to: (item) => item.to,
          name: (item) => item.name,
          state: (item) => item.state,
          replied: (item) => (item.replied ? 'yes' : null),
          reason: (item) => item.error?.message ?? item.exclusion?.message ?? null,
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
    show(console, options, made, () =>
      [
        `${options.name} is ${made.state} (${made.id})`,
        countsWords(made.counts, made.excluded),
        ...(made.ignoredColumns.length > 0 ? [record({ 'columns of no use': made.ignoredColumns.join(', ') })] : []),
        ...(made.errors.length > 0
          ? [
              table(made.errors, {
                row: ({ row }) => String(row),
                to: ({ to }) => to,
                problem: ({ message }) => message,
              }),
            ]
          : []),
      ].join('\n\n'),
    )
  })
}

const countsWords = (counts: Record<string, number>, excluded: Record<string, number>): string =>
  record({
    ...counts,
    ...Object.fromEntries(Object.entries(excluded).map(([reason, n]) => [`excluded: ${reason}`, n])),
  })

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new Failure(`${file} cannot be read.`, { cause })
  }
}

/** Written aside and then renamed: a transfer that broke off leaves no half of a list. */
async function writeCsv(console: Console, path: string, options: Options & { csv: string }): Promise<void> {
  await withApi(console, options, async (api) => {
    const body = await api.download(path)
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
