/** So many pixels above and below the view are drawn, too: a turn of the wheel shows no gap. */
const BESIDE = 800
/** A row of one line, until one was seen. */
const GUESS = 44

/** Rows from `first` to before `end`, and the pixels that those before and after them take. */
export interface RowRange {
  first: number
  end: number
  above: number
  below: number
}

/**
 * Which rows of a list have to be drawn.
 * @param heights of the rows that were seen, by their place; all others count as high as these are on average
 * @param from where the view begins, in pixels from the beginning of the list; it may lie outside of it
 * @param to where the view ends
 * @param kept place of a row that is drawn wherever the view is (it has the focus); null: none
 */
export function shownRange(
  heights: ReadonlyMap<number, number>,
  count: number,
  from: number,
  to: number,
  kept: number | null,
): RowRange {
  const known = [...heights.values()]
  const average = known.length === 0 ? GUESS : known.reduce((sum, height) => sum + height, 0) / known.length
  const heightOf = (place: number) => heights.get(place) ?? average
  const last = Math.max(0, count - 1)
  let first = 0
  let above = 0
  const begins = kept === null ? last : Math.min(last, kept)
  while (first < begins && above + heightOf(first) <= from - BESIDE) above += heightOf(first++)
  let end = first
  let bottom = above
  const least = kept === null ? first : kept
  while (end < count && (bottom < to + BESIDE || end <= least)) bottom += heightOf(end++)
  let below = 0
  for (let place = end; place < count; place++) below += heightOf(place)
  return { first, end, above: Math.round(above), below: Math.round(below) }
}
