import type { FeedPage, FeedQuestion } from '../api/comments.ts'
import type { Comment } from '../api/types.ts'

/** The stretch of a feed that is loaded, in reading order. However long the feed, it stays bounded. */
export interface FeedWindow {
  comments: Comment[]
  hasOlder: boolean
  /** false: it reaches to the feed's end, and follows what is new */
  hasNewer: boolean
  /** the client's first message that I have not read; it may lie outside; undefined: nobody knows */
  firstUnreadId: string | null | undefined
}

/** More entries than this are not kept: those furthest from the reader go. */
export const MOST_KEPT = 400
/** As many as the API gives at once. */
const MOST_ASKED = 200

type Ask = (question: FeedQuestion) => Promise<FeedPage>

/** The end of a feed, from a page of its newest entries. */
export function windowOf(page: FeedPage): FeedWindow {
  return {
    comments: page.items.toReversed(),
    hasOlder: page.next !== null,
    hasNewer: false,
    firstUnreadId: page.firstUnreadId,
  }
}

/** The surroundings of an entry, from the pages that begin with it in either direction. */
export const windowAround = (older: FeedPage, newer: FeedPage): FeedWindow => ({
  comments: unique([...older.items.toReversed(), ...newer.items]),
  hasOlder: older.next !== null,
  hasNewer: newer.next !== null,
  firstUnreadId: newer.firstUnreadId,
})

/** @param page newest first, from the window's first entry back */
export function withOlder(window: FeedWindow, page: FeedPage): FeedWindow {
  return { ...window, comments: unique([...page.items.toReversed(), ...window.comments]), hasOlder: page.next !== null }
}

/** @param page oldest first, from the window's last entry on */
export function withNewer(window: FeedWindow, page: FeedPage): FeedWindow {
  return {
    ...window,
    comments: unique([...window.comments, ...page.items]),
    hasNewer: page.next !== null,
    firstUnreadId: page.firstUnreadId,
  }
}

/** Lets go of what is too much, on the side that nobody is looking at. */
export function trimmed(window: FeedWindow, side: 'older' | 'newer'): FeedWindow {
  if (window.comments.length <= MOST_KEPT) return window
  return side === 'newer'
    ? { ...window, comments: window.comments.slice(0, MOST_KEPT), hasNewer: true }
    : { ...window, comments: window.comments.slice(-MOST_KEPT), hasOlder: true }
}

/** What was just written stands at the end, if the end is loaded. */
export function withNewest(window: FeedWindow, comment: Comment): FeedWindow {
  if (window.hasNewer || window.comments.some(({ id }) => id === comment.id)) return window
  return { ...window, comments: [...window.comments, comment] }
}

/** The same stretch as it is now; where it reached to the end, with what has come since. */
export async function readAgain(window: FeedWindow, ask: Ask): Promise<FeedWindow> {
  const first = window.comments[0]
  const last = window.comments.at(-1)
  if (!first || !last) return windowOf(await ask({ order: 'newest', limit: 50 }))
  return window.hasNewer ? readStretch(window, first, last, ask) : readEnd(window, first, ask)
}

async function readEnd(window: FeedWindow, first: Comment, ask: Ask): Promise<FeedWindow> {
  const found: Comment[] = []
  let page: FeedPage | null = null
  // A little more than it was, for what has come: mostly that is one question.
  let wanted = window.comments.length + 10
  let reached = false
  do {
    const question: FeedQuestion = { order: 'newest', limit: Math.min(MOST_ASKED, Math.max(1, wanted)) }
    page = await ask(page?.next ? { ...question, cursor: page.next } : question)
    found.push(...page.items)
    wanted -= page.items.length
    reached = found.some(({ id }) => id === first.id)
  } while (!reached && page.next !== null && found.length < window.comments.length + MOST_ASKED)
  const comments = unique(found.toReversed())
  const start = reached ? comments.findIndex(({ id }) => id === first.id) : 0
  return {
    comments: comments.slice(start),
    hasOlder: window.hasOlder || page.next !== null || start > 0,
    hasNewer: false,
    firstUnreadId: page.firstUnreadId,
  }
}

async function readStretch(window: FeedWindow, first: Comment, last: Comment, ask: Ask): Promise<FeedWindow> {
  const found: Comment[] = []
  let page: FeedPage | null = null
  do {
    const question: FeedQuestion = {
      order: 'oldest',
      from: first.id,
      limit: Math.min(MOST_ASKED, window.comments.length),
    }
    page = await ask(page?.next ? { ...question, cursor: page.next } : question)
    found.push(...page.items)
  } while (page.next !== null && found.length < window.comments.length && !found.some(({ id }) => id === last.id))
  const comments = unique(found)
  const end = comments.findIndex(({ id }) => id === last.id) + 1
  const kept = end > 0 ? comments.slice(0, end) : comments.slice(0, window.comments.length)
  return {
    ...window,
    comments: kept,
    hasNewer: page.next !== null || kept.length < comments.length,
    firstUnreadId: page.firstUnreadId,
  }
}

/**
 * What was asked for, laid over what the window has become meanwhile: somebody may have read on.
 * @param before what it was when it was asked for
 * @param now what it is
 */
export function refreshed(before: FeedWindow | undefined, now: FeedWindow | undefined, fresh: FeedWindow): FeedWindow {
  if (!now || now === before) return fresh
  const newest = new Map(fresh.comments.map((comment) => [comment.id, comment]))
  const had = new Set(before?.comments.map(({ id }) => id))
  const kept = now.comments.flatMap((comment) => newest.get(comment.id) ?? (had.has(comment.id) ? [] : [comment]))
  const known = new Set(now.comments.map(({ id }) => id))
  const added = now.hasNewer || fresh.hasNewer ? [] : fresh.comments.filter(({ id }) => !known.has(id) && !had.has(id))
  return { ...now, comments: unique([...kept, ...added]), firstUnreadId: fresh.firstUnreadId }
}

/** An entry that moved between two pages while they were fetched stands once, where it was found last. */
const unique = (comments: readonly Comment[]): Comment[] => [
  ...new Map(comments.map((comment) => [comment.id, comment])).values(),
]
