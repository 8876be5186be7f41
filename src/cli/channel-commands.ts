import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { type ApiOptions, withApi } from './api-client.ts'
import { withApiOptions } from './api-options.ts'
import { type Console, record, show, table } from './console.ts'
import { Failure } from './failure.ts'

interface Channel {
  id: string
  provider: string
  name: string
  state: string
  stateReason: string | null
  displayPhone: string | null
  webhookUrl: string
}

interface Check {
  ok: boolean
  steps: { step: string; state: string; name: string; message: string; detail: string | null }[]
}

type Options = ApiOptions & { json?: boolean }
const pathOf = (id: string): string => `/api/channels/${encodeURIComponent(id)}`

/** Connected accounts, through the API. */
export function addChannelCommands(program: Command, console: Console): void {
  const channel = program.command('channel').description('connected accounts')

  withApiOptions(channel.command('list')).action(async (options: Options) => {
    const page = await withApi(console, options, (api) =>
      api.get<{ items: Channel[]; next: string | null }>('/api/channels?limit=200'),
    )
    show(console, options, page, () =>
      table(page.items, {
        name: (item) => item.name,
        provider: (item) => item.provider,
        phone: (item) => item.displayPhone,
        state: (item) => item.state,
        reason: (item) => item.stateReason,
        id: (item) => item.id,
      }),
    )
  })

  withApiOptions(channel.command('show').argument('<id>')).action(async (id: string, options: Options) => {
    const found = await withApi(console, options, (api) => api.get<Channel>(pathOf(id)))
    show(console, options, found, () => record(found))
  })

  withApiOptions(
    channel
      .command('create')
      .description(
        'connect an account. Secrets are better read from a file than given as options, which other users of the machine can see',
      )
      .option('--file <file>', 'the body as in `POST /api/channels`, as JSON; - reads standard input')
      .option('--provider <name>', 'whatsapp-cloud unless the file says otherwise')
      .option('--name <name>')
      .option('--phone-number-id <id>')
      .option('--waba-id <id>')
      .option('--access-token <token>')
      .option('--app-secret <secret>')
      .option('--verify-token <token>')
      .option('--graph-url <address>')
      .option('--task-template-id <id>'),
  ).action(async ({ file, url, token, json, ...given }: Options & { file?: string } & Record<string, string>) => {
    const body = { provider: 'whatsapp-cloud', ...(file && (await readJson(console, file))), ...given }
    const made = await withApi(console, { ...(url && { url }), ...(token && { token }) }, (api) =>
      api.post<Channel>('/api/channels', body),
    )
    show(console, { ...(json && { json: true }) }, made, () => record(made))
  })

  for (const [name, words, description] of [
    ['pause', 'paused', 'let outgoing messages wait'],
    ['resume', 'connected', 'use it again; what waited is sent'],
    ['disconnect', 'disconnected', 'stop using the account here'],
  ] as const) {
    withApiOptions(channel.command(name).description(description).argument('<id>')).action(
      async (id: string, options: Options) => {
        const changed = await withApi(console, options, (api) => api.post<Channel>(`${pathOf(id)}/${name}`))
        show(console, options, changed, () => `${changed.name} is ${words}`)
      },
    )
  }

  withApiOptions(
    channel
      .command('doctor')
      .description('ask the provider how the account stands; ends with 1 where something is bad')
      .argument('<id>'),
  ).action(async (id: string, options: Options) => {
    const found = await withApi(console, options, (api) => api.post<Check>(`${pathOf(id)}/check`))
    show(console, options, found, () =>
      table(found.steps, {
        what: (step) => step.name,
        state: (step) => step.state,
        found: (step) => (step.detail === null ? step.message : `${step.message} (${step.detail})`),
      }),
    )
    const bad = found.steps.filter(({ state }) => state === 'bad').map(({ name }) => name)
    if (!found.ok) throw new Failure(`Not in order: ${bad.join(', ')}.`)
  })

  withApiOptions(
    channel.command('delete').description('delete a channel and its secrets; its tasks stay readable').argument('<id>'),
  ).action(async (id: string, options: Options) => {
    await withApi(console, options, (api) => api.delete(pathOf(id)))
    show(console, options, { id, deleted: true }, () => 'deleted')
  })
}

async function readJson(console: Console, file: string): Promise<object> {
  let value: unknown
  try {
    value = JSON.parse(file === '-' ? await console.readInput() : await readFile(file, 'utf8'))
  } catch {
    // Neither the words of the parser nor a cause: they would quote a secret.
    throw new Failure(`${file === '-' ? 'Standard input' : file} cannot be read as JSON.`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Failure('The file must hold one JSON object.')
  return value
}
