import { z } from 'zod'

/** How a process is watched; everything is off unless it is asked for. */
export interface WatchSettings {
  /** port of a worker's `/metrics` on 127.0.0.1 */
  metricsPort: number | null
  /** port of the workflow engine's own metrics in a worker, on 127.0.0.1 */
  temporalMetricsPort: number | null
  /** null: nothing is traced */
  traces: TraceSettings | null
}

/** Where traces go: the standard variables of OpenTelemetry. */
export interface TraceSettings {
  /** of the collector's traces, with its path */
  url: string
  headers: Record<string, string>
  /** the share of traces that is kept, from 0 to 1 */
  ratio: number
  /** null: parley-server, parley-worker */
  service: string | null
}

const port = z.coerce.number().int().min(1).max(65_535).optional()
const address = z.url({ protocol: /^https?$/ }).optional()
const JSON_ONLY = 'only http/json is spoken here; collectors take it on the same port as http/protobuf (4318)'
const schema = z.object({
  PARLEY_METRICS_PORT: port,
  PARLEY_TEMPORAL_METRICS_PORT: port,
  OTEL_SDK_DISABLED: z.string().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: address,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: address,
  OTEL_EXPORTER_OTLP_PROTOCOL: z.literal('http/json', JSON_ONLY).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().optional(),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  OTEL_SERVICE_NAME: z.string().optional(),
})

/**
 * Read once by worker.ts and server.ts, as src/config.ts is.
 * @throws one error that names every wrong variable, never its value
 */
export function readWatchSettings(environment: NodeJS.ProcessEnv): WatchSettings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = schema.safeParse(given)
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`The environment is not right:\n${lines.join('\n')}`)
  }
  const env = parsed.data
  return {
    metricsPort: env.PARLEY_METRICS_PORT ?? null,
    temporalMetricsPort: env.PARLEY_TEMPORAL_METRICS_PORT ?? null,
    traces: readTraces(env),
  }
}

function readTraces(env: z.infer<typeof schema>): TraceSettings | null {
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT
  const url = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? (base && `${base.replace(/\/+$/, '')}/v1/traces`)
  if (!url || env.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return null
  return {
    url,
    headers: readHeaders(env.OTEL_EXPORTER_OTLP_HEADERS ?? ''),
    ratio: env.OTEL_TRACES_SAMPLER_ARG,
    service: env.OTEL_SERVICE_NAME ?? null,
  }
}

/** `key=value,key=value`, values percent-encoded, as OpenTelemetry writes them. */
function readHeaders(text: string): Record<string, string> {
  const pairs = text.split(',').flatMap((pair) => {
    const [key = '', ...value] = pair.split('=')
    return key.trim() ? [[key.trim(), decode(value.join('=').trim())] as const] : []
  })
  return Object.fromEntries(pairs)
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
