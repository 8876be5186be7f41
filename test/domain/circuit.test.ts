import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  admit,
  afterCall,
  type Circuit,
  CLOSED,
  ENDPOINT_RULE,
  PROVIDER_RULE,
  withoutTrial,
} from '../../src/domain/circuit.ts'

const NOW = 1_700_000_000_000
const TRIAL_MS = 20_000
const run = (results: readonly boolean[], { from = CLOSED, everyMs = 1_000 } = {}): Circuit =>
  results.reduce<Circuit>((circuit, ok, index) => afterCall(circuit, { ok, trial: false }, NOW + index * everyMs), from)
const times = (count: number, ok: boolean) => Array<boolean>(count).fill(ok)

describe('a circuit', () => {
  it.each([
    ['nothing', [], 'closed'],
    ['four failures in a row', times(4, false), 'closed'],
    ['five failures in a row', times(5, false), 'open'],
    ['four, a success, four', [...times(4, false), true, ...times(4, false)], 'closed'],
    ['every second call of 18', times(18, false).map((_, n) => n % 2 === 0), 'closed'],
    ['every second call of 20', times(20, false).map((_, n) => n % 2 === 0), 'open'],
    ['every third call of 60', times(60, false).map((_, n) => n % 3 !== 0), 'closed'],
  ])('after %s', (_, results, state) => {
    expect(run(results).state).toBe(state)
  })

  it('counts the share of a minute alone', () => {
    expect(
      run(
        times(30, false).map((_, n) => n % 2 === 0),
        { everyMs: 5_000 },
      ).state,
    ).toBe('closed')
  })

  it('stays open for its time, then lets one call through', () => {
    const open = run(times(5, false), { everyMs: 0 })
    expect(open.until).toBe(NOW + ENDPOINT_RULE.firstMs)
    expect(admit(open, NOW, TRIAL_MS)).toEqual({ now: 'wait', ms: ENDPOINT_RULE.firstMs })
    expect(admit(open, open.until - 1, TRIAL_MS)).toEqual({ now: 'wait', ms: 1 })
    const trial = admit(open, open.until, TRIAL_MS)
    expect(trial).toMatchObject({ now: 'trial', circuit: { state: 'half_open' } })
    if (trial.now !== 'trial') return
    expect(admit(trial.circuit, open.until + 1, TRIAL_MS)).toEqual({ now: 'wait', ms: TRIAL_MS - 1 })
    // The worker of that trial is gone: another one is made.
    expect(admit(trial.circuit, open.until + TRIAL_MS, TRIAL_MS).now).toBe('trial')
    expect(afterCall(trial.circuit, { ok: true, trial: true }, open.until + 2)).toEqual(CLOSED)
    const again = afterCall(trial.circuit, { ok: false, trial: true }, open.until + 2)
    expect(again).toMatchObject({ state: 'open', opened: 2, until: open.until + 2 + 2 * ENDPOINT_RULE.firstMs })
  })

  it('is moved by nothing but its trial while it is not closed', () => {
    const open = run(times(5, false))
    const trial = admit(open, open.until, TRIAL_MS)
    if (trial.now !== 'trial') throw new Error('no trial')
    for (const ok of [true, false]) {
      expect(afterCall(open, { ok, trial: false }, open.until)).toBe(open)
      // a trial of before, which ends after another one has opened it again
      expect(afterCall(open, { ok, trial: true }, open.until)).toBe(open)
      expect(afterCall(trial.circuit, { ok, trial: false }, open.until)).toBe(trial.circuit)
    }
  })

  it('gives a trial back that was not made', () => {
    const open = run(times(5, false))
    const trial = admit(open, open.until, TRIAL_MS)
    if (trial.now !== 'trial') throw new Error('no trial')
    const given = withoutTrial(trial.circuit, open.until + 5)
    expect(given).toEqual({ ...open, until: open.until + 5 })
    expect(admit(given, open.until + 5, TRIAL_MS).now).toBe('trial')
    for (const circuit of [CLOSED, open]) expect(withoutTrial(circuit, NOW)).toBe(circuit)
  })

  it('of a provider is tried after 2, 4, 8, 16, then every 30 seconds', () => {
    let circuit = times(5, false).reduce<Circuit>(
      (one, ok) => afterCall(one, { ok, trial: false }, NOW, PROVIDER_RULE),
      CLOSED,
    )
    let now = NOW
    const waits: number[] = []
    for (let trial = 0; trial < 6; trial++) {
      waits.push(circuit.until - now)
      now = circuit.until
      const admission = admit(circuit, now, TRIAL_MS)
      if (admission.now !== 'trial') throw new Error('no trial')
      circuit = afterCall(admission.circuit, { ok: false, trial: true }, now, PROVIDER_RULE)
    }
    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  })

  type Step = { ok: boolean; wait: number }
  const steps = fc.array(fc.record<Step>({ ok: fc.boolean(), wait: fc.integer({ min: 0, max: 120_000 }) }), {
    maxLength: 200,
  })

  it.each([
    ['an endpoint', ENDPOINT_RULE],
    ['a provider', PROVIDER_RULE],
  ])(
    'of %s, whatever happens: never waits longer than the longest, opens only after a failure, closes only after a success',
    (_, rule) => {
      fc.assert(
        fc.property(steps, (all) => {
          let circuit: Circuit = CLOSED
          let now = NOW
          for (const { ok, wait } of all) {
            now += wait
            const admission = admit(circuit, now, TRIAL_MS)
            if (admission.now === 'wait') {
              expect(admission.ms).toBeGreaterThan(0)
              expect(admission.ms).toBeLessThanOrEqual(rule.longestMs)
              continue
            }
            const during = admission.now === 'trial' ? admission.circuit : circuit
            const after = afterCall(during, { ok, trial: admission.now === 'trial' }, now, rule)
            if (after.state === 'open') expect(ok).toBe(false)
            if (during.state !== 'closed' && after.state === 'closed') expect(ok).toBe(true)
            circuit = after
          }
        }),
      )
    },
  )

  it('an endpoint that works is never left alone', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100_000 })), (waits) => {
        let circuit: Circuit = CLOSED
        let now = NOW
        for (const wait of waits) {
          now += wait
          expect(admit(circuit, now, TRIAL_MS).now).toBe('call')
          circuit = afterCall(circuit, { ok: true, trial: false }, now)
        }
      }),
    )
  })
})
