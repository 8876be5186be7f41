import type { Command } from 'commander'
import { Option } from 'commander'
import { type ApiOptions, withApi } from './api-client.ts'
import { withApiOptions } from './api-options.ts'
import { type Console, record, show, table } from './console.ts'
import { Failure } from './failure.ts'
import { readUpload, uploadAll } from './upload.ts'

interface Task {
  id: string
  number: number
  title: string
  status: { key: string }
  requester: { name: string; phone: string | null }
  assignees: { name: string }[]
  updatedAt: string
}

interface Comment {
  id: string
  author: { kind: string; name: string }
  kind: string
  text: string | null
  delivery: { state: string } | null
  at: string
}

type Options = ApiOptions & { json?: boolean }

/** Daily work by script. Through the API, so that all its rules hold. */
export function addWorkCommands(program: Command, console: Console): void {
  const task = program.command('task').description('tasks')

  withApiOptions(task.command('list').description('tasks, the last changed first'))
    .addOption(new Option('--status <which>').choices(['active', 'inactive', 'all']).default('active'))
    .option('--channel <id>')
    .option('--assignee <id>')
    .option('--query <text>', 'in title, client or number')
    .option('--limit <number>', 'at most so many', '50')
    .action(
      async (
        options: Options & { status: string; channel?: string; assignee?: string; query?: string; limit: string },
      ) => {
        const query = new URLSearchParams({ status: options.status, limit: options.limit })
        if (options.channel) query.set('channelId', options.channel)
        if (options.assignee) query.set('assigneeId', options.assignee)
        if (options.query) query.set('q', options.query)
        const page = await withApi(console, options, (api) =>
          api.get<{ items: Task[]; next: string | null }>(`/api/tasks?${query}`),
        )
        show(console, options, page, () =>
          table(page.items, {
            number: (item) => String(item.number),
            status: (item) => item.status.key,
            client: (item) => item.requester.name,
            title: (item) => item.title,
            assignees: (item) => item.assignees.map((one) => one.name).join(', '),
            updated: (item) => item.updatedAt,
            id: (item) => item.id,
          }),
        )
      },
    )

  withApiOptions(task.command('show').description('a task and the end of its feed').argument('<id>')).action(
    async (id: string, options: Options) => {
      const found = await withApi(console, options, async (api) => {
        const path = `/api/tasks/${encodeURIComponent(id)}`
        const one = await api.get<Task>(path)
        const feed = await api.get<{ items: Comment[] }>(`${path}/comments?order=newest&limit=50`)
        // The feed's own order: a provider's times are full seconds, and may come late.
        return { task: one, comments: feed.items.toReversed() }
      })
      show(console, options, found, () => {
        const feed = table(found.comments, {
          at: (item) => item.at,
          author: (item) => item.author.name,
          text: (item) => item.text ?? `[${item.kind}]`,
          delivery: (item) => item.delivery?.state ?? null,
        })
        return `${record(found.task)}\n\n${feed}`
      })
    },
  )

  withApiOptions(
    program
      .command('comment')
      .description('write a comment on a task; it stays inside unless --notify-contact is given')
      .argument('<task>', 'its id')
      .option('--text <text>', 'what to say; - reads it from standard input')
      .option('--notify-contact', 'send it to the client')
      .option(
        '--attach <file>',
        'add a file; may be given again',
        (file: string, before: string[]) => [...before, file],
        [],
      ),
  ).action(async (id: string, options: Options & { text?: string; notifyContact?: boolean; attach: string[] }) => {
    const text = options.text === '-' ? (await console.readInput()).replace(/\r?\n$/, '') : options.text
    if (!text && options.attach.length === 0)
      throw new Failure('Give --text or --attach: an empty comment says nothing.')
    const files = await Promise.all(options.attach.map(readUpload))
    const comment = await withApi(console, options, async (api) => {
      const attachmentIds = await uploadAll(api, files)
      return api.post<Comment>(`/api/tasks/${encodeURIComponent(id)}/comments`, {
        ...(text && { text }),
        attachmentIds,
        notify: { contact: options.notifyContact === true },
      })
    })
    show(console, options, comment, () =>
      comment.delivery ? `written and on its way (${comment.delivery.state})` : 'written; it stays inside',
    )
  })
}
