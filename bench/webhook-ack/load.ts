import { createHmac } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { APP_SECRET, BUSINESS, type LoadOrder, type LoadResult, NUMBER } from './setting.ts'

/** The load process: signed requests made before the clock runs, then sent over keep-alive connections, one at a time each. */
export function runLoad(): void {
  process.on('message', (order: LoadOrder | 'stop') => {
    if (order === 'stop') setImmediate(() => process.disconnect())
    else void load(order).then((result) => process.send?.(result))
  })
  process.send?.({ ready: true })
}

async function load(order: LoadOrder): Promise<LoadResult> {
  const requests = Array.from({ length: order.requests }, (_, index) => requestFor(order, index))
  const sockets = await Promise.all(Array.from({ length: order.connections }, () => open(order.port)))
  const times: number[] = []
  let failed = 0
  const began = performance.now()
  await Promise.all(
    sockets.map(async (socket) => {
      for (let request = requests.pop(); request; request = requests.pop()) {
        const start = performance.now()
        if (!(await exchange(socket, request))) failed += 1
        times.push(performance.now() - start)
      }
      socket.destroy()
    }),
  )
  const seconds = (performance.now() - began) / 1000
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return { seconds, failed, p50: at(0.5), p99: at(0.99), max: at(1) }
}

/** A text message as Meta sends it; every id and signature its own. */
function requestFor({ path, round, clients }: LoadOrder, index: number): Buffer {
  const from = String(16500000000 + (index % clients))
  const body = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: BUSINESS,
        changes: [
          {
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '15550783881', phone_number_id: NUMBER },
              contacts: [{ profile: { name: 'Sheena Nelson' }, wa_id: from, user_id: `US.${from}` }],
              messages: [
                {
                  from,
                  from_user_id: `US.${from}`,
                  id: `wamid.${round}-${String(index).padStart(40, '0')}`,
                  timestamp: '1760000000',
                  type: 'text',
                  text: { body: 'Does it come in another color? I saw the green one in your shop last week.' },
                },
              ],
            },
            field: 'messages',
          },
        ],
      },
    ],
  })
  const signature = createHmac('sha256', APP_SECRET).update(body).digest('hex')
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `X-Hub-Signature-256: sha256=${signature}\r\n\r\n${body}`,
  )
}

const open = (port: number) =>
  new Promise<Socket>((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket))
    socket.once('error', reject)
  })

/** Sends one request and reads its answer, whose body is `{}` in one piece. @returns whether it was a 200 */
const exchange = (socket: Socket, request: Buffer) =>
  new Promise<boolean>((resolve, reject) => {
    let answer = ''
    const onData = (chunk: Buffer) => {
      answer += chunk.toString('latin1')
      const end = answer.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = Number(/content-length: *(\d+)/i.exec(answer)?.[1] ?? 0)
      if (answer.length < end + 4 + length) return
      socket.off('data', onData)
      socket.off('close', onClose)
      resolve(answer.startsWith('HTTP/1.1 200 '))
    }
    const onClose = () => reject(new Error('the server closed a connection'))
    socket.on('data', onData)
    socket.once('close', onClose)
    socket.write(request)
  })
