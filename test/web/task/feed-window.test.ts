import { describe, expect, it } from 'vitest'
import type { FeedPage, FeedQuestion } from '../../../web/src/api/comments.ts'
import type { Comment } from '../../../web/src/api/types.ts'
import {
  type FeedWindow,
  MOST_KEPT,
  readAgain,
  refreshed,
  trimmed,
  windowAround,
  windowOf,
  withNewer,
  withNewest,
  withOlder,
} from '../../../web/src/task/feed-window.ts'

const entry = (n: number, text = ''): Comment => ({ id: String(n), text }) as Comment
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => entry(from + index))
const ids = ({ comments }: FeedWindow) => comments.map(({ id }) => Number(id))
const page = (items: Comment[], next: string | null = null): FeedPage => ({ items, next, firstUnreadId: null })
const stretch = (from: number, to: number, change: Partial<FeedWindow> = {}): FeedWindow => ({
  comments: range(from, to),
  hasOlder: false,
  hasNewer: false,
  firstUnreadId: null,
  ...change,
})

/** A feed as the API gives it, with what it was asked. */
function server(feed: Comment[]) {
  const asked: FeedQuestion[] = []
  return {
    asked,
    ask: async (question: FeedQuestion): Promise<FeedPage> => {
      asked.push(question)
      const ordered = question.order === 'oldest' ? feed : feed.toReversed()
      const start = question.cursor
        ? Number(question.cursor)
        : question.from
          ? ordered.findIndex(({ id }) => id === question.from)
          : 0
      const end = start + question.limit
      return page(ordered.slice(start, end), end < ordered.length ? String(end) : null)
    },
  }
}

describe('a window of a feed', () => {
  it('is in reading order, each entry once, wherever its pages meet', () => {
    expect(ids(windowOf(page([entry(3), entry(2)], 'x')))).toEqual([2, 3])
    expect(ids(windowAround(page([entry(5), entry(4)]), page([entry(5), entry(6)])))).toEqual([4, 5, 6])
    expect(ids(withOlder(stretch(5, 6), page([entry(5), entry(4), entry(3)])))).toEqual([3, 4, 5, 6])
    expect(ids(withNewer(stretch(5, 6), page([entry(6), entry(7)])))).toEqual([5, 6, 7])
  })

  it('lets go of what nobody looks at, and knows that it is there', () => {
    const long = stretch(1, MOST_KEPT + 50)
    expect(trimmed(long, 'newer')).toMatchObject({ hasNewer: true, hasOlder: false })
    expect(ids(trimmed(long, 'newer')).at(-1)).toBe(MOST_KEPT)
    expect(ids(trimmed(long, 'older'))[0]).toBe(51)
    const short = stretch(1, 3)
    expect(trimmed(short, 'older')).toBe(short)
  })

  it('takes what was just written only at the end of the feed', () => {
    expect(ids(withNewest(stretch(1, 2), entry(3)))).toEqual([1, 2, 3])
    expect(ids(withNewest(stretch(1, 3), entry(3)))).toEqual([1, 2, 3])
    expect(ids(withNewest(stretch(1, 2, { hasNewer: true }), entry(9)))).toEqual([1, 2])
  })
})

describe('read again', () => {
  it('the end is the same stretch with what has come, in one question', async () => {
    const { ask, asked } = server(range(1, 63))
    const window = await readAgain(stretch(11, 60, { hasOlder: true }), ask)
    expect([ids(window)[0], ids(window).at(-1), window.hasOlder, window.hasNewer]).toEqual([11, 63, true, false])
    expect(asked).toHaveLength(1)
  })

  it('a stretch in the middle stays where it is', async () => {
    const { ask } = server(range(1, 500))
    const window = await readAgain(stretch(101, 350, { hasOlder: true, hasNewer: true }), ask)
    expect([ids(window)[0], ids(window).at(-1), window.hasNewer]).toEqual([101, 350, true])
    const gone = range(1, 500).filter(({ id }) => id !== '350')
    const shorter = await readAgain(stretch(101, 350, { hasOlder: true, hasNewer: true }), server(gone).ask)
    expect([ids(shorter).length, shorter.hasNewer]).toEqual([250, true])
  })

  it('what vanished is gone, and a first entry that vanished costs nothing else', async () => {
    const feed = range(1, 60).filter(({ id }) => id !== '20')
    expect(ids(await readAgain(stretch(11, 60, { hasOlder: true }), server(feed).ask))).not.toContain(20)
    const without = range(1, 60).filter(({ id }) => id !== '11')
    const window = await readAgain(stretch(11, 60, { hasOlder: true }), server(without).ask)
    expect(ids(window).slice(-49)).toEqual(range(12, 60).map(({ id }) => Number(id)))
  })

  it('keeps what somebody read on to meanwhile', () => {
    const before = stretch(11, 20, { hasOlder: true })
    const now = stretch(1, 20)
    const fresh = stretch(11, 21)
    fresh.comments[0] = entry(11, 'edited')
    const window = refreshed(before, now, fresh)
    expect(ids(window)).toEqual(range(1, 21).map(({ id }) => Number(id)))
    expect(window.comments[10]?.text).toBe('edited')
    expect(refreshed(before, before, fresh)).toBe(fresh)
  })
})
