import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { type RowRange, shownRange } from './row-range.ts'

/** Shorter lists are drawn whole: a search of the browser finds all of them. */
const WINDOWED_FROM = 60
/** Half as long, a list may soon be: where the reader is has to be known then, or it would move under them. */
const WATCHED_FROM = 30

/** What of a long list is in the page, and the room that the rest would take. */
export interface RowWindow<Body extends HTMLElement> extends RowRange {
  /** the element whose children the rows are */
  body: RefObject<Body | null>
}

/**
 * Keeps only the rows of a long list in the page that are in view or near it. The page scrolls as a whole, so other things
 * may stand above and below. Rows may be of any height; those that were never seen count as high as the others.
 */
export function useRowWindow<Body extends HTMLElement>(count: number): RowWindow<Body> {
  const body = useRef<Body>(null)
  const heights = useRef(new Map<number, number>())
  const [range, setRange] = useState(() => shownRange(heights.current, count, 0, 0, null))
  const isLong = count > WINDOWED_FROM
  const isWatched = count > WATCHED_FROM
  const drawn = isLong ? range : { first: 0, above: 0 }

  const look = useRef(() => {})
  look.current = () => {
    const scroller = isWatched && body.current && scrollerOf(body.current)
    if (!body.current || !scroller) return
    const rows = rowsIn(body.current)
    for (const [place, row] of rows.entries()) heights.current.set(drawn.first + place, row.offsetHeight)
    const view = scroller.getBoundingClientRect()
    const begins = (rows[0] ?? body.current).getBoundingClientRect().top - drawn.above
    const from = view.top - begins
    const focused = rows.findIndex((row) => row.contains(document.activeElement))
    const kept = focused < 0 ? null : drawn.first + focused
    const next = shownRange(heights.current, count, from, from + view.height, kept)
    if (!isSame(next, range)) setRange(next)
  }

  useEffect(() => {
    const scroller = isWatched && body.current && scrollerOf(body.current)
    if (!scroller) return
    const onChange = () => look.current()
    scroller.addEventListener('scroll', onChange, { passive: true })
    const observer = new ResizeObserver(onChange)
    observer.observe(scroller)
    return () => {
      scroller.removeEventListener('scroll', onChange)
      observer.disconnect()
    }
  }, [isWatched])
  // Rows that are drawn for the first time are as high as they are: what was reckoned for them is corrected at once.
  // biome-ignore lint/correctness/useExhaustiveDependencies: any of these draws other rows
  useLayoutEffect(() => look.current(), [count, range])

  // Who listens to the page hears which of how many each row is.
  useLayoutEffect(() => {
    if (!isWatched || !body.current) return
    const isTable = body.current.tagName === 'TBODY'
    for (const [place, row] of rowsIn(body.current).entries()) {
      const index = drawn.first + place
      // A table's first row is its head.
      const told = isTable ? { rowindex: index + 2 } : { posinset: index + 1, setsize: count }
      for (const [name, value] of Object.entries(told)) {
        if (isLong) row.setAttribute(`aria-${name}`, String(value))
        else row.removeAttribute(`aria-${name}`)
      }
    }
  })
  return isLong
    ? { body, ...range, first: Math.min(range.first, count), end: Math.min(range.end, count) }
    : { body, first: 0, end: count, above: 0, below: 0 }
}

const rowsIn = (body: HTMLElement): HTMLElement[] =>
  [...body.children].filter((row): row is HTMLElement => row instanceof HTMLElement)

const isSame = (one: RowRange, other: RowRange): boolean =>
  one.first === other.first && one.end === other.end && one.above === other.above && one.below === other.below

/** What scrolls up and down around an element. What scrolls sideways alone is as high as what is in it. */
function scrollerOf(element: HTMLElement): HTMLElement | null {
  for (let around = element.parentElement; around; around = around.parentElement) {
    const { overflowY } = getComputedStyle(around)
    if (/auto|scroll/.test(overflowY) && around.scrollHeight > around.clientHeight + 1) return around
  }
  return null
}
