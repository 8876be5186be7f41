/** A side of a comparison: a version, or the draft. */
export type Side = number | 'draft'

/** Which two are compared. */
export interface VersionsSearch {
  from?: number
  to?: Side
}

const version = (value: unknown): number | null => (Number.isInteger(value) && Number(value) > 0 ? Number(value) : null)

export function readVersionsSearch({ from, to }: Record<string, unknown>): VersionsSearch {
  const one = version(from)
  const other: Side | null = to === 'draft' ? 'draft' : version(to)
  return { ...(one !== null && { from: one }), ...(other !== null && { to: other }) }
}
