import type { Logger } from 'pino'
import { Counter, register } from 'prom-client'
import type { TraceSettings } from './settings.ts'
import { isSampled } from './trace-ids.ts'

/** One thing that a process did. Attributes are ids, codes and counts of ours, never what somebody wrote (P8). */
export interface Span {
  traceId: string
  spanId: string
  /** null: the first of its trace */
  parentId: string | null
  name: string
  kind: 'server' | 'internal' | 'client'
  /** milliseconds since 1970 */
  startedAt: number
  endedAt: number
  /** what went wrong, as a code; null: nothing */
  fault: string | null
  attributes: Record<string, string | number>
}

export interface Tracer {
  /** Takes a span to be sent soon. Never throws, never waits. */
  add(span: Span): void
  /** Sends what is left. */
  stop(): Promise<void>
}

const BATCH = 256
const MOST_KEPT = 4_096
const EVERY_MS = 1_000
const PATIENCE_MS = 5_000
const KINDS = { internal: 1, server: 2, client: 3 } as const

/**
 * Sends spans to a collector by OTLP over HTTP as JSON. A collector that is slow or away costs spans, never work: what
 * does not fit any more is dropped and counted.
 */
export function startTracer(settings: TraceSettings, service: string, log: Pick<Logger, 'warn' | 'info'>): Tracer {
  const dropped = droppedSpans()
  let waiting: Span[] = []
  let sending: Promise<void> | null = null
  let isFailing = false

  const send = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH)
      const isTaken = await post(settings, service, batch)
      if (!isTaken) {
        dropped.inc(batch.length)
        if (!isFailing) log.warn({ spans: batch.length }, 'the collector does not take traces')
        isFailing = true
        return
      }
      if (isFailing) log.info({}, 'the collector takes traces again')
      isFailing = false
    }
  }
  const flush = (): Promise<void> => {
    sending ??= send().finally(() => {
      sending = null
    })
    return sending
  }
  const timer = setInterval(() => void flush(), EVERY_MS)
  timer.unref()
  return {
    add(span) {
      if (!isSampled(span.traceId, settings.ratio)) return
      if (waiting.length >= MOST_KEPT) {
        dropped.inc()
        return
      }
      waiting.push(span)
    },
    async stop() {
      clearInterval(timer)
      await flush()
      await flush()
      waiting = []
    },
  }
}

async function post({ url, headers }: TraceSettings, service: string, spans: readonly Span[]): Promise<boolean> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(exportRequest(service, spans)),
      signal: AbortSignal.timeout(PATIENCE_MS),
      redirect: 'error',
    })
    await answer.body?.cancel()
    return answer.ok
  } catch {
    return false
  }
}

/** ExportTraceServiceRequest in OTLP's JSON encoding: ids in hexadecimal, times in nanoseconds as text. */
const exportRequest = (service: string, spans: readonly Span[]) => ({
  resourceSpans: [
    {
      resource: { attributes: attributes({ 'service.name': service }) },
      scopeSpans: [{ scope: { name: 'parley' }, spans: spans.map(asOtlp) }],
    },
  ],
})

const asOtlp = (span: Span) => ({
  traceId: span.traceId,
  spanId: span.spanId,
  ...(span.parentId !== null && { parentSpanId: span.parentId }),
  name: span.name,
  kind: KINDS[span.kind],
  startTimeUnixNano: nanoseconds(span.startedAt),
  endTimeUnixNano: nanoseconds(Math.max(span.endedAt, span.startedAt)),
  attributes: attributes(span.attributes),
  status: span.fault === null ? { code: 1 } : { code: 2, message: span.fault },
})

const nanoseconds = (ms: number): string => String(BigInt(Math.round(ms * 1_000)) * 1_000n)

const attributes = (values: Record<string, string | number>) =>
  Object.entries(values).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string'
        ? { stringValue: value }
        : Number.isInteger(value)
          ? { intValue: String(value) }
          : { doubleValue: value },
  }))

/** One for the process; it is on no page where nothing is traced. */
function droppedSpans(): Counter {
  const name = 'parley_spans_dropped_total'
  const known = register.getSingleMetric(name)
  return known ? (known as Counter) : new Counter({ name, help: 'Spans that the collector of traces did not take' })
}
