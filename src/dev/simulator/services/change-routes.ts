import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { z } from 'zod'
import { clientPhone } from '../client-phone.ts'
import { Refusal } from '../refusal.ts'
import { parsedBody } from '../request-body.ts'
import { contextOf, lineNamed, postEvent } from './events.ts'
import type { ClientChange, Play } from './service.ts'
import type { ServiceMessage } from './state.ts'

const who = { from: clientPhone, to: z.string().min(1).max(200).optional() }
const clientChange = z
  .strictObject({
    ...who,
    edit: z.strictObject({ sid: z.string(), text: z.string().min(1).max(4096) }).optional(),
    unsend: z.strictObject({ sid: z.string() }).optional(),
    /** `emoji` null takes it back */
    reaction: z.strictObject({ sid: z.string(), emoji: z.string().max(100).nullable() }).optional(),
  })
  .refine(({ edit, unsend, reaction }) => edit ?? unsend ?? reaction, 'one of edit, unsend, reaction is needed')

/** What happens to messages that are there, and to the account: as far as the service that is played tells of it. */
export function serviceChangeRoutes(play: Play): Hono {
  const { service, state, now } = play
  const app = new Hono()
  app.post('/changes', async (c) => {
    const { from, to, edit, unsend, reaction } = await parsedBody(c, clientChange)
    const line = await lineNamed(play, to)
    const sid = edit?.sid ?? unsend?.sid ?? reaction?.sid ?? ''
    const message = state.messages.get(sid)
    const isTheirs = message?.client === from && message.sender === line.sender
    // Anybody's message can be reacted to; only a client's own can be changed by them.
    if (!isTheirs || (!reaction && message.author !== 'client')) {
      throw new Refusal(404, 'not_found', 'There is no such message.')
    }
    const changed: ServiceMessage = edit
      ? { ...message, text: edit.text }
      : unsend
        ? { ...message, text: null, media: [] }
        : message
    const change: ClientChange = {
      id: randomUUID(),
      at: now(),
      message: changed,
      ...(edit ? { what: 'edit' } : unsend ? { what: 'unsend' } : { what: 'reaction', emoji: reaction?.emoji ?? null }),
    }
    const event = service.changed(line, change, contextOf(play, message))
    if (event === null) throw new Refusal(404, 'not_offered', `${service.title} does not tell of it.`)
    if (changed !== message) state.record({ t: 'message', message: changed })
    void postEvent(play, line, from, event)
    return c.json({ ok: true }, 202)
  })
  app.post('/state', async (c) => {
    const form = z.strictObject({ to: who.to, state: z.string().min(1).max(60) })
    const { to, state: word } = await parsedBody(c, form)
    const line = await lineNamed(play, to)
    const event = service.stateChanged?.(line, word, now())
    if (!event) throw new Refusal(404, 'not_offered', `${service.title} does not tell of it.`)
    void postEvent(play, line, '', event)
    return c.json({ ok: true }, 202)
  })
  return app
}
