import { deliverBySteps } from '../delivery-steps.ts'
import { Refusal } from '../refusal.ts'
import type { EventContext, Play, ServiceLine } from './service.ts'
import type { ServiceMessage, ServiceStatus } from './state.ts'

/** Posts an event to where the line's channel listens, in the client's turn; never rejects. */
export function postEvent({ service, turns }: Play, line: ServiceLine, client: string, event: object): Promise<void> {
  const isBearer = service.proof === 'bearer'
  const headers = {
    'content-type': 'application/json',
    ...(isBearer ? { authorization: `Bearer ${line.webhookKey}` } : {}),
  }
  const body = new Uint8Array(Buffer.from(JSON.stringify(event)))
  return turns.send(`${line.sender} ${client}`, { url: eventsUrl(isBearer, line), headers, body })
}

/** The public address may be none that this machine can reach: whatever was set, events go where the channel is here. */
export const eventsUrl = (isBearer: boolean, { webhookUrl, webhookKey }: ServiceLine): string =>
  isBearer ? webhookUrl : `${webhookUrl}?key=${encodeURIComponent(webhookKey)}`

export const contextOf = ({ state }: Play, { client, quoted }: ServiceMessage): EventContext => ({
  name: state.clients.get(client) ?? client,
  quoted: quoted === null ? null : (state.messages.get(quoted) ?? null),
})

export async function lineOf(play: Play, sender: string): Promise<ServiceLine | null> {
  return (await play.lines()).find((line) => line.sender === sender) ?? null
}

/** @param sender the account at the service; absent: the first one. @throws Refusal 409 where no channel points here */
export async function lineNamed({ service, lines }: Play, sender: string | undefined): Promise<ServiceLine> {
  const all = await lines()
  const line = sender === undefined ? all[0] : all.find((one) => one.sender === sender)
  if (!line) throw new Refusal(409, 'no_sender', `No such channel of ${service.title} points here yet.`)
  return line
}

/** Writes down how far a message has come, and tells it. */
export async function report(
  play: Play,
  sid: string,
  status: ServiceStatus,
  errorCode: string | null = null,
): Promise<void> {
  const before = play.state.messages.get(sid)
  if (!before) return
  const message = { ...before, status, errorCode }
  play.state.record({ t: 'message', message })
  const line = await lineOf(play, message.sender)
  if (line) await postEvent(play, line, message.client, play.service.reported(line, message, play.now()))
}

/** Tells of a message of the business that stands in its phone. */
export async function echo(play: Play, sid: string): Promise<void> {
  const message = play.state.messages.get(sid)
  const line = message && (await lineOf(play, message.sender))
  const event = line && play.service.echoed?.(line, message, contextOf(play, message))
  if (event) await postEvent(play, line, message.client, event)
}

/** A message that was taken becomes sent and delivered, or neither. @param errorCode null: it arrives */
export const deliver = (play: Play, sid: string, errorCode: string | null): Promise<void> =>
  deliverBySteps(play.closing, {
    isSent: () => play.state.messages.get(sid)?.status === 'sent',
    async report(status) {
      if (status === 'sent' && play.service.echoesCalls) await echo(play, sid)
      await report(play, sid, status)
    },
    fail: errorCode === null ? null : () => report(play, sid, 'undelivered', errorCode),
  })
