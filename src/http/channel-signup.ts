import { randomBytes } from 'node:crypto'
import { createRoute, z } from '@hono/zod-openapi'
import { partsOfAccount } from '../channels/account-parts.ts'
import { webhookAddress } from '../channels/webhook-address.ts'
import { type SignedUp, type SignupOutcome, signUp } from '../channels/whatsapp-cloud/signup.ts'
import type { ApiErrorCode } from '../domain/api-error-codes.ts'
import type { ChannelId } from '../domain/ids.ts'
import { providerErrorRule } from '../domain/provider-errors.ts'
import { auditActor } from '../store/actor.ts'
import { channelCache } from '../store/channels/channel-cache.ts'
import {
  accountIsTaken,
  businessBelongsElsewhere,
  createChannel,
  findChannel,
  setChannelState,
} from '../store/channels/channels.ts'
import { inTransaction } from '../store/index.ts'
import { adapterOf, checkAccount } from './channel-account.ts'
import { registerAgain } from './channel-ending.ts'
import { Channel, channelView } from './channel-schemas.ts'
import type { HttpDeps, Routes } from './context.ts'
import { directChannel } from './direct-channel.ts'
import { ApiError } from './errors.ts'
import { idempotent } from './idempotency.ts'
import { requires, requiresEverywhere } from './permissions.ts'
import { answer, jsonBody, newRoutes, refusals } from './routes.ts'

const PROVIDER = 'whatsapp-cloud'
/** The code lives 30 seconds, and a part of them has passed in the browser. */
const PATIENCE_MS = 20_000

const Offer = z
  .object({
    available: z.boolean(),
    appId: z.string().nullable(),
    configId: z.string().nullable().openapi({ description: 'of Facebook Login for Business' }),
    dialogUrl: z.string().nullable().openapi({ description: "Where Meta's dialogue is" }),
    redirectUri: z.string().nullable().openapi({ description: 'Where it sends the browser back to, with the code' }),
  })
  .openapi('ChannelSignupOffer')
const GraphId = z.string().regex(/^\d{5,30}$/, 'must be an id as Meta shows it')
const Body = z
  .strictObject({
    code: z
      .string()
      .regex(/^[\x21-\x7e]{1,2000}$/, 'must be the code that Meta gave')
      .openapi({ description: 'lives 30 seconds' }),
    wabaId: GraphId.optional(),
    phoneNumberId: GraphId.optional(),
    redirected: z
      .boolean()
      .optional()
      .openapi({ description: 'The code came to `redirectUri`; absent: the dialogue gave it to its script' }),
    name: z.string().trim().min(1).max(200),
    coexistence: z.boolean().optional().openapi({ description: 'absent: as Meta says' }),
  })
  .openapi('ChannelSignup')

const offer = createRoute({
  method: 'get',
  path: '/channels/signup',
  tags: ['Channels'],
  middleware: requires('channels.manage'),
  summary: "Whether accounts can be connected by Meta's Embedded Signup, and with what",
  responses: { 200: answer('What a page needs that shows it', Offer), ...refusals(401, 403) },
})
const take = createRoute({
  method: 'post',
  path: '/channels/signup',
  tags: ['Channels'],
  middleware: requiresEverywhere('channels.manage'),
  summary: 'Connect the account of an Embedded Signup: what the browser says is asked of Meta again with the new token',
  request: jsonBody(Body),
  responses: { 201: answer('The channel', Channel), ...refusals(400, 401, 403, 409, 413, 415, 422, 503) },
})

/** Accounts that their owners connect by themselves, through an app of this installation's (M2, M4). */
export function channelSignupRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database
  const { publicUrl, signup: app } = deps.config
  const returnAddress = `${publicUrl}/channels/signup`
  return newRoutes()
    .openapi(offer, (c) => {
      const { appId = null, configId = null, dialogUrl = null } = app ?? {}
      return c.json({ available: app !== null, appId, configId, dialogUrl, redirectUri: app && returnAddress }, 200)
    })
    .openapi(take, async (c) => {
      if (app === null) {
        const words =
          'This installation has no app of Meta for it: set META_APP_ID, META_APP_SECRET and META_SIGNUP_CONFIG_ID'
        throw new ApiError(409, 'signup_unavailable', words)
      }
      const principal = c.get('principal')
      const { code, wabaId, phoneNumberId, redirected, name, coexistence } = c.req.valid('json')
      const made: ChannelId[] = []
      const response = await idempotent(
        c,
        deps,
        async (tx, { signed, account }) => {
          const adapter = adapterOf(PROVIDER)
          const { onPhoneApp, ...ids } = signed
          const { appSecret, graphUrl } = app
          const verifyToken = randomBytes(24).toString('base64url')
          const parts = partsOfAccount(adapter, { ...ids, appSecret, graphUrl, verifyToken })
          const row = await createChannel(
            tx,
            deps.secrets,
            {
              provider: PROVIDER,
              messenger: adapter.messenger,
              name,
              ...parts,
              keys: adapter.account,
              checked: account.checked,
              displayPhone: account.displayPhone,
              secrets: { ...parts.secrets, previousAppSecret: null },
              taskTemplateId: null,
              newTaskIfNoActive: true,
              reopenLastTask: true,
              bulk: {},
              coexistence: coexistence ?? (account.coexistence || onPhoneApp),
              messagesPerSecond: null,
              createdBy: principal.userId,
              account: account.facts,
            },
            auditActor(principal),
          )
          if (row === 'exists') throw exists()
          if (row === 'unknown_template') throw new Error('a fresh channel has the default template')
          const body = channelView(row, webhookAddress(publicUrl, row.id))
          return { status: 201, body, afterCommit: () => void made.push(row.id) }
        },
        {
          prepare: async () => {
            const redirectUri = redirected ? returnAddress : null
            const given = { code, wabaId: wabaId ?? null, phoneNumberId: phoneNumberId ?? null, redirectUri }
            const isTaken = (number: string) => accountIsTaken(db, PROVIDER, number)
            const outcome = await signUp(app, given, isTaken, AbortSignal.timeout(PATIENCE_MS))
            if (!outcome.ok) throw refused(outcome)
            const signed: SignedUp = outcome.account
            if (await isTaken(signed.phoneNumberId)) throw exists()
            if (await businessBelongsElsewhere(db, PROVIDER, signed.wabaId, app.appSecret)) {
              const words = 'Another channel uses this business account through another app: connect the number there'
              throw new ApiError(409, 'account_of_another_app', words)
            }
            const account = await checkAccount(PROVIDER, {
              ...signed,
              appSecret: app.appSecret,
              graphUrl: app.graphUrl,
            })
            return { signed, account }
          },
        },
      )
      const [id] = made
      if (!id) return response
      const row = await takeIntoUse(id)
      return row ? c.json(channelView(row, webhookAddress(publicUrl, id)), 201) : response
    })

  /** Events first, then the number (reference §10.2, steps 3 to 5). A number of the phone app is registered there. */
  async function takeIntoUse(id: ChannelId) {
    const row = await directChannel(deps, id)
    if (!row || row.coexistence) return row
    const trouble = await registerAgain(deps, id)
    channelCache(deps.database, deps.secrets).forget()
    if (trouble === null) return findChannel(db, id)
    return inTransaction(db, (tx) => setChannelState(tx, id, 'needs_attention', trouble, { kind: 'system', id: null }))
  }
}

const exists = () => new ApiError(409, 'channel_exists', 'A channel for this account exists already')

const REFUSED: Record<
  Exclude<SignupOutcome, { ok: true }>['why'],
  [status: 422 | 503, code: ApiErrorCode, words: string]
> = {
  code: [
    422,
    'signup_code_refused',
    'Meta does not take the code. It lives 30 seconds and can be used once: sign up again.',
  ],
  app: [422, 'signup_of_another_app', 'The sign-up was not for the app of this installation.'],
  account: [
    422,
    'signup_account_unclear',
    'The sign-up shares no such business account, or more than one: say which (`wabaId`).',
  ],
  number: [
    422,
    'signup_number_unclear',
    'The business account has no such number, or more than one: say which (`phoneNumberId`).',
  ],
  away: [503, 'provider_unavailable', 'Meta cannot be asked at the moment: sign up again in a while.'],
}

function refused({ why, failure }: Exclude<SignupOutcome, { ok: true }>): ApiError {
  const [status, code, words] = REFUSED[why]
  const reason = failure && why !== 'away' ? ` ${providerErrorRule(failure.code).words.en}` : ''
  return new ApiError(status, code, words + reason, failure ? { providerCode: failure.code } : {})
}
