import { OneByOne } from '../webhooks/one-by-one.ts'
import { encodeWebhookBody, signWebhookBody } from '../wire/encoding.ts'
import type { InstagramAccount } from './state.ts'

const PAUSES_MS = [100, 500, 2_000, 5_000, 15_000]

/** Posts signed webhooks, one after the other for each client, until they are answered 200 or nobody answers for long. */
export class InstagramPost {
  readonly #turns: OneByOne

  constructor(log: (message: string, fields?: Record<string, unknown>) => void) {
    this.#turns = new OneByOne({ pausesMs: PAUSES_MS, isDone: (status) => status === 200, log })
  }

  /** @returns once it is delivered or given up; never rejects */
  send(
    { webhookUrl, appSecret, subscribed, accountId }: InstagramAccount,
    igsid: string,
    entry: Record<string, unknown>,
  ): Promise<void> {
    if (webhookUrl === null || !subscribed) return Promise.resolve()
    const body = new Uint8Array(encodeWebhookBody({ object: 'instagram', entry: [{ id: accountId, ...entry }] }))
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signWebhookBody(appSecret, body) }
    return this.#turns.send(igsid, { url: webhookUrl, headers, body })
  }

  stop(): Promise<void> {
    return this.#turns.stop()
  }
}
