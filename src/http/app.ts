import { randomUUID } from 'node:crypto'
import type { Hono, MiddlewareHandler } from 'hono'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { secureHeaders } from 'hono/secure-headers'
import { authenticator } from './auth.ts'
import { calendarRoutes } from './calendars.ts'
import { campaignRoutes } from './campaigns.ts'
import { channelConnectionRoutes } from './channel-connection.ts'
import { channelHistoryRoutes } from './channel-history.ts'
import { channelSignupRoutes } from './channel-signup.ts'
import { channelRoutes } from './channels.ts'
import type { HttpDeps, HttpEnv, Routes } from './context.ts'
import { deadLetterRoutes } from './dead-letters.ts'
import { endpointTrialRoutes } from './endpoint-trial.ts'
import { endpointRoutes } from './endpoints.ts'
import { envelope, errorAnswers } from './error-answers.ts'
import { ApiError } from './errors.ts'
import { groupRoutes } from './groups.ts'
import { healthRoutes } from './health.ts'
import { hookRoutes } from './hooks.ts'
import { houseEventRoutes } from './house-events.ts'
import { incomingWebhookRoutes } from './incoming-webhooks.ts'
import { openapiDocument } from './openapi.ts'
import { outgoingWebhookRoutes } from './outgoing-webhooks.ts'
import { quickReplyRoutes } from './quick-replies.ts'
import { readLimited } from './read-limited.ts'
import { requestLog } from './request-log.ts'
import { newRoutes } from './routes.ts'
import { runRoutes } from './runs.ts'
import { scenarioDryRunRoutes } from './scenario-dry-runs.ts'
import { scenarioGalleryRoutes } from './scenario-gallery.ts'
import { scenarioMomentRoutes } from './scenario-moments.ts'
import { scenarioTrialRoutes } from './scenario-trials.ts'
import { scenarioVersionRoutes } from './scenario-versions.ts'
import { scenarioRoutes } from './scenarios.ts'
import { sessionRoutes } from './sessions.ts'
import { settingsRoutes } from './settings.ts'
import { taskTemplateRoutes } from './task-templates.ts'
import { templateSampleRoutes } from './template-samples.ts'
import { templateRoutes } from './templates.ts'
import { tokenRoutes } from './tokens.ts'
import { userRoutes } from './users.ts'

/** Something that server.ts puts beside the routes below: daily work, webhooks, the simulator, the web app. */
export interface Part {
  mount: (app: Routes) => void
  /** Answers whatever path nothing else does (the web app), so it comes after the API's own 404. */
  fallback?: boolean
}

/** Largest body of a request that is no upload; uploads (multipart) have limits of their own where they are read. */
const MAX_BODY_BYTES = 1024 * 1024
/** A campaign's list of recipients comes in one body. */
const MAX_LIST_BYTES = 20 * 1024 * 1024
const LISTS = /^\/api\/campaigns(\/[^/]+)?$/

/**
 * The whole HTTP side of Parley. Everything under `/api` is behind sign-in and the body limit, parts included.
 * @example
 * createApp(deps, [{ mount: (app) => app.route('/api', workRoutes(deps)) }])
 */
export function createApp(deps: HttpDeps, parts: readonly Part[] = []): Routes {
  const app = newRoutes()
  app.onError(errorAnswers(deps.log))
  app.notFound((c) => c.json(envelope('not_found', 'There is nothing at this address'), 404))

  app.use(async (c, next) => {
    c.set('requestId', randomUUID())
    c.header('x-request-id', c.get('requestId'))
    await next()
  })
  app.use(requestLog(deps.log))
  app.use(apiHeaders)
  app.use(
    methodNotAllowed({
      app: onlyExactRoutes(app),
      onMethodNotAllowed: (c, methods) =>
        c.json(envelope('method_not_allowed', `${c.req.method} is not possible here`, { allowed: methods }), 405, {
          allow: methods.join(', '),
        }),
    }),
  )

  // Before the sign-in, so that what it refuses is kept by nobody either.
  app.use('/api/*', async (c, next) => {
    await next()
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store')
  })
  app.use('/api/*', authenticator(deps).middleware)
  app.use('/api/*', async (c, next) => (isUpload(c.req.header('content-type')) ? next() : limitBody(c, next)))

  app.route('/', healthRoutes(deps))
  app.route('/', hookRoutes(deps))
  const settings = [
    sessionRoutes,
    settingsRoutes,
    userRoutes,
    groupRoutes,
    tokenRoutes,
    taskTemplateRoutes,
    calendarRoutes,
    endpointRoutes,
    endpointTrialRoutes,
    templateSampleRoutes,
    templateRoutes,
    quickReplyRoutes,
    campaignRoutes,
    // Before those whose path has an id at this place.
    scenarioGalleryRoutes,
    scenarioMomentRoutes,
    scenarioTrialRoutes,
    scenarioRoutes,
    scenarioDryRunRoutes,
    scenarioVersionRoutes,
    runRoutes,
    houseEventRoutes,
    channelConnectionRoutes,
    channelSignupRoutes,
    channelHistoryRoutes,
    channelRoutes,
    deadLetterRoutes,
    outgoingWebhookRoutes,
    incomingWebhookRoutes,
  ]
  for (const routes of settings) app.route('/api', routes(deps))
  app.get('/api/openapi.json', (c) => c.json(openapiDocument(app, deps.config.publicUrl)))

  for (const part of parts) if (!part.fallback) part.mount(app)
  app.all('/api/*', (c) => c.json(envelope('not_found', 'There is nothing at this address'), 404))
  for (const part of parts) if (part.fallback) part.mount(app)
  return app
}

/** For answers that are data. Pages (the web app, the simulator's phone) set a policy of their own, which then stands. */
const apiHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
  },
  referrerPolicy: 'no-referrer',
  xFrameOptions: 'DENY',
  overwrite: false,
})

const limitBody: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const limit = LISTS.test(c.req.path) ? MAX_LIST_BYTES : MAX_BODY_BYTES
  const declared = Number(c.req.header('content-length') ?? Number.NaN)
  if (declared <= limit || !c.req.raw.body) return next()
  const body = await readLimited(c.req.raw, limit)
  if (!body) throw new ApiError(413, 'body_too_large', `The body is larger than ${limit / 1024 / 1024} MB`)
  c.req.raw = new Request(c.req.raw, { body: new Uint8Array(body) })
  return next()
}

const isUpload = (contentType: string | undefined): boolean => /^multipart\/form-data\b/i.test(contentType ?? '')

/** Patterns with a star answer for whole trees; they do not make every other method a wrong one. */
const onlyExactRoutes = (app: Routes): Hono<HttpEnv> =>
  ({
    get routes() {
      return app.routes.filter((route) => !route.path.includes('*'))
    },
  }) as unknown as Hono<HttpEnv>
