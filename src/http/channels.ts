import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { partsOfAccount } from '../channels/account-parts.ts'
import type { ChannelAdapter } from '../channels/port.ts'
import { webhookAddress } from '../channels/webhook-address.ts'
import type { ChannelId } from '../domain/ids.ts'
import { auditActor } from '../store/actor.ts'
import { channelCache } from '../store/channels/channel-cache.ts'
import {
  accountIsTaken,
  changeChannel,
  createChannel,
  deleteChannel,
  findChannel,
  listChannels,
  setChannelState,
} from '../store/channels/channels.ts'
import { reopenChannel } from '../store/channels/close-channel.ts'
import { type ChannelRow, loadChannel } from '../store/channels/load-channel.ts'
import { releaseParked } from '../store/channels/release-parked.ts'
import { type ChannelState, inTransaction } from '../store/index.ts'
import { adapterOf, checkAccount } from './channel-account.ts'
import { channelAddress } from './channel-address.ts'
import { endConnection, registerAgain, tokensOf } from './channel-ending.ts'
import { Channel, ChannelChangesBody, channelView, NewChannelBody } from './channel-schemas.ts'
import type { HttpDeps, HttpEnv, Routes } from './context.ts'
import { directChannel } from './direct-channel.ts'
import { ApiError, notFound } from './errors.ts'
import { idempotent } from './idempotency.ts'
import { mayUseChannel, requires } from './permissions.ts'
import {
  afterId,
  answer,
  asId,
  givenKeys,
  IdPath,
  invalidRequest,
  jsonBody,
  newRoutes,
  PageQuery,
  pageById,
  pageOf,
  refusals,
} from './routes.ts'
import { announce } from './work/announce.ts'

const tags = ['Channels']

/** Connected accounts (M2, M21). Secrets go in and never come out. */
export function channelRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database
  const { publicUrl } = deps.config
  const cache = channelCache(deps.database, deps.secrets)
  const addressFor = channelAddress(deps)
  const view = async (c: Context<HttpEnv>, row: ChannelRow) =>
    channelView(row, await addressFor(c.get('principal'), row))
  const middleware = requires('channels.manage')
  const one = { 200: answer('The channel', Channel), ...refusals(400, 401, 403, 404, 409, 422) }

  const list = createRoute({
    method: 'get',
    path: '/channels',
    tags,
    summary: 'The channels that one may use',
    request: { query: PageQuery },
    responses: { 200: answer('A page of channels', pageOf(Channel)), ...refusals(400, 401) },
  })
  const get = createRoute({ method: 'get', path: '/channels/{id}', tags, request: { params: IdPath }, responses: one })
  const create = createRoute({
    method: 'post',
    path: '/channels',
    tags,
    middleware,
    summary: 'Connect an account; the provider is asked whether it is a business account',
    request: jsonBody(NewChannelBody),
    responses: { 201: answer('The channel', Channel), ...refusals(400, 401, 403, 409, 413, 415, 422) },
  })
  const change = createRoute({
    method: 'patch',
    path: '/channels/{id}',
    tags,
    middleware,
    request: { params: IdPath, ...jsonBody(ChannelChangesBody) },
    responses: one,
  })
  const remove = createRoute({
    method: 'delete',
    path: '/channels/{id}',
    tags,
    middleware,
    summary: 'Delete a channel and its secrets; its tasks stay readable',
    request: { params: IdPath },
    responses: { 204: { description: 'Deleted' }, ...refusals(401, 403, 404) },
  })
  const action = <Name extends string>(name: Name, summary: string) =>
    createRoute({
      method: 'post',
      path: `/channels/{id}/${name}`,
      tags,
      middleware,
      summary,
      request: { params: IdPath },
      responses: one,
    })

  /** The id of a channel that the principal may use; others do not exist for them. */
  function channelId(c: Context<HttpEnv>, text: string): ChannelId {
    const id = asId<ChannelId>(text, 'This channel')
    if (!mayUseChannel(c.get('principal'), id)) throw notFound('This channel')
    return id
  }

  const found = (row: ChannelRow | null): ChannelRow => {
    if (!row) throw notFound('This channel')
    return row
  }

  async function moveTo(
    c: Context<HttpEnv>,
    id: ChannelId,
    state: ChannelState,
    reason: string | null,
  ): Promise<ChannelRow> {
    const actor = auditActor(c.get('principal'))
    const row = found(await inTransaction(db, (tx) => setChannelState(tx, id, state, reason, actor)))
    cache.forget()
    announce(deps, null)
    return row
  }

  /** It has a token again: what waited is sent, and what the gate does not let through any more fails with the reason. */
  async function reconnect(c: Context<HttpEnv>, { id, state, closed }: ChannelRow, isChecked: boolean): Promise<void> {
    await inTransaction(db, (tx) => reopenChannel(tx, id))
    const trouble = closed?.deregistered ? await registerAgain(deps, id) : null
    if (isChecked && (state === 'disconnected' || state === 'needs_attention')) {
      await moveTo(c, id, trouble === null ? 'connected' : 'needs_attention', trouble)
      if (trouble === null) await releaseParked(db, id, deps.eventsStored)
    }
  }

  const subscribe = (id: ChannelId) => directChannel(deps, id)

  return newRoutes()
    .openapi(list, async (c) => {
      const { limit, cursor } = c.req.valid('query')
      const only = c.get('principal').channelIds
      const rows = await listChannels(db, { after: afterId<ChannelId>(cursor), limit, only })
      const addresses = new Map<ChannelId, string>()
      for (const row of rows) addresses.set(row.id, await addressFor(c.get('principal'), row))
      return c.json(
        pageById(rows, limit, (row) => channelView(row, addresses.get(row.id) ?? webhookAddress(publicUrl, row.id))),
        200,
      )
    })
    .openapi(get, async (c) =>
      c.json(await view(c, found(await findChannel(db, channelId(c, c.req.valid('param').id)))), 200),
    )
    .openapi(create, async (c) => {
      const principal = c.get('principal')
      if (principal.channelIds !== null) {
        throw new ApiError(403, 'forbidden', 'Only somebody who may use every channel can add one')
      }
      const {
        provider,
        name,
        taskTemplateId,
        newTaskIfNoActive,
        reopenLastTask,
        bulk,
        coexistence,
        pacing,
        ...config
      } = c.req.valid('json')
      const adapter = adapterOf(provider)
      const parts = partsOfAccount(adapter, config)
      const made: ChannelId[] = []
      const response = await idempotent(
        c,
        deps,
        async (tx, account) => {
          const row = await createChannel(
            tx,
            deps.secrets,
            {
              provider,
              messenger: adapter.messenger,
              name,
              ...parts,
              keys: keysOf(adapter),
              checked: account.checked,
              displayPhone: account.displayPhone,
              secrets: { ...parts.secrets, previousAppSecret: null },
              taskTemplateId: taskTemplateId ?? null,
              newTaskIfNoActive,
              reopenLastTask,
              bulk,
              coexistence: coexistence ?? account.coexistence,
              messagesPerSecond: pacing?.perSecond ?? null,
              createdBy: principal.userId,
              account: account.facts,
            },
            auditActor(principal),
          )
          if (row === 'exists') throw channelExists()
          if (row === 'unknown_template') throw unknownTemplate()
          // Kept for a repetition of the request, so it holds no key.
          const body = channelView(row, webhookAddress(publicUrl, row.id))
          return { status: 201, body, afterCommit: () => void made.push(row.id) }
        },
        {
          prepare: async () => {
            if (await accountIsTaken(db, provider, parts.accountId)) throw channelExists()
            return checkAccount(provider, config)
          },
        },
      )
      // None: the answer is a stored one, and its channel has long been subscribed.
      const [id] = made
      if (!id) return response
      cache.forget()
      const row = await subscribe(id)
      return row ? c.json(await view(c, row), 201) : response
    })
    .openapi(change, async (c) => {
      const id = channelId(c, c.req.valid('param').id)
      const { own, rest } = splitChanges(c.req.valid('json'))
      const { pacing, ...changes } = own
      const before = await loadChannel(db, deps.secrets, id)
      if (!before) throw notFound('This channel')
      const adapter = adapterOf(before.row.provider)
      const given = changedKeys(adapter, rest)
      const { settings, secrets } = partsOfAccount(adapter, given)
      const concernsAccount = Object.keys(given).some((key) => key !== 'verifyToken')
      const account = concernsAccount ? await checkAccount(before.row.provider, { ...before.config, ...given }) : null
      const row = await inTransaction(db, (tx) =>
        changeChannel(
          tx,
          deps.secrets,
          id,
          {
            ...changes,
            settings,
            secrets,
            ...(pacing !== undefined && { messagesPerSecond: pacing?.perSecond ?? null }),
            ...(account && { checked: account.checked, account: account.facts }),
            ...(account?.displayPhone && { displayPhone: account.displayPhone }),
          },
          auditActor(c.get('principal')),
        ),
      )
      if (row === 'unknown_template') throw unknownTemplate()
      cache.forget()
      if (Object.keys(given).length === 0) return c.json(await view(c, found(row)), 200)
      // A new token that the provider takes ends the trouble that the old one had.
      const renewed = tokensOf(adapter).some((key) => secrets[key] !== undefined)
      if (renewed) await reconnect(c, found(row), account?.checked === true)
      return c.json(await view(c, found(await subscribe(id))), 200)
    })
    .openapi(remove, async (c) => {
      const id = channelId(c, c.req.valid('param').id)
      const deleted = await inTransaction(db, (tx) => deleteChannel(tx, id, auditActor(c.get('principal'))))
      cache.forget()
      if (!deleted) throw notFound('This channel')
      return c.body(null, 204)
    })
    .openapi(
      action('disconnect', 'Stop using the account here; it is to be disconnected at the provider as well (M6)'),
      async (c) => {
        const id = channelId(c, c.req.valid('param').id)
        const by = c.get('principal').name
        // What ended at the provider keeps the reason that it was given there.
        if (found(await findChannel(db, id)).state !== 'disconnected') {
          await moveTo(c, id, 'disconnected', `Disconnected by ${by}`)
        }
        const row = await endConnection(deps, id, by)
        cache.forget()
        return c.json(await view(c, found(row)), 200)
      },
    )
    .openapi(action('pause', 'Let outgoing messages wait; incoming ones still arrive'), async (c) => {
      const id = channelId(c, c.req.valid('param').id)
      if (found(await findChannel(db, id)).state === 'disconnected') {
        throw new ApiError(409, 'channel_disconnected', 'The channel is disconnected; resume it first')
      }
      return c.json(await view(c, await moveTo(c, id, 'paused', `Paused by ${c.get('principal').name}`)), 200)
    })
    .openapi(action('resume', 'Use the channel again; what waited for it is sent'), async (c) => {
      const id = channelId(c, c.req.valid('param').id)
      if (found(await findChannel(db, id)).closed) throw tokenMissing()
      const row = await moveTo(c, id, 'connected', null)
      await releaseParked(db, id, deps.eventsStored)
      return c.json(await view(c, row), 200)
    })
}

type OwnChanges = z.output<z.ZodObject<typeof ChannelChangesBody.shape>>
const OWN_CHANGES = Object.keys(ChannelChangesBody.shape)

/** What every channel has, and what its provider must know. */
function splitChanges(changes: z.output<typeof ChannelChangesBody>) {
  const entries = Object.entries(changes)
  const rest = Object.fromEntries(entries.filter(([key]) => !OWN_CHANGES.includes(key)))
  const own = Object.fromEntries(entries.filter(([key]) => OWN_CHANGES.includes(key)))
  return { own: givenKeys(own as OwnChanges), rest }
}

/** @throws ApiError 400 for keys that the provider has not, or that are wrong; the one that names the account stays */
function changedKeys({ account }: ChannelAdapter, given: Record<string, unknown>): Record<string, unknown> {
  const changeable = Object.fromEntries(
    Object.entries(account.keys.shape).flatMap(([key, schema]) =>
      key === account.id || key === account.business ? [] : [[key, withoutDefault(schema).optional()]],
    ),
  )
  const parsed = z.strictObject(changeable).safeParse(given)
  if (!parsed.success) throw invalidRequest(parsed.error, 'json')
  return givenKeys(parsed.data as Record<string, unknown>)
}

const withoutDefault = (schema: z.core.$ZodType): z.ZodType =>
  schema instanceof z.ZodDefault ? (schema.unwrap() as z.ZodType) : (schema as z.ZodType)

const keysOf = ({ account: { id, business, signedWith } }: ChannelAdapter) => ({ id, business, signedWith })

const tokenMissing = () =>
  new ApiError(
    409,
    'access_token_missing',
    'The connection was ended here, and its access token was wiped. Give the channel a new one: that connects it again.',
  )
const channelExists = () => new ApiError(409, 'channel_exists', 'A channel for this account exists already')
const unknownTemplate = () => new ApiError(422, 'unknown_task_template', 'There is no such task template')
