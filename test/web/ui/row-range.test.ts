import { describe, expect, it } from 'vitest'
import { shownRange } from '../../../web/src/ui/row-range.ts'

/** Every row is so high. */
const all = (count: number, height: number) => new Map(Array.from({ length: count }, (_, place) => [place, height]))

describe('the rows of a long list that are in the page', () => {
  it('are those in view and near it; the others leave their room', () => {
    const { first, end, above, below } = shownRange(all(1000, 50), 1000, 20_000, 20_600, null)
    expect([first, above]).toEqual([384, 384 * 50])
    expect([end, below]).toEqual([428, (1000 - 428) * 50])
  })

  it('begin with the first where the view is before the list, and end with the last where it is behind', () => {
    expect(shownRange(all(1000, 50), 1000, -500, 100, null)).toEqual({ first: 0, end: 18, above: 0, below: 982 * 50 })
    const { first, end, above, below } = shownRange(all(1000, 50), 1000, 60_000, 60_600, null)
    expect([first, end, above, below]).toEqual([999, 1000, 999 * 50, 0])
  })

  it('take what was never seen for as high as the rest', () => {
    const seen = new Map([
      [0, 40],
      [1, 60],
    ])
    const { above, below } = shownRange(seen, 1000, 10_000, 10_500, null)
    expect(above).toBe(9_200)
    expect(shownRange(seen, 1000, 10_000, 10_500, null).end * 50 + below).toBe(50_000)
  })

  it('keep the row that has the focus, before the view or behind it', () => {
    expect(shownRange(all(1000, 50), 1000, 20_000, 20_600, 10)).toMatchObject({ first: 10, end: 428 })
    expect(shownRange(all(1000, 50), 1000, 20_000, 20_600, 700)).toMatchObject({ first: 384, end: 701 })
  })

  it('are none of none', () => {
    expect(shownRange(new Map(), 0, 0, 500, null)).toEqual({ first: 0, end: 0, above: 0, below: 0 })
  })
})
