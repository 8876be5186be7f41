import { createHmac } from 'node:crypto'

/**
 * A webhook body as Meta puts it on the wire (reference §1.2): lower-case `\uXXXX` for everything beyond ASCII, `\/` for `/`.
 * A body that was parsed and written again has other bytes, so only a check over the raw bytes can succeed.
 */
export function encodeWebhookBody(body: unknown): Buffer {
  const json = JSON.stringify(body)
    .replaceAll('/', '\\/')
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return Buffer.from(json, 'ascii')
}

/** Value of `X-Hub-Signature-256`. */
export function signWebhookBody(appSecret: string, body: Uint8Array): string {
  return `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`
}
