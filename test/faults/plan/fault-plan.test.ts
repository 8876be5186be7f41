import fc from 'fast-check'
import { expect, it } from 'vitest'
import { planOf } from './fault-plan.ts'

const SIZE = { clients: 3, deeds: 20, faults: 8, span: 10_000 }

it('a plan is its seed’s, and another seed’s is another', () => {
  expect(planOf(7, SIZE)).toEqual(planOf(7, SIZE))
  expect(planOf(7, SIZE)).not.toEqual(planOf(8, SIZE))
})

it('every plan begins with a word of each client, stays within its span, and is in order', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const { load, faults } = planOf(seed, SIZE)
      expect(load).toHaveLength(SIZE.clients + SIZE.deeds)
      expect(faults).toHaveLength(SIZE.faults)
      expect(new Set(load.slice(0, SIZE.clients).map(({ client }) => client)).size).toBe(SIZE.clients)
      for (const list of [load, faults]) {
        expect(list.map(({ at }) => at)).toEqual(list.map(({ at }) => at).toSorted((a, b) => a - b))
        expect(Math.max(...list.map(({ at }) => at))).toBeLessThan(SIZE.span)
      }
    }),
  )
})

it('over many seeds every kind of fault comes up on every target', () => {
  const seen = new Set(
    Array.from({ length: 200 }, (_, seed) => planOf(seed, SIZE).faults)
      .flat()
      .map((fault) => `${fault.kind} ${'on' in fault ? fault.on : 'what' in fault ? fault.what : fault.fault.kind}`),
  )
  for (const kind of ['latency', 'blackhole', 'reset', 'down']) {
    for (const target of ['postgres', 'temporal', 'provider']) expect(seen).toContain(`${kind} ${target}`)
  }
  for (const what of ['worker', 'server']) expect(seen).toContain(`kill ${what}`)
  for (const kind of ['error', 'reset_after_accept', 'duplicate_webhooks', 'disorder']) {
    expect(seen).toContain(`provider ${kind}`)
  }
})
