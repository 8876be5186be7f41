import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { MEDIA_BODY_LIMIT, SMALL_BODY_LIMIT } from '../limits.ts'
import type { Simulation } from '../simulation.ts'
import { askAppData } from './app-data.ts'
import { beginUpload, takeUpload } from './app-uploads.ts'
import { errorResponse } from './call.ts'
import { GraphError, noSuchObject } from './errors.ts'
import { deleteMedia, downloadMedia, resolveMedia, uploadMedia } from './media.ts'
import { postMessages } from './messages.ts'
import { configureNumber, deregisterNumber, getNumber, getWaba, listNumbers, registerNumber } from './numbers.ts'
import { debugToken, exchangeCode } from './oauth.ts'
import { listSubscriptions, subscribeApp, unsubscribeApp } from './subscriptions.ts'
import { createTemplate, deleteTemplates, editTemplate, getTemplate, listTemplates } from './templates.ts'

const WABA_FIELDS = [
  'account_review_status',
  'business_verification_status',
  'message_template_namespace',
  'timezone_id',
]

/** Meta's paths, with or without a version before them. */
export function graphRoutes(sim: Simulation): Hono {
  const graph = new Hono()
  const tooLarge = () => errorResponse(new GraphError(100, 'The request body is too large.', { status: 413 }))
  const small = bodyLimit({ maxSize: SMALL_BODY_LIMIT, onError: tooLarge })
  const large = bodyLimit({ maxSize: MEDIA_BODY_LIMIT, onError: tooLarge })

  graph.get('/oauth/access_token', (c) => exchangeCode(sim, c))
  graph.get('/debug_token', (c) => debugToken(sim, c))
  graph.get('/attachments/', (c) => downloadMedia(sim, c))

  graph.post('/:app{app|[0-9]+}/uploads', (c) => beginUpload(sim, c))
  graph.post('/:session{upload:[A-Za-z0-9_=-]+}', large, (c) => takeUpload(sim, c, c.req.param('session')))
  graph.post('/:id{[0-9]+}/media', large, (c) => uploadMedia(sim, c, c.req.param('id')))
  graph.use(small)
  graph.post('/:id{[0-9]+}/messages', (c) => postMessages(sim, c, c.req.param('id')))
  graph.post('/:id{[0-9]+}/register', (c) => registerNumber(sim, c, c.req.param('id')))
  graph.post('/:id{[0-9]+}/smb_app_data', (c) => askAppData(sim, c, c.req.param('id')))
  graph.post('/:id{[0-9]+}/deregister', (c) => deregisterNumber(sim, c, c.req.param('id')))
  graph.get('/:id{[0-9]+}/phone_numbers', (c) => listNumbers(sim, c, c.req.param('id')))
  graph.get('/:id{[0-9]+}/message_templates', (c) => listTemplates(sim, c, c.req.param('id')))
  graph.post('/:id{[0-9]+}/message_templates', (c) => createTemplate(sim, c, c.req.param('id')))
  graph.delete('/:id{[0-9]+}/message_templates', (c) => deleteTemplates(sim, c, c.req.param('id')))
  graph.get('/:id{[0-9]+}/subscribed_apps', (c) => listSubscriptions(sim, c, c.req.param('id')))
  graph.post('/:id{[0-9]+}/subscribed_apps', (c) => subscribeApp(sim, c, c.req.param('id')))
  graph.delete('/:id{[0-9]+}/subscribed_apps', (c) => unsubscribeApp(sim, c, c.req.param('id')))

  // One id space: a number, a business account, a template or a file.
  graph.get('/:id{[0-9]+}', async (c) => {
    const id = c.req.param('id')
    const media = sim.world.media.get(id)
    if (media) return resolveMedia(sim, c, media, baseOf(c.req.url))
    const template = sim.world.templates.get(id)
    if (template) return getTemplate(sim, c, template)
    const fields = c.req.query('fields')
    if ((await sim.accounts.byPhone(id)) || sim.world.numbers.has(id)) return getNumber(sim, c, id)
    const asksForWaba = fields?.split(',').some((field) => WABA_FIELDS.includes(field.trim()))
    if ((await sim.accounts.byWaba(id)) || sim.world.wabas.has(id) || asksForWaba) return getWaba(sim, c, id)
    // Only a call that asks a number's fields makes a new number: a file's or template's id never does.
    if (fields !== undefined && c.req.query('phone_number_id') === undefined) return getNumber(sim, c, id)
    return errorResponse(noSuchObject(id))
  })
  graph.post('/:id{[0-9]+}', (c) => {
    const template = sim.world.templates.get(c.req.param('id'))
    return template ? editTemplate(sim, c, template) : configureNumber(sim, c, c.req.param('id'))
  })
  graph.delete('/:id{[0-9]+}', (c) => {
    const media = sim.world.media.get(c.req.param('id'))
    return media ? deleteMedia(sim, c, media) : errorResponse(noSuchObject(c.req.param('id'), 'delete'))
  })

  graph.all('*', (c) => {
    const id = /\/graph\/(?:v\d+\.\d+\/)?(\d+)\//.exec(c.req.path)?.[1]
    if (id) return errorResponse(noSuchObject(id, c.req.method.toLowerCase()))
    const path = c.req.path.replace(/^.*\/graph(\/v\d+\.\d+)?/, '') || '/'
    return errorResponse(new GraphError(2500, path, { title: `Unknown path components: ${path}` }))
  })

  const app = new Hono()
  app.route('/:version{v[0-9]+\\.[0-9]+}', graph)
  app.route('/', graph)
  return app
}

/** `http://host/…/graph`, wherever the simulator is mounted. */
export function baseOf(url: string): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname.slice(0, pathname.indexOf('/graph') + '/graph'.length)}`
}
