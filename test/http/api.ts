import { Writable } from 'node:stream'
import pino from 'pino'
import { loadConfig } from '../../src/config.ts'
import type { CampaignId, ChannelId, ConversationId, UserId } from '../../src/domain/ids.ts'
import { createApp, type Part } from '../../src/http/app.ts'
import type { HttpDeps } from '../../src/http/context.ts'
import { createApiToken } from '../../src/store/access/api-tokens.ts'
import { hashPassword } from '../../src/store/access/passwords.ts'
import { createUser } from '../../src/store/access/users.ts'
import { type Database, inTransaction, openDatabase, type Role } from '../../src/store/index.ts'
import { secretBox } from '../../src/store/secret-box.ts'
import { freshDatabase } from '../services/database.ts'

export const OWNER_TOKEN = 'canary-environment-token-1'
export const PASSWORD = 'correct horse battery'

export interface Asking {
  method?: string
  token?: string
  cookie?: string
  body?: unknown
  headers?: Record<string, string>
}

export interface Answered {
  status: number
  headers: Headers
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect and fail where it is not
  json: any
}

/** The whole application on a database of its own, and what it logged. */
export interface Api {
  app: ReturnType<typeof createApp>
  deps: HttpDeps
  database: Database
  /** every line that was logged */
  logged: string[]
  /** conversations that were signalled */
  signalled: ConversationId[]
  /** campaigns whose workflow was told */
  changedCampaigns: CampaignId[]
  ask(path: string, asking?: Asking): Promise<Answered>
  /** as the owner, by the environment's token */
  owner(path: string, asking?: Asking): Promise<Answered>
  addUser(role: Role, options?: { email?: string; channelIds?: ChannelId[] | null; password?: string }): Promise<UserId>
  addToken(role: Role, channelIds?: ChannelId[] | null): Promise<string>
  close(): Promise<void>
}

export async function openApi(
  options: {
    publicUrl?: string
    databaseUrl?: string
    parts?: (deps: HttpDeps) => Part[]
    environment?: NodeJS.ProcessEnv
  } = {},
): Promise<Api> {
  const fresh = options.databaseUrl ? null : await freshDatabase()
  const databaseUrl = options.databaseUrl ?? fresh?.url ?? ''
  const database = openDatabase(databaseUrl)
  const logged: string[] = []
  const signalled: ConversationId[] = []
  const changedCampaigns: CampaignId[] = []
  const sink = new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk))
      done()
    },
  })
  const config = loadConfig({
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    PARLEY_API_TOKEN: OWNER_TOKEN,
    PARLEY_SECRET_KEY: 'a'.repeat(64),
    PUBLIC_URL: options.publicUrl ?? 'http://127.0.0.1:8080',
    ...options.environment,
  })
  const deps: HttpDeps = {
    config,
    database,
    files: {
      put: () => Promise.reject(new Error('no files here')),
      open: async () => null,
      head: async () => null,
      copy: async () => false,
      remove: async () => undefined,
      list: async function* () {},
      reach: async () => undefined,
    },
    secrets: secretBox(config.secretKeys),
    log: pino({ level: 'trace' }, sink),
    eventsStored: (conversations) => signalled.push(...conversations),
    campaignChanged: (campaign) => changedCampaigns.push(campaign),
    houseChanged: () => undefined,
    temporalProblem: async () => null,
  }
  const app = createApp(deps, options.parts?.(deps))

  const ask: Api['ask'] = async (path, { method, token, cookie, body, headers } = {}) => {
    const response = await app.request(path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(cookie && { cookie, 'sec-fetch-site': 'same-origin' }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    // Nothing here may fail inside; the log says why it did.
    if (response.status === 500) throw new Error(`500 ${path}: ${logged.at(-1)}`)
    const isJson = response.headers.get('content-type')?.startsWith('application/json')
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined }
  }

  let people = 0
  return {
    app,
    deps,
    database,
    logged,
    signalled,
    changedCampaigns,
    ask,
    owner: (path, asking) => ask(path, { token: OWNER_TOKEN, ...asking }),
    async addUser(role, { email, channelIds, password } = {}) {
      people++
      const user = {
        name: `Person ${people}`,
        email: email ?? `person${people}@example.test`,
        role,
        channelIds: channelIds ?? null,
        passwordHash: password === undefined ? null : await hashPassword(password),
      }
      const row = await inTransaction(database.db, (tx) => createUser(tx, user, { kind: 'system', id: null }))
      if (!row) throw new Error('the address is taken')
      return row.id
    },
    async addToken(role, channelIds = null) {
      const wanted = { name: `${role} token`, role, channelIds, createdBy: null }
      const made = await inTransaction(database.db, (tx) => createApiToken(tx, wanted, { kind: 'system', id: null }))
      return made.token
    },
    async close() {
      await database.close()
      await fresh?.drop()
    },
  }
}

/** The session cookie of an answer, as a browser sends it back. */
export function cookieOf(answer: Answered): string {
  const set = answer.headers.getSetCookie()[0]
  if (!set) throw new Error(`no cookie in the answer ${answer.status} ${answer.text}`)
  return set.split(';')[0] ?? ''
}
