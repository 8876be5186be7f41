import { createHmac, randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'
import { APP_SECRET, PHONE_NUMBER_ID } from './house.ts'

/** A signed webhook with one text message, as Meta sends it. */
export interface SignedBody {
  body: Buffer
  signature: string
}

export function textMessage(from: string, text: string, appSecret = APP_SECRET): SignedBody {
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550783881', phone_number_id: PHONE_NUMBER_ID },
    contacts: [{ profile: { name: `Client ${from}` }, wa_id: from }],
    messages: [
      {
        from,
        id: `wamid.${randomBytes(24).toString('base64')}`,
        timestamp: String(Math.floor(Date.now() / 1000)),
        type: 'text',
        text: { body: text },
      },
    ],
  }
  const body = Buffer.from(
    JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [{ id: '102290129340398', changes: [{ field: 'messages', value }] }],
    }),
  )
  return { body, signature: `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}` }
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

/** @returns the status */
export function post(url: string, { body, signature }: SignedBody): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/json',
          'content-length': body.length,
          'x-hub-signature-256': signature,
        },
      },
      (response) => {
        response.resume()
        response.once('end', () => resolve(response.statusCode ?? 0))
      },
    )
    call.once('error', (error) => {
      // The server may close a connection that rested in the very moment in which it is used again.
      if (call.reusedSocket) resolve(post(url, { body, signature }))
      else reject(error)
    })
    call.end(body)
  })
}

/** Runs the jobs with so many callers at once. */
export async function withCallers<T>(
  callers: number,
  jobs: readonly T[],
  work: (job: T) => Promise<void>,
): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (let job = jobs[next++]; job !== undefined; job = jobs[next++]) await work(job)
    }),
  )
}
