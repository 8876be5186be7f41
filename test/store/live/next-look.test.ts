import { describe, expect, it } from 'vitest'
import { nextLookMs } from '../../../src/store/live/next-look.ts'
import type { LiveRow } from '../../../src/store/live/read-live.ts'

const ROW: LiveRow = { position: { xid: 1n, id: 1n, seconds: 0 }, event: 'task', data: {} }
const MOST_MS = 500

describe('the next look for live updates', () => {
  it('is not hurried while nothing waits', () => {
    expect(nextLookMs(null, { rows: [ROW], waiting: false }, MOST_MS)).toBeNull()
    expect(nextLookMs(120, { rows: [], waiting: false }, MOST_MS)).toBeNull()
  })

  it('comes ever more slowly while one transaction keeps all of them waiting, and never later than at rest', () => {
    const looks: number[] = []
    let before: number | null = null
    for (let n = 0; n < 12; n++) {
      before = nextLookMs(before, { rows: [], waiting: true }, MOST_MS)
      looks.push(before ?? Number.NaN)
    }
    expect(looks[0]).toBeLessThan(30)
    expect(looks).toEqual(looks.toSorted((a, b) => a - b))
    expect(looks.slice(-3)).toEqual([MOST_MS, MOST_MS, MOST_MS])
  })

  it('is as soon as ever once something came through, though others wait again', () => {
    const first = nextLookMs(null, { rows: [], waiting: true }, MOST_MS)
    expect(nextLookMs(480, { rows: [ROW], waiting: true }, MOST_MS)).toBe(first)
  })
})
