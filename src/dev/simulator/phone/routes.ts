import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { streamSSE } from 'hono/streaming'
import { fileResponse } from '../graph/media.ts'
import { MEDIA_BODY_LIMIT, SMALL_BODY_LIMIT } from '../limits.ts'
import { readByClient } from '../reading.ts'
import { Refusal } from '../refusal.ts'
import { parsedBody } from '../request-body.ts'
import { clientKey, type Simulation } from '../simulation.ts'
import { messageRequest } from './arrival.ts'
import { blockBusiness, changeNumber, setPreferences, setProfile } from './client-events.ts'
import { writeAsOwner } from './echo.ts'
import { pageRoutes } from './page/routes.ts'
import {
  blockRequest,
  clientMessage,
  clientProfile,
  echoMessage,
  numberChange,
  preferences,
  readRequest,
} from './request.ts'
import { chatList, messagesOf } from './view.ts'
import { numberFor, writeAsClient } from './write.ts'

/** The client's side: writing, reading, and the page that does it by hand. Mounted at `/phone`. */
export function phoneRoutes(sim: Simulation): Hono {
  const app = new Hono()
  const tooLarge = () => {
    throw new Refusal(413, 'too_large', 'The body is too large.')
  }
  const large = bodyLimit({ maxSize: MEDIA_BODY_LIMIT, onError: tooLarge })

  app.route('/', pageRoutes())
  app.post('/messages', large, async (c) => {
    const { message, upload } = await messageRequest(c, clientMessage)
    return c.json(await writeAsClient(sim, message, upload, `${origin(c)}/graph`), 201)
  })
  app.post('/echo', large, async (c) => {
    const { message, upload } = await messageRequest(c, echoMessage)
    return c.json(await writeAsOwner(sim, message, upload, `${origin(c)}/graph`), 201)
  })
  app.use(bodyLimit({ maxSize: SMALL_BODY_LIMIT, onError: tooLarge }))

  app.get('/messages', (c) => {
    const from = c.req.query('from')
    if (!from) throw new Refusal(400, 'invalid_request', 'from is needed')
    const options = { phoneNumberId: c.req.query('phoneNumberId'), failed: c.req.query('failed') === '1' }
    return c.json({ items: messagesOf(sim, clientKey(from), mount(c), options), next: null })
  })
  app.get('/chats', async (c) => c.json({ items: await chatList(sim), next: null }))
  app.get('/numbers', async (c) => {
    const items = (await sim.accounts.all()).map(({ phoneNumberId, name, displayPhone }) => ({
      phoneNumberId,
      name,
      displayPhone,
    }))
    return c.json({ items, next: null })
  })
  app.post('/read', async (c) => {
    const { from, phoneNumberId, ...options } = await parsedBody(c, readRequest)
    const client = clientKey(from)
    const chats = sim.world
      .chats(client)
      .filter((chat) => phoneNumberId === undefined || chat.phoneNumberId === phoneNumberId)
    let read = 0
    for (const chat of chats) read += await readByClient(sim, chat.phoneNumberId, client, options)
    return c.json({ read })
  })
  app.post('/number-change', async (c) => c.json(await changeNumber(sim, await parsedBody(c, numberChange)), 201))
  app.post('/block', async (c) => {
    blockBusiness(sim, await parsedBody(c, blockRequest))
    return c.json({ success: true })
  })
  app.post('/preferences', async (c) => {
    await setPreferences(sim, await parsedBody(c, preferences))
    return c.json({ success: true })
  })
  app.post('/profile', async (c) => {
    setProfile(sim, await parsedBody(c, clientProfile))
    return c.json({ success: true })
  })
  app.get('/default-number', async (c) => c.json({ phoneNumberId: await numberFor(sim, undefined) }))
  app.get('/media/:id{[0-9]+}', (c) => {
    const media = sim.world.media.get(c.req.param('id'))
    if (!media) throw new Refusal(404, 'not_found', 'There is no such file.')
    const shown = /^(image\/(jpeg|png|webp)|audio\/|video\/)/.test(media.mime)
    const response = fileResponse(sim, media, c.req.header('range'))
    // A client's file is hostile: never a page of this origin.
    response.headers.set('content-disposition', shown ? 'inline' : 'attachment')
    response.headers.set('content-security-policy', "default-src 'none'; sandbox")
    return response
  })
  app.get('/live', (c) => liveChanges(sim, c))
  return app
}

/** One event per change, a few in a second at most; the page asks for the rest itself. */
function liveChanges(sim: Simulation, c: Context): Response {
  return streamSSE(c, async (stream) => {
    let wake = () => {}
    let told = -1
    const stopListening = sim.world.onChange(() => wake())
    const end = () => stream.abort()
    sim.closing.addEventListener('abort', end, { once: true })
    stream.onAbort(() => wake())
    try {
      while (!stream.aborted && !sim.closing.aborted) {
        if (told !== sim.world.version) {
          told = sim.world.version
          await stream.writeSSE({ event: 'changed', data: String(told) })
          await stream.sleep(100)
          continue
        }
        const beat = setTimeout(() => wake(), 15_000)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        clearTimeout(beat)
        if (told === sim.world.version) await stream.write(': still here\n\n')
      }
    } finally {
      stopListening()
      sim.closing.removeEventListener('abort', end)
    }
  })
}

/** `/simulator`, wherever it is mounted. */
const mount = (c: Context): string => c.req.path.slice(0, c.req.path.indexOf('/phone'))

const origin = (c: Context): string => `${new URL(c.req.url).origin}${mount(c)}`
