import { createRoute, type z } from '@hono/zod-openapi'
import type { Context } from 'hono'
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
  noteChannelTrouble,
  setChannelState,
} from '../store/channels/channels.ts'
import { type ChannelRow, loadChannel } from '../store/channels/load-channel.ts'
import { releaseParked } from '../store/channels/release-parked.ts'
import { type ChannelState, inTransaction } from '../store/index.ts'
import { checkAccount, directEvents } from './channel-account.ts'
import { Channel, ChannelChangesBody, channelView, NewChannelBody, webhookUrl } from './channel-schemas.ts'
import type { HttpDeps, HttpEnv, Routes } from './context.ts'
import { ApiError, notFound } from './errors.ts'
import { idempotent } from './idempotency.ts'
import { mayUseChannel, requires } from './permissions.ts'
import {
  afterId,
  answer,
  asId,
  givenKeys,
  IdPath,
  jsonBody,
  newRoutes,
  PageQuery,
  pageById,
  pageOf,
  refusals,
} from './routes.ts'
import { syncChannelTemplates } from './template-sync.ts'

const tags = ['Channels']
/** A longer list is left to the next synchronisation (template-sync.ts). */
const SYNC_PATIENCE_MS = 10_000

/** Connected accounts (M2, M21). Secrets go in and never come out. */
export function channelRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database
  const { publicUrl } = deps.config
  const cache = channelCache(deps.database, deps.secrets)
  const view = (row: ChannelRow) => channelView(row, publicUrl)
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
    return row
  }

  /** After the commit, for the provider tries the address at once. What goes wrong is shown, and stops nothing. */
  async function subscribe(id: ChannelId): Promise<ChannelRow | null> {
    const channel = await loadChannel(db, deps.secrets, id)
    if (!channel) return null
    const { row, config, verifyToken } = channel
    const trouble = await directEvents(row.provider, config, webhookUrl(publicUrl, id), verifyToken)
    await inTransaction(db, (tx) => noteChannelTrouble(tx, id, trouble))
    await syncChannelTemplates(deps, id, { kind: 'system', id: null }, AbortSignal.timeout(SYNC_PATIENCE_MS))
    cache.forget()
    return findChannel(db, id)
  }

  return newRoutes()
    .openapi(list, async (c) => {
      const { limit, cursor } = c.req.valid('query')
      const only = c.get('principal').channelIds
      return c.json(
        pageById(await listChannels(db, { after: afterId<ChannelId>(cursor), limit, only }), limit, view),
        200,
      )
    })
    .openapi(get, async (c) => c.json(view(found(await findChannel(db, channelId(c, c.req.valid('param').id)))), 200))
    .openapi(create, async (c) => {
      const principal = c.get('principal')
      if (principal.channelIds !== null) {
        throw new ApiError(403, 'forbidden', 'Only somebody who may use every channel can add one')
      }
      const { provider, name, phoneNumberId, wabaId, accessToken, appSecret, verifyToken, graphUrl, ...options } =
        c.req.valid('json')
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
              name,
              accountId: phoneNumberId,
              businessId: wabaId,
              graphUrl,
              checked: account.checked,
              displayPhone: account.displayPhone,
              secrets: { accessToken, appSecret, previousAppSecret: null, verifyToken },
              taskTemplateId: options.taskTemplateId ?? null,
              newTaskIfNoActive: options.newTaskIfNoActive,
              reopenLastTask: options.reopenLastTask,
              bulk: options.bulk,
              coexistence: options.coexistence ?? account.coexistence,
              messagesPerSecond: options.pacing?.perSecond ?? null,
              createdBy: principal.userId,
            },
            auditActor(principal),
          )
          if (row === 'exists') throw channelExists()
          if (row === 'unknown_template') throw unknownTemplate()
          return { status: 201, body: view(row), afterCommit: () => void made.push(row.id) }
        },
        {
          prepare: async () => {
            if (await accountIsTaken(db, provider, phoneNumberId)) throw channelExists()
            return checkAccount(provider, { phoneNumberId, wabaId, accessToken, appSecret, graphUrl })
          },
        },
      )
      // None: the answer is a stored one, and its channel has long been subscribed.
      const [id] = made
      if (!id) return response
      cache.forget()
      const row = await subscribe(id)
      return row ? c.json(view(row), 201) : response
    })
    .openapi(change, async (c) => {
      const id = channelId(c, c.req.valid('param').id)
      const { pacing, ...changes } = givenKeys(c.req.valid('json'))
      const before = await loadChannel(db, deps.secrets, id)
      if (!before) throw notFound('This channel')
      const concernsAccount = ['accessToken', 'appSecret', 'graphUrl'].some((key) => key in changes)
      const account = concernsAccount
        ? await checkAccount(before.row.provider, { ...before.config, ...pickConfig(changes) })
        : null
      const row = await inTransaction(db, (tx) =>
        changeChannel(
          tx,
          deps.secrets,
          id,
          {
            ...changes,
            ...(pacing !== undefined && { messagesPerSecond: pacing?.perSecond ?? null }),
            ...(account && { checked: account.checked }),
            ...(account?.displayPhone && { displayPhone: account.displayPhone }),
          },
          auditActor(c.get('principal')),
        ),
      )
      if (row === 'unknown_template') throw unknownTemplate()
      cache.forget()
      if (!concernsAccount && !('verifyToken' in changes)) return c.json(view(found(row)), 200)
      return c.json(view(found(await subscribe(id))), 200)
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
        return c.json(view(await moveTo(c, id, 'disconnected', `Disconnected by ${c.get('principal').name}`)), 200)
      },
    )
    .openapi(action('pause', 'Let outgoing messages wait; incoming ones still arrive'), async (c) => {
      const id = channelId(c, c.req.valid('param').id)
      if (found(await findChannel(db, id)).state === 'disconnected') {
        throw new ApiError(409, 'channel_disconnected', 'The channel is disconnected; resume it first')
      }
      return c.json(view(await moveTo(c, id, 'paused', `Paused by ${c.get('principal').name}`)), 200)
    })
    .openapi(action('resume', 'Use the channel again; what waited for it is sent'), async (c) => {
      const id = channelId(c, c.req.valid('param').id)
      const row = await moveTo(c, id, 'connected', null)
      await releaseParked(db, id, deps.eventsStored)
      return c.json(view(row), 200)
    })
}

const pickConfig = (changes: z.output<typeof ChannelChangesBody>) =>
  givenKeys({ accessToken: changes.accessToken, appSecret: changes.appSecret, graphUrl: changes.graphUrl })

const channelExists = () => new ApiError(409, 'channel_exists', 'A channel for this account exists already')
const unknownTemplate = () => new ApiError(422, 'unknown_task_template', 'There is no such task template')
