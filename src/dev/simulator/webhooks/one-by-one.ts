/** One call of a webhook. */
export interface WebhookCall {
  url: string
  headers: Record<string, string>
  body: Uint8Array<ArrayBuffer>
}

export interface OneByOneOptions {
  /** milliseconds before the second try, the third, …; after the last the call is given up */
  pausesMs: readonly number[]
  /** @param status null: nobody answered */
  isDone(status: number | null): boolean
  log: (message: string, fields?: Record<string, unknown>) => void
}

const ANSWER_WITHIN_MS = 10_000

/** Calls webhooks, one after the other for each client, as often as the provider that is played would. */
export class OneByOne {
  readonly #closing = new AbortController()
  readonly #chains = new Map<string, Promise<void>>()
  readonly #options: OneByOneOptions

  constructor(options: OneByOneOptions) {
    this.#options = options
  }

  /**
   * @param client whose turn it is
   * @returns once it is delivered or given up; never rejects
   */
  send(client: string, call: WebhookCall): Promise<void> {
    const before = this.#chains.get(client) ?? Promise.resolve()
    const turn = before.then(() => this.#deliver(call))
    this.#chains.set(client, turn)
    return turn
  }

  async stop(): Promise<void> {
    this.#closing.abort()
    await Promise.allSettled(this.#chains.values())
  }

  async #deliver(call: WebhookCall): Promise<void> {
    for (const pause of [0, ...this.#options.pausesMs]) {
      if (this.#closing.signal.aborted) return
      if (pause > 0) await this.#rest(pause)
      if (this.#options.isDone(await this.#try(call))) return
    }
    this.#options.log('simulator: a webhook was given up', { url: call.url })
  }

  async #try({ url, headers, body }: WebhookCall): Promise<number | null> {
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers,
        body,
        redirect: 'manual',
        signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      })
      await answer.arrayBuffer()
      return answer.status
    } catch {
      return null
    }
  }

  #rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#closing.signal.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    })
  }
}
