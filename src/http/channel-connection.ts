import { createRoute, z } from '@hono/zod-openapi'
import { partsOfAccount } from '../channels/account-parts.ts'
import { isLoopback } from '../channels/account-values.ts'
import { CONNECTION_WAYS, type ConnectionField, type DiagnosisStep } from '../channels/port.ts'
import { allAdapters } from '../channels/registry.ts'
import { webhookAddress } from '../channels/webhook-address.ts'
import { NOT_FOR_COEXISTENCE } from '../domain/coexistence-countries.ts'
import type { ChannelId } from '../domain/ids.ts'
import { channelCache } from '../store/channels/channel-cache.ts'
import { type ChannelEventRow, listChannelEvents, noteAccountFacts } from '../store/channels/channel-health.ts'
import { accountIsTaken } from '../store/channels/channels.ts'
import { loadChannel } from '../store/channels/load-channel.ts'
import { adapterOf, diagnose } from './channel-account.ts'
import { CheckBody } from './channel-schemas.ts'
import type { HttpDeps, Routes } from './context.ts'
import { notFound } from './errors.ts'
import { mayUseChannel, requires, requiresEverywhere } from './permissions.ts'
import {
  answer,
  asId,
  decodeCursor,
  encodeCursor,
  IdPath,
  jsonBody,
  newRoutes,
  PageQuery,
  pageOf,
  refusals,
} from './routes.ts'
import { type Language, languageOf } from './work/error-words.ts'

const Field = z.object({
  key: z.string().openapi({ description: 'of `POST /api/channels`' }),
  label: z.string(),
  help: z.string().openapi({ description: 'where to find it' }),
  secret: z.boolean(),
  required: z.boolean(),
  pattern: z.string().openapi({ description: 'the whole value has to match this regular expression' }),
  form: z.string().openapi({ description: 'what the pattern means, for a person' }),
  choices: z.array(z.object({ value: z.string(), label: z.string() })).nullable(),
  rare: z.boolean().openapi({ description: 'hardly ever changed' }),
  made: z.boolean().openapi({ description: 'any one word: it can be made up' }),
})
const Provider = z
  .object({
    provider: z.string(),
    name: z.string(),
    ways: z.array(z.enum(CONNECTION_WAYS)),
    notForCoexistence: z
      .array(z.object({ callingCode: z.string(), country: z.string(), name: z.string() }))
      .openapi({ description: 'Countries whose numbers the phone app and the API cannot share' }),
    fields: z.array(Field),
    capabilities: z.object({
      replyWindowHours: z.number().nullable(),
      templates: z.boolean(),
      quotes: z.boolean(),
      reactions: z.boolean(),
      maxTextLength: z.number(),
      messagesPerSecond: z.number(),
    }),
  })
  .openapi('ChannelProvider')
const Step = z.object({
  step: z.string(),
  state: z.enum(['good', 'warning', 'bad', 'unknown']).openapi({ description: '`unknown`: it could not be asked' }),
  name: z.string(),
  message: z.string().openapi({ description: 'what was found, and what to do' }),
  detail: z.string().nullable().openapi({ description: 'as the provider put it' }),
})
const Check = z
  .object({
    ok: z.boolean().openapi({ description: 'Nothing is bad' }),
    steps: z.array(Step),
    account: z
      .object({
        displayPhone: z.string().nullable(),
        name: z.string().nullable(),
        quality: z.string().nullable(),
        messagingLimit: z.string().nullable(),
        throughput: z.string().nullable(),
        tokenExpiresAt: z.string().nullable(),
        coexistence: z.boolean(),
      })
      .nullable(),
  })
  .openapi('ChannelCheck')
const Event = z
  .object({
    id: z.string(),
    kind: z.string().openapi({ description: 'as the provider calls it' }),
    effect: z.string().openapi({ description: 'what it did to the channel, such as `notice` or `disconnect`' }),
    reason: z.string().nullable(),
    values: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .openapi({ description: 'What it says of the account; nothing of clients' }),
    at: z.string(),
    receivedAt: z.string(),
  })
  .openapi('ChannelEvent')

const tags = ['Channels']
const listProviders = createRoute({
  method: 'get',
  path: '/channel-providers',
  tags,
  summary: 'Which kinds of accounts this installation can connect, and what has to be known of them',
  responses: {
    200: answer('All of them', z.object({ items: z.array(Provider), next: z.null() })),
    ...refusals(401),
  },
})
const checkNew = createRoute({
  method: 'post',
  path: '/channels/check',
  tags,
  middleware: requiresEverywhere('channels.manage'),
  summary: 'Try out what a channel would be made with; nothing is stored, here or at the provider',
  request: jsonBody(CheckBody),
  responses: { 200: answer('What was found', Check), ...refusals(400, 401, 403) },
})
const checkOne = createRoute({
  method: 'post',
  path: '/channels/{id}/check',
  tags,
  middleware: requires('channels.manage'),
  summary: 'Ask the provider how the account stands',
  request: { params: IdPath },
  responses: { 200: answer('What was found', Check), ...refusals(401, 403, 404) },
})
const listEvents = createRoute({
  method: 'get',
  path: '/channels/{id}/events',
  tags,
  middleware: requires('channels.manage'),
  summary: 'What the provider said of the account, the newest first',
  request: { params: IdPath, query: PageQuery },
  responses: { 200: answer('A page of events', pageOf(Event)), ...refusals(400, 401, 403, 404) },
})

/** Connecting an account, and how it stands (M2–M6, M21). */
export function channelConnectionRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database
  const { publicUrl } = deps.config
  return newRoutes()
    .openapi(listProviders, (c) => {
      const language = languageOf(c)
      const items = allAdapters().map(({ provider, connection, capabilities }) => ({
        provider,
        name: connection.name,
        ways: [...connection.ways],
        notForCoexistence: connection.ways.includes('coexistence') ? [...NOT_FOR_COEXISTENCE] : [],
        fields: connection.fields.map((field) => fieldView(field, language)),
        capabilities: {
          replyWindowHours: capabilities.replyWindowHours,
          templates: capabilities.templates,
          quotes: capabilities.quotes,
          reactions: capabilities.reactions,
          maxTextLength: capabilities.maxTextLength,
          messagesPerSecond: capabilities.messagesPerSecond,
        },
      }))
      return c.json({ items, next: null }, 200)
    })
    .openapi(checkNew, async (c) => {
      const { provider, ...config } = c.req.valid('json')
      const [{ steps, account }, taken] = await Promise.all([
        diagnose(provider, config, null),
        accountIsTaken(db, provider, partsOfAccount(adapterOf(provider), config).accountId),
      ])
      const all = [...(taken ? [TAKEN] : []), ...steps, addressStep(publicUrl, providerUrl(config))]
      return c.json(checkView({ steps: all, account }, languageOf(c)), 200)
    })
    .openapi(checkOne, async (c) => {
      const id = asId<ChannelId>(c.req.valid('param').id, 'This channel')
      const channel = mayUseChannel(c.get('principal'), id) ? await loadChannel(db, deps.secrets, id) : null
      if (!channel) throw notFound('This channel')
      const { row, config } = channel
      if (row.closed) return c.json(checkView({ steps: [NO_TOKEN], account: null }, languageOf(c)), 200)
      const { steps, account } = await diagnose(row.provider, config, webhookAddress(publicUrl, id))
      if (account) {
        const { name, quality, messagingLimit, throughput, tokenExpiresAt } = account
        await noteAccountFacts(db, id, {
          name,
          quality,
          messagingLimit,
          throughput,
          tokenExpiresAt: tokenExpiresAt?.toISOString() ?? null,
          checkedAt: new Date().toISOString(),
        })
        channelCache(deps.database, deps.secrets).forget()
      }
      const all = [...steps, addressStep(publicUrl, providerUrl(config))]
      return c.json(checkView({ steps: all, account }, languageOf(c)), 200)
    })
    .openapi(listEvents, async (c) => {
      const id = asId<ChannelId>(c.req.valid('param').id, 'This channel')
      const { limit, cursor } = c.req.valid('query')
      if (!mayUseChannel(c.get('principal'), id) || !(await loadChannel(db, deps.secrets, id))) {
        throw notFound('This channel')
      }
      const before = decodeCursor(cursor, z.tuple([z.number().int()]))?.[0] ?? null
      const rows = await listChannelEvents(db, id, { before, limit })
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      const next = rows.length > limit && last ? encodeCursor(Number(last.id)) : null
      return c.json({ items: shown.map(eventView), next }, 200)
    })
}

const fieldView = (field: ConnectionField, language: Language) => ({
  key: field.key,
  label: field.label[language],
  help: field.help[language],
  secret: field.secret,
  required: field.required,
  pattern: field.pattern,
  form: field.form[language],
  choices: field.choices?.map(({ value, label }) => ({ value, label: label[language] })) ?? null,
  rare: field.rare ?? false,
  made: field.made ?? false,
})

type Diagnosed = Awaited<ReturnType<typeof diagnose>>

const checkView = ({ steps, account }: Diagnosed, language: Language): z.input<typeof Check> => ({
  ok: steps.every(({ state }) => state !== 'bad'),
  steps: steps.map(({ step, state, name, words, detail }) => ({
    step,
    state,
    name: name[language],
    message: words[language],
    detail,
  })),
  account: account && { ...account, tokenExpiresAt: account.tokenExpiresAt?.toISOString() ?? null },
})

const TAKEN: DiagnosisStep = {
  step: 'taken',
  state: 'bad',
  name: { en: 'Not connected yet', ru: 'Ещё не подключён' },
  words: {
    en: 'This number is connected already. Open its channel to change the token or the secret.',
    ru: 'Этот номер уже подключён. Откройте его канал, чтобы сменить токен или секрет.',
  },
  detail: null,
}

const NO_TOKEN: DiagnosisStep = {
  step: 'token',
  state: 'bad',
  name: { en: 'Access token', ru: 'Токен доступа' },
  words: {
    en: 'The connection was ended here, and its access token was wiped. Give the channel a new one.',
    ru: 'Подключение было завершено здесь, токен доступа стёрт. Дайте каналу новый.',
  },
  detail: null,
}

/** Where the provider is called, for those that say so. */
const providerUrl = ({ graphUrl, apiUrl }: Record<string, unknown>): URL | null => {
  const address = String(graphUrl ?? apiUrl ?? '')
  return URL.canParse(address) ? new URL(address) : null
}

/** The provider calls this installation: a thing that it can be told of, and that can be known here. */
function addressStep(publicUrl: string, provider: URL | null): DiagnosisStep {
  const step = { step: 'address', name: { en: 'Address of this Parley', ru: 'Адрес этого Parley' }, detail: publicUrl }
  const base = new URL(publicUrl)
  if (provider && isLoopback(provider)) {
    const words = {
      en: 'The provider is simulated on this machine and can reach it.',
      ru: 'Провайдер имитируется на этой же машине и видит этот адрес.',
    }
    return { ...step, state: 'good', words }
  }
  if (base.protocol === 'https:' && !isLoopback(base)) {
    const words = {
      en: 'The provider can call it if it is open to the world. It is tried when the channel is made.',
      ru: 'Провайдер сможет его вызвать, если он открыт миру. Это проверится при подключении.',
    }
    return { ...step, state: 'good', words }
  }
  const words = {
    en: 'The provider cannot reach it: it takes only an https address that is open to the world. Put a reverse proxy with a certificate in front of Parley, and start it with PUBLIC_URL=https://….',
    ru: 'Провайдер до него не достучится: нужен адрес https, открытый миру. Поставьте перед Parley обратный прокси с сертификатом и запустите с PUBLIC_URL=https://….',
  }
  return { ...step, state: 'bad', words }
}

const eventView = (row: ChannelEventRow): z.input<typeof Event> => ({
  id: String(row.id),
  kind: row.kind,
  effect: row.effect.does,
  reason: 'reason' in row.effect ? row.effect.reason : null,
  values: Object.fromEntries(plainValues(row.payload)),
  at: (row.provider_at ?? row.received_at).toISOString(),
  receivedAt: row.received_at.toISOString(),
})

const MAX_VALUE_LENGTH = 300
/** Where providers put what belongs to clients, or names the number itself. */
const LEFT_OUT = new Set(['metadata', 'contacts', 'messaging_product'])

/** Words and numbers of the event and of the objects in it. Never its lists: there stand clients and their messages. */
function plainValues(value: Record<string, unknown>, depth = 1): [string, string | number | boolean][] {
  return Object.entries(value).flatMap(([key, part]): [string, string | number | boolean][] => {
    if (LEFT_OUT.has(key)) return []
    if (typeof part === 'string') return [[key, part.slice(0, MAX_VALUE_LENGTH)]]
    if (typeof part === 'number' || typeof part === 'boolean') return [[key, part]]
    const isNested = depth > 0 && typeof part === 'object' && part !== null && !Array.isArray(part)
    return isNested ? plainValues(part as Record<string, unknown>, depth - 1) : []
  })
}
