import { createHmac } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'

/** A webhook of Meta's with one text message, as the bytes of its request over a connection that is kept. */
export interface TextWebhook {
  path: string
  appSecret: string
  phoneNumberId: string
  from: string
  id: string
  text: string
}

export function textWebhook({ path, appSecret, phoneNumberId, from, id, text }: TextWebhook): Buffer {
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550783881', phone_number_id: phoneNumberId },
    contacts: [{ profile: { name: `Client ${from}` }, wa_id: from }],
    messages: [{ from, id, timestamp: String(Math.floor(Date.now() / 1000)), type: 'text', text: { body: text } }],
  }
  const body = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: '102290129340398', changes: [{ field: 'messages', value }] }],
  })
  const signature = createHmac('sha256', appSecret).update(body).digest('hex')
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: flood\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `X-Hub-Signature-256: sha256=${signature}\r\n\r\n${body}`,
  )
}

export interface Answer {
  /** null: the connection broke before an answer */
  status: number | null
  /** milliseconds since the flood began */
  at: number
}

/** Connections of a flood, opened before it: whatever is then written reaches the server in one moment. */
export interface Flood {
  /**
   * Sends all of them, as many at once as there are connections.
   * @param onAnswer is told of each answer as it comes
   * @returns the answers, in the order of the requests
   */
  send(requests: readonly Buffer[], onAnswer?: (answer: Answer) => void): Promise<Answer[]>
  close(): void
}

/** So many connections are opened at once: more than listen() keeps waiting would be refused. */
const OPENED_AT_ONCE = 200

export async function openFlood(port: number, connections: number): Promise<Flood> {
  const sockets: Socket[] = []
  /** A server closes connections that rest: those are opened again before anything is written. */
  const openAll = async () => {
    const closed = Array.from({ length: connections }, (_, place) => place).filter(
      (place) => sockets[place]?.destroyed !== false,
    )
    for (let from = 0; from < closed.length; from += OPENED_AT_ONCE) {
      const opened = closed.slice(from, from + OPENED_AT_ONCE).map(async (place) => {
        sockets[place] = await open(port)
      })
      await Promise.all(opened)
    }
    return closed
  }
  const exchangeAt = async (place: number, request: Buffer) => {
    if (sockets[place]?.destroyed !== false) sockets[place] = await open(port)
    return exchange(sockets[place] as Socket, request)
  }
  await openAll()
  return {
    async send(requests, onAnswer) {
      const rested = new Set(sockets.keys())
      for (const place of await openAll()) rested.delete(place)
      const answers: Answer[] = []
      let next = 0
      const began = performance.now()
      const through = async (place: number) => {
        for (let n = next++; n < requests.length; n = next++) {
          let status = await exchangeAt(place, requests[n] as Buffer)
          // The server closed a connection that rested in the very moment in which it was used again: as every client
          // over kept connections does, it is sent again.
          if (status === null && rested.delete(place)) status = await exchangeAt(place, requests[n] as Buffer)
          rested.delete(place)
          const answer = { status, at: performance.now() - began }
          answers[n] = answer
          onAnswer?.(answer)
        }
      }
      await Promise.all(sockets.map((_, place) => through(place)))
      return answers
    },
    close() {
      for (const socket of sockets) socket.destroy()
    },
  }
}

const open = (port: number) =>
  new Promise<Socket>((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => {
      socket.off('error', reject)
      socket.on('error', () => undefined)
      resolve(socket)
    })
    socket.once('error', reject)
  })

/** Sends one request and reads its answer. @returns the status; null where the connection broke */
export const exchange = (socket: Socket, request: Buffer): Promise<number | null> =>
  new Promise((resolve) => {
    let answer = ''
    const end = (status: number | null) => {
      socket.off('data', onData)
      socket.off('close', onClose)
      resolve(status)
    }
    const onData = (chunk: Buffer) => {
      answer += chunk.toString('latin1')
      const head = answer.indexOf('\r\n\r\n')
      if (head < 0) return
      const length = Number(/content-length: *(\d+)/i.exec(answer)?.[1] ?? 0)
      if (answer.length < head + 4 + length) return
      if (/^connection: *close/im.test(answer.slice(0, head))) socket.destroy()
      end(Number(answer.slice('HTTP/1.1 '.length, 'HTTP/1.1 '.length + 3)))
    }
    const onClose = () => end(null)
    socket.on('data', onData)
    socket.once('close', onClose)
    if (socket.destroyed) end(null)
    else socket.write(request)
  })

/** The most that a process held in memory at once, in MB, since it began or since `forgetMost` (proc(5)). */
export function mostMemory(pid: number): number {
  return kilobytes(pid, 'VmHWM') / 1024
}

/** What a process holds in memory now, in MB. */
export const memoryNow = (pid: number): number => kilobytes(pid, 'VmRSS') / 1024

/** `mostMemory` begins anew. */
export function forgetMost(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

function kilobytes(pid: number, name: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? Number.NaN)
}
