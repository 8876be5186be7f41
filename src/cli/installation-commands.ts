import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import type { ChannelId } from '../domain/ids.ts'
import { createApiToken } from '../store/access/api-tokens.ts'
import { hashPassword } from '../store/access/passwords.ts'
import { createSignInLink, signInUrl } from '../store/access/sign-in-links.ts'
import { createUser, findUserByEmail } from '../store/access/users.ts'
import { inTransaction, type Role } from '../store/index.ts'
import { migrate } from '../store/migrate.ts'
import { defaultTaskTemplate } from '../store/settings/task-templates.ts'
import { type Console, record, show } from './console.ts'
import { Failure } from './failure.ts'
import { answering, baseUrl, demandDatabaseUrl, withDatabase } from './installation.ts'

const ACTOR = { kind: 'system', id: null } as const
const JSON_OPTION = ['--json', 'print JSON'] as const
const MIN_PASSWORD = 10

/** Commands that set an installation up. They work on its database, so that they work before anybody can sign in. */
export function addInstallationCommands(program: Command, console: Console): void {
  program
    .command('migrate')
    .description('bring the database to the newest schema (DATABASE_URL)')
    .option(...JSON_OPTION)
    .action(async (options: { json?: boolean }) => {
      const { applied } = await answering(migrate(demandDatabaseUrl(console)))
      await withDatabase(console, ({ db }) => inTransaction(db, defaultTaskTemplate))
      show(console, options, { applied }, () =>
        applied.length > 0 ? `applied ${applied.join(', ')}` : 'nothing to do',
      )
    })

  const token = program.command('token').description('API tokens')
  token
    .command('create')
    .description('make an API token; it is shown this once')
    .requiredOption('--name <name>', 'what it is for')
    .requiredOption('--role <role>', 'owner, admin, author or operator', readRole)
    .option('--channels <ids>', 'only these channels, by id with commas between', readIds)
    .option(...JSON_OPTION)
    .action(async (options: { name: string; role: Role; channels?: ChannelId[]; json?: boolean }) => {
      const { row, token } = await withDatabase(console, ({ db }) =>
        inTransaction(db, (tx) =>
          createApiToken(
            tx,
            { name: options.name, role: options.role, channelIds: options.channels ?? null, createdBy: null },
            ACTOR,
          ),
        ),
      )
      show(
        console,
        options,
        { id: row.id, name: row.name, prefix: row.prefix, role: row.role, channelIds: row.channel_ids, token },
        () => token,
      )
    })

  const user = program.command('user').description('people')
  user
    .command('create')
    .description('add a person')
    .requiredOption('--name <name>')
    .requiredOption('--email <address>', 'what they sign in with', readEmail)
    .requiredOption('--role <role>', 'owner, admin, author or operator', readRole)
    .option('--channels <ids>', 'only these channels, by id with commas between', readIds)
    .option('--password-stdin', 'read a password from standard input; without it they come by a sign-in link')
    .option(...JSON_OPTION)
    .action(
      async (options: {
        name: string
        email: string
        role: Role
        channels?: ChannelId[]
        passwordStdin?: boolean
        json?: boolean
      }) => {
        const passwordHash = options.passwordStdin ? await hashPassword(await readPassword(console)) : null
        const { name, email, role } = options
        const row = await withDatabase(console, ({ db }) =>
          inTransaction(db, (tx) =>
            createUser(tx, { name, email, role, channelIds: options.channels ?? null, passwordHash }, ACTOR),
          ),
        )
        if (!row) throw new Failure(`Somebody has the address ${email} already.`)
        const view = { id: row.id, name: row.name, email: row.email, role: row.role, channelIds: row.channel_ids }
        show(console, options, view, () => record(view))
      },
    )
  user
    .command('sign-in-link')
    .description('a link that signs a person in once, within an hour')
    .argument('<email>')
    .option('--url <address>', 'where the browser finds Parley')
    .option(...JSON_OPTION)
    .action(async (email: string, options: { url?: string; json?: boolean }) => {
      const link = await withDatabase(console, async (database) => {
        const person = await findUserByEmail(database.db, email)
        if (!person) throw new Failure(`Nobody has the address ${email}.`)
        if (!person.active) throw new Failure(`${person.name} is deactivated and cannot sign in.`)
        return signInUrl(baseUrl(console, options.url), await createSignInLink(database, person.id))
      })
      show(console, options, { url: link }, () => link)
    })
}

function readRole(text: string): Role {
  const roles: readonly string[] = ['owner', 'admin', 'author', 'operator']
  if (!roles.includes(text)) throw new InvalidArgumentError(`It is one of ${roles.join(', ')}.`)
  return text as Role
}

function readIds(text: string): ChannelId[] {
  const ids = text.split(',').map((id) => id.trim().toLowerCase())
  const wrong = ids.find((id) => !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))
  if (wrong !== undefined) throw new InvalidArgumentError(`“${wrong}” is no id.`)
  return ids as ChannelId[]
}

function readEmail(text: string): string {
  if (!/^[^\s@]+@[^\s@]+$/.test(text)) throw new InvalidArgumentError('It is no e-mail address.')
  return text
}

async function readPassword(console: Console): Promise<string> {
  const password = (await console.readInput()).replace(/\r?\n$/, '')
  if (password.length < MIN_PASSWORD) throw new Failure(`A password has at least ${MIN_PASSWORD} characters.`)
  return password
}
