import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChannelId } from '../../src/domain/ids.ts'
import { readWatchSettings } from '../../src/observability/settings.ts'
import { isSampled, spanIdOf, traceIdOf } from '../../src/observability/trace-ids.ts'
import { type Span, startTracer, type Tracer } from '../../src/observability/tracer.ts'
import { eventually } from '../kit/eventually.ts'
import { APP_SECRET, openRunningHouse, PHONE_NUMBER_ID, type RunningHouse } from '../kit/running-house.ts'
import { publishDocument } from '../kit/scenarios.ts'
import { type ReceivedSpan, type Receiver, startReceiver } from './otlp-receiver.ts'

const quiet = { warn: () => undefined, info: () => undefined }
const CLIENT = '16505550188'
const NAME = 'Canary Clientname'

describe('one message', () => {
  let receiver: Receiver
  let tracers: { server: Tracer; worker: Tracer }
  let house: RunningHouse
  beforeAll(async () => {
    receiver = await startReceiver()
    const { traces } = readWatchSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url })
    if (!traces) throw new Error('nothing is traced')
    tracers = {
      server: startTracer(traces, 'parley-server', quiet),
      worker: startTracer(traces, 'parley-worker', quiet),
    }
    house = await openRunningHouse({ tracers })
    await publishDocument(
      house,
      `
id: answer
name: Answers
trigger: { event: message.received, when: { field: event.text, contains: canary-question } }
steps: [ { id: say, sendText: { text: 'canary-answer' } } ]
`,
    )
  })
  afterAll(async () => {
    await house.close()
    await Promise.all([tracers.server.stop(), tracers.worker.stop()])
    await receiver.close()
  })

  const attribute = (span: ReceivedSpan, key: string) => {
    const value = span.attributes.find((one) => one.key === key)?.value
    return value?.stringValue ?? value?.intValue
  }
  const one = (spans: readonly ReceivedSpan[], name: string): ReceivedSpan => {
    const found = spans.filter((span) => span.name === name)
    expect([name, found.length]).toEqual([name, 1])
    return found[0] as ReceivedSpan
  }

  it('is one trace from its webhook over the steps to the call that answers it', async () => {
    await house.phone({ from: CLIENT, name: NAME, text: 'canary-question' })
    const spans = await eventually(async () => {
      const [call] = receiver.spans.filter((span) => span.name === 'provider call')
      if (!call) throw new Error('no call yet')
      const trace = receiver.spans.filter((span) => span.traceId === call.traceId)
      one(trace, 'webhook')
      one(trace, 'step message.received')
      one(trace, 'step message.queued')
      return trace
    })
    const webhook = one(spans, 'webhook')
    const received = one(spans, 'step message.received')
    const queued = one(spans, 'step message.queued')
    const call = one(spans, 'provider call')
    expect([webhook.service, received.service, call.service]).toEqual([
      'parley-server',
      'parley-worker',
      'parley-worker',
    ])
    expect(webhook.parentSpanId).toBeUndefined()
    expect(received.parentSpanId).toBe(webhook.spanId)
    expect(queued.parentSpanId).toBe(received.spanId)
    expect(call.parentSpanId).toBe(queued.spanId)
    expect([webhook.kind, received.kind, call.kind]).toEqual([2, 1, 3])
    expect(attribute(call, 'parley.outcome')).toBe('accepted')
    expect(attribute(call, 'parley.provider')).toBe('whatsapp-cloud')
    expect(attribute(received, 'parley.seq')).toBe('1')
    for (const { startTimeUnixNano, endTimeUnixNano, traceId, spanId } of spans) {
      expect(BigInt(endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(startTimeUnixNano))
      expect([traceId, spanId].map((id) => /^[0-9a-f]+$/.test(id) && id.length)).toEqual([32, 16])
    }
    expect(BigInt(call.startTimeUnixNano)).toBeGreaterThan(BigInt(webhook.startTimeUnixNano))
  })

  it('of an employee is a trace of its own, and a refusal stands in it as a code', async () => {
    const { body } = await house.api<{ items: { id: string }[] }>('GET', '/api/tasks?status=all')
    await house.fault({ on: 'messages', kind: 'error', code: 131026, times: 1 })
    const text = 'canary-text-of-an-employee'
    const said = await house.api('POST', `/api/tasks/${body.items[0]?.id}/comments`, {
      text,
      notify: { contact: true },
    })
    expect(said.status).toBe(201)
    const call = await eventually(async () => {
      const calls = receiver.spans.filter((span) => span.name === 'provider call')
      const failed = calls.find((span) => span.status.code === 2)
      if (!failed) throw new Error('no call yet')
      return failed
    })
    expect(call.status.message).toBe('131026')
    const step = await eventually(async () =>
      one(
        receiver.spans.filter(({ traceId }) => traceId === call.traceId),
        'step comment.added',
      ),
    )
    expect([call.parentSpanId, step.parentSpanId]).toEqual([step.spanId, undefined])
  })

  it('leaves no text, name, number or secret with the collector (P8)', async () => {
    await Promise.all([tracers.server.stop(), tracers.worker.stop()])
    const text = receiver.bodies.join('\n')
    expect(text).toContain('provider call')
    const secrets = ['canary', NAME, CLIENT, PHONE_NUMBER_ID, APP_SECRET, 'token-of-the-test', 'wamid']
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
  })
})

describe('the collector', () => {
  const span = (spanId: string, traceId = 'f'.repeat(32)): Span => ({
    traceId,
    spanId,
    parentId: null,
    name: 'x',
    kind: 'internal',
    startedAt: 1_700_000_000_000.25,
    endedAt: 1_700_000_000_001,
    fault: null,
    attributes: { share: 0.5 },
  })

  it('is given what its variables say', async () => {
    const receiver = await startReceiver()
    const { traces } = readWatchSettings({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/here`,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc, x-team = a=b',
    })
    const tracer = startTracer(traces as NonNullable<typeof traces>, 'name', quiet)
    tracer.add(span('a'.repeat(16)))
    await tracer.stop()
    await receiver.close()
    expect(receiver.headers()).toMatchObject({ authorization: 'Bearer abc', 'x-team': 'a=b' })
    expect(receiver.spans).toMatchObject([{ service: 'name', startTimeUnixNano: '1700000000000250000' }])
  })

  it('that is away, or refuses, costs spans and says so once', async () => {
    const receiver = await startReceiver()
    receiver.answer(503)
    const told: string[] = []
    const log = {
      warn: (_: unknown, words: string) => void told.push(words),
      info: (_: unknown, words: string) => void told.push(words),
    }
    const settings = { url: receiver.url, headers: {}, ratio: 1, service: null }
    const tracer = startTracer(settings, 'name', log as never)
    for (let n = 0; n < 10_000; n++) tracer.add(span(String(n).padStart(16, '0')))
    await tracer.stop()
    expect(told).toEqual(['the collector does not take traces'])
    await receiver.close()
    const away = startTracer(settings, 'name', log as never)
    away.add(span('a'.repeat(16)))
    await away.stop()
    expect(told).toHaveLength(2)
  })

  it('is asked for by the standard variables alone', () => {
    expect(readWatchSettings({}).traces).toBeNull()
    expect(readWatchSettings({ OTEL_SERVICE_NAME: 'x', OTEL_TRACES_SAMPLER_ARG: '0.5' }).traces).toBeNull()
    const on = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' }
    expect(readWatchSettings({ ...on, OTEL_SDK_DISABLED: 'true' }).traces).toBeNull()
    expect(readWatchSettings(on).traces).toEqual({
      url: 'http://collector:4318/v1/traces',
      headers: {},
      ratio: 1,
      service: null,
    })
    expect(() => readWatchSettings({ ...on, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toThrow(/http\/json/)
    expect(() => readWatchSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'canary:nowhere' })).toThrow(/^(?!.*canary)/s)
  })
})

describe('ids', () => {
  const origin = fc.record({
    conversation: fc.constant(null),
    channelId: fc.uuid().map((id) => id as ChannelId),
    dedupeKey: fc.string(),
    seq: fc.constant(null),
  })

  it('are the same wherever they are made, and differ otherwise', () => {
    fc.assert(
      fc.property(origin, origin, (a, b) => {
        expect(traceIdOf({ ...a })).toBe(traceIdOf(a))
        const isSame = a.channelId === b.channelId && a.dedupeKey === b.dedupeKey
        expect(traceIdOf(a) === traceIdOf(b)).toBe(isSame)
        expect(spanIdOf(traceIdOf(a), 'x')).not.toBe(spanIdOf(traceIdOf(a), 'y'))
      }),
    )
  })

  it('are kept by their share, the same in every process', () => {
    const ids = Array.from({ length: 10_000 }, (_, n) => spanIdOf('', String(n)).repeat(2))
    expect(ids.filter((id) => isSampled(id, 1))).toHaveLength(ids.length)
    expect(ids.filter((id) => isSampled(id, 0))).toHaveLength(0)
    const kept = ids.filter((id) => isSampled(id, 0.25)).length
    expect(kept).toBeGreaterThan(2_200)
    expect(kept).toBeLessThan(2_800)
  })
})
