import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Counted, findBulk } from '../../../src/domain/bulk/find-bulk.ts'
import { ReferenceModel } from './reference-model.ts'

const MINUTE = 60_000
const RULE = { threshold: 3, windowMs: 5 * MINUTE }

describe('a mailing (M17)', () => {
  /** Messages at these seconds; the last one is judged. */
  const judged = (seconds: number[], rule = RULE) => {
    const all = seconds.map((second, index): Counted => ({ id: `m${index}`, at: second * 1000, cluster: null }))
    const me = all.at(-1)
    if (!me) throw new Error('nobody to judge')
    const { bulk, found } = findBulk(me, all.slice(0, -1), rule)
    return { bulk, found: found.map(({ id }) => id).join(' ') }
  }

  test.each<[string, number[], string]>([
    ['one', [0], ''],
    ['three at once', [0, 0, 0], ''],
    ['four at once', [0, 0, 0, 0], 'm0 m1 m2 m3'],
    ['four within 4:59', [0, 1, 2, 299], 'm0 m1 m2 m3'],
    ['four within 5:00', [0, 1, 2, 300], 'm0 m1 m2 m3'],
    ['four within 5:01', [0, 1, 2, 301], ''],
    ['four within 5:00.001', [0, 1, 2, 300.001], ''],
    ['the second of four comes last', [0, 200, 300, 100], 'm0 m3 m1 m2'],
    ['the first of four comes last', [100, 200, 300, 0], 'm3 m0 m1 m2'],
    ['it joins two that would be too far apart', [0, 10, 310, 320, 290], ''],
    ['it completes two mailings', [0, 10, 20, 580, 590, 600, 300], 'm0 m1 m2 m6 m3 m4 m5'],
    ['the fourth of the first window, the first of none', [0, 1, 2, 600, 300], 'm0 m1 m2 m4'],
    ['it lies apart from a mailing', [0, 1, 2, 3, 600], ''],
    ['its neighbours are a mailing without it', [0, 1, 2, 3, 303.5], ''],
  ])('%s', (_name, seconds, found) => {
    expect(judged(seconds)).toEqual({ bulk: found !== '', found })
  })

  test('the threshold and the window are the channel’s', () => {
    expect(judged([0, 0], { threshold: 1, windowMs: 0 })).toEqual({ bulk: true, found: 'm0 m1' })
    expect(judged([0, 0.001], { threshold: 1, windowMs: 0 }).bulk).toBe(false)
    expect(judged([0, 0, 0, 0, 0], { threshold: 5, windowMs: 1000 }).bulk).toBe(false)
  })

  test('it is not its own neighbour', () => {
    const me: Counted = { id: 'me', at: 0, cluster: null }
    expect(findBulk(me, [me, { ...me }], { threshold: 1, windowMs: 0 }).bulk).toBe(false)
  })
})

/** What the store does, with findBulk, as messages come in: nearest neighbours only, and nothing is looked at twice. */
class Incremental {
  readonly #rule: { threshold: number; windowMs: number }
  readonly #counted: (Counted & { type: string })[] = []

  constructor(rule: { threshold: number; windowMs: number }) {
    this.#rule = rule
  }

  count(message: { id: string; type: string; at: number }): void {
    if (this.#counted.some(({ id }) => id === message.id)) return
    const me = { ...message, cluster: null }
    this.#counted.push(me)
    const { bulk, found } = findBulk(me, this.#nearest(me), this.#rule)
    if (!bulk) return
    const cluster = `of ${me.id}`
    const joined = new Set(found.flatMap((one) => (one.cluster === null ? [] : [one.cluster])))
    for (const one of this.#counted) {
      if (found.includes(one) || (one.cluster !== null && joined.has(one.cluster))) one.cluster = cluster
    }
  }

  #nearest(me: { id: string; type: string; at: number }): Counted[] {
    const same = this.#counted
      .filter(({ type }) => type === me.type)
      .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    const mine = same.findIndex(({ id }) => id === me.id)
    const { threshold } = this.#rule
    return [...same.slice(Math.max(0, mine - threshold), mine), ...same.slice(mine + 1, mine + 1 + threshold)]
  }

  clusters(type: string): string[] {
    const clusters = new Map<string, string[]>()
    for (const { id, type: its, cluster } of this.#counted) {
      if (its === type && cluster !== null) clusters.set(cluster, [...(clusters.get(cluster) ?? []), id])
    }
    return written(clusters.values())
  }
}

const written = (clusters: Iterable<Iterable<string>>) => [...clusters].map((ids) => [...ids].sort().join(' ')).sort()

describe('the nearest neighbours are enough', () => {
  const types = ['sale', 'news']
  // Few distinct moments, so that ties, exact windows and far clusters are frequent.
  const arrival = fc.record({
    id: fc.integer({ min: 0, max: 40 }).map((n) => `m${n}`),
    type: fc.constantFrom(...types),
    at: fc.integer({ min: 0, max: 30 }),
  })

  test('after every arrival, in any order, late or twice: the same mailings as from looking at all pairs', () => {
    fc.assert(
      fc.property(
        fc.array(arrival, { maxLength: 30 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 12 }),
        (arrivals, threshold, windowSeconds) => {
          const model = new ReferenceModel({ threshold, windowSeconds })
          const incremental = new Incremental({ threshold, windowMs: windowSeconds * 1000 })
          for (const { id, type, at } of arrivals) {
            model.apply({ do: 'echo', id, type, conversation: id, at: at * 1000 })
            incremental.count({ id, type, at: at * 1000 })
            for (const one of types) expect(incremental.clusters(one)).toEqual(written(model.clusters(one)))
          }
        },
      ),
      { numRuns: 5000 },
    )
  })

  test('the order of arrival makes no difference in the end', () => {
    fc.assert(
      fc.property(
        fc
          .uniqueArray(arrival, { selector: ({ id }) => id, maxLength: 20 })
          .chain((arrivals) =>
            fc.tuple(fc.constant(arrivals), fc.shuffledSubarray(arrivals, { minLength: arrivals.length })),
          ),
        (orders) => {
          const [one, other] = orders.map((arrivals) => {
            const incremental = new Incremental({ threshold: 2, windowMs: 5000 })
            for (const { id, type, at } of arrivals) incremental.count({ id, type, at: at * 1000 })
            return types.map((type) => incremental.clusters(type))
          })
          expect(one).toEqual(other)
        },
      ),
      { numRuns: 2000 },
    )
  })
})
