/**
 * A place in the stream of live updates. Rows are read in the order of their transaction's number, then their own id:
 * ids alone come out of commit order, so a reader that remembered the highest would skip rows (reference §1.4).
 */
export interface LivePosition {
  xid: bigint
  id: bigint
  /** When the row was written, in seconds: older than what is kept, or not? */
  seconds: number
}

const MAX_XID = 2n ** 64n - 1n
const MAX_ID = 2n ** 63n - 1n

/** As `id:` of an event, opaque to the browser. */
export const formatPosition = ({ xid, id, seconds }: LivePosition): string => `${xid}.${id}.${seconds}`

/** @returns null where the text is none of ours */
export function parsePosition(text: string): LivePosition | null {
  const [, xid, id, seconds] = /^(\d{1,20})\.(\d{1,19})\.(\d{1,12})$/.exec(text) ?? []
  if (xid === undefined || id === undefined || seconds === undefined) return null
  const position = { xid: BigInt(xid), id: BigInt(id), seconds: Number(seconds) }
  return position.xid <= MAX_XID && position.id <= MAX_ID ? position : null
}

export const isAfter = (one: LivePosition, other: LivePosition): boolean =>
  one.xid > other.xid || (one.xid === other.xid && one.id > other.id)
