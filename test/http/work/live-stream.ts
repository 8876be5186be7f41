import { expect } from 'vitest'
import { eventually } from '../../kit/eventually.ts'
import type { Api } from '../api.ts'

export interface Received {
  event: string | null
  id: string | null
  data: Record<string, unknown> | null
}

/** A browser's EventSource, as far as the tests need one. */
export class LiveStream {
  readonly events: Received[] = []
  lastId: string | null = null
  ended = false
  readonly status: number
  #reader: ReadableStreamDefaultReader<Uint8Array>

  constructor(response: Response) {
    this.status = response.status
    if (!response.body) throw new Error('a stream was expected')
    this.#reader = response.body.getReader()
  }

  /** Reads on until the end. */
  async read(): Promise<void> {
    let text = ''
    for (;;) {
      const { done, value } = await this.#reader.read()
      if (done) break
      text += Buffer.from(value).toString('utf8')
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) this.#take(block)
    }
    this.ended = true
  }

  #take(block: string): void {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? null
    const data = field('data')
    this.lastId = field('id') ?? this.lastId
    if (data !== null) this.events.push({ event: field('event'), id: field('id'), data: JSON.parse(data) })
  }

  async close(): Promise<void> {
    await this.#reader.cancel()
  }

  tasks(): unknown[] {
    return this.events.flatMap(({ event, data }) => (event === 'task' ? [data?.taskId] : []))
  }

  /** The data of all events of a name. */
  of(name: string): unknown[] {
    return this.events.flatMap(({ event, data }) => (event === name ? [data] : []))
  }
}

export interface Viewer {
  cookie?: string
  token?: string
}

/** `GET /api/live`, open and in its place, unless it is not to be read yet. */
export async function openLiveStream(
  app: Api['app'],
  who: Viewer,
  {
    lastEventId,
    sinceMs,
    reading = true,
  }: { lastEventId?: string | undefined; sinceMs?: string | number; reading?: boolean } = {},
): Promise<LiveStream> {
  const response = await app.request(sinceMs === undefined ? '/api/live' : `/api/live?sinceMs=${sinceMs}`, {
    headers: {
      ...(who.cookie ? { cookie: who.cookie } : {}),
      ...(who.token ? { authorization: `Bearer ${who.token}` } : {}),
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
  })
  const stream = new LiveStream(response)
  if (reading) {
    void stream.read()
    await eventually(async () => expect(stream.lastId).not.toBeNull())
  }
  return stream
}
