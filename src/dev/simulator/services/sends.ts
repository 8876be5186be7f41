import { randomUUID } from 'node:crypto'
import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import { areFilesThere } from '../delivery-steps.ts'
import { deliver } from './events.ts'
import { isLate, type Play, type ServiceLine, ServiceRefusal } from './service.ts'
import type { ServiceMessage } from './state.ts'

/** A message of the business that was read from a call. */
export const sentMessage = (
  { now }: Play,
  { sender }: ServiceLine,
  client: string,
  said: Partial<Pick<ServiceMessage, 'text' | 'media' | 'choices' | 'template' | 'quoted' | 'key'>>,
): ServiceMessage => ({
  sid: randomUUID(),
  sender,
  client,
  direction: 'to_client',
  author: 'api',
  text: null,
  media: [],
  choices: [],
  template: false,
  quoted: null,
  tapped: null,
  key: null,
  status: 'queued',
  errorCode: null,
  at: now(),
  ...said,
})

/** A JSON body. @throws ServiceRefusal 400 */
export async function jsonOf(c: Context): Promise<Record<string, unknown>> {
  const value: unknown = await c.req.json().catch(() => null)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new ServiceRefusal(400, null, 'the body is no object')
}

/** The number of a chat as calls give it, in digits. @throws ServiceRefusal 400 */
export function clientOf(digits: unknown, code: string | null): string {
  if (typeof digits === 'string' && /^\d{7,15}$/.test(digits)) return `+${digits}`
  throw new ServiceRefusal(400, code, 'no such chat')
}

/**
 * Answers one call that is to send: lets a fault strike, has the call read, and delivers what it says.
 * @param body as it stands in the record of calls
 * @param read what the call says; it refuses by throwing
 * @param taken the answer
 */
export async function answerSend(
  play: Play,
  c: Context,
  body: unknown,
  read: () => Promise<ServiceMessage>,
  taken: (message: ServiceMessage) => Response,
): Promise<Response> {
  const answer = await attempt(play, c, read, taken)
  play.calls.push({ at: play.now(), body, status: answer.status })
  return answer
}

async function attempt(
  play: Play,
  c: Context,
  read: () => Promise<ServiceMessage>,
  taken: (message: ServiceMessage) => Response,
): Promise<Response> {
  const { service, state, faults } = play
  const fault = faults.take()
  if (fault?.kind === 'error') return refusal(play, new ServiceRefusal(fault.status, fault.code, fault.message))
  if (fault?.kind === 'html') {
    return c.html('<!DOCTYPE html><title>Sorry, something went wrong.</title>', fault.status as 502)
  }
  let message: ServiceMessage
  try {
    message = await read()
  } catch (error) {
    if (error instanceof ServiceRefusal) return refusal(play, error)
    throw error
  }
  state.record({ t: 'message', message })
  const known =
    fault?.kind === 'undelivered' ? (fault.code ?? 'failed') : isLate(play, message) ? service.lateCode : null
  void (async () =>
    deliver(play, message.sid, known ?? ((await areFilesThere(message.media)) ? null : service.fileCode)))()
  if (fault?.kind === 'no_answer') {
    const bindings = c.env as Partial<HttpBindings> | undefined
    bindings?.incoming?.socket.destroy()
  }
  return taken(message)
}

/** In the service's own form. */
export const refusal = ({ service }: Play, { status, code, message }: ServiceRefusal): Response =>
  Response.json(service.errorBody(status, code, message), { status })
