import type { CampaignOrder } from './api.ts'

/** An order as one text, whatever the order of its keys: the server keeps keys in an order of its own. */
export const canonical = ({ draft: _, ...order }: CampaignOrder): string => JSON.stringify(sorted(order))

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined && inner !== null)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}
