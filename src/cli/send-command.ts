import type { Command } from 'commander'
import { type ApiOptions, tokenOf, withApi } from './api-client.ts'
import { collect, withApiOptions } from './api-options.ts'
import { type Console, show } from './console.ts'
import { Failure } from './failure.ts'
import { findChannel } from './find-channel.ts'
import { readTemplate, type TemplateOptions, templateFor, withTemplateOptions } from './template-options.ts'
import { readUpload, uploadAll } from './upload.ts'

interface Options extends ApiOptions, TemplateOptions {
  json?: boolean
  channel: string
  to: string
  text?: string
  file: string[]
  name?: string
  taskTemplate?: string
  idempotencyKey?: string
}

interface Sent {
  taskId?: string
  deliveryId: string
}

/**
 * `parley send`: with a template it writes first, and the task is there at once (`POST /api/outbound`); with a text or
 * files it is a send of another system's, which the bulk rule counts (`POST /api/messages`).
 */
export function addSendCommand(program: Command, console: Console): void {
  const send = program
    .command('send')
    .description('write to somebody by phone number: a template at any time, a text while their reply window is open')
    .requiredOption('--channel <id or name>', 'which of your numbers writes')
    .requiredOption('--to <number>', 'with country code, such as +16505551234')
    .option('--text <text>', 'what to say; - reads it from standard input')
    .option('--file <file>', 'a file to send; may be given again', collect, [])
    .option('--name <name>', 'what the client is called, if nobody knows them yet')
    .option('--task-template <id>', 'what the new task is made from')
    .option('--idempotency-key <key>', 'the same key again has no second effect')
  withApiOptions(withTemplateOptions(send)).action(async (options: Options) => {
    const sent = await withMessage(console, options)
    show(console, options, sent, () =>
      sent.taskId ? `on its way, in task ${sent.taskId} (${sent.deliveryId})` : `on its way (${sent.deliveryId})`,
    )
  })
}

async function withMessage(console: Console, options: Options): Promise<Sent> {
  const template = await readTemplate(options)
  const text = options.text === '-' ? (await console.readInput()).replace(/\r?\n$/, '') : options.text
  const files = await Promise.all(options.file.map(readUpload))
  const free = Boolean(text) || files.length > 0
  if (template ? free : !free) {
    throw new Failure('Give --template, or --text and --file: one message is either.')
  }
  if (free && options.taskTemplate)
    throw new Failure('--task-template goes with --template: a text opens no task of its own.')
  const key = options.idempotencyKey
  if (key !== undefined && !tokenOf(console, options)) {
    // Keys belong to whoever asks, and without a token that is somebody new each time: the key would protect nothing.
    throw new Failure('--idempotency-key needs a token: --token, PARLEY_TOKEN or PARLEY_API_TOKEN.')
  }
  const contact = options.name ? { contactName: options.name } : {}

  return withApi(console, options, async (api) => {
    const to = { channelId: (await findChannel(api, options.channel)).id, to: options.to, ...contact }
    const post = (path: string, body: object) => api.post<Sent>(path, { ...to, ...body }, key)
    if (template) {
      const taskTemplate = options.taskTemplate ? { taskTemplateId: options.taskTemplate } : {}
      return post('/api/outbound', { template: await templateFor(api, template, key), ...taskTemplate })
    }
    return post('/api/messages', { ...(text && { text }), attachmentIds: await uploadAll(api, files, key) })
  })
}
