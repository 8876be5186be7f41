/** More of them than this nobody reads in one line; the rest is seen on the next try. */
const MOST_TOLD = 3

/**
 * What the API found wrong with the fields of a request, in one line: “Name: must not be empty”. The API words it in the
 * reader's language already; only the names of the fields are ours.
 * @param details of the refusal `invalid_request`: whatever came
 * @param names by the last part of a field's path; another one stands as the API calls it
 * @returns empty where the refusal names no field
 */
export function faultsText(details: unknown, names: Readonly<Record<string, string>>): string {
  if (!Array.isArray(details)) return ''
  const told = details.flatMap((one: unknown) => {
    if (typeof one !== 'object' || one === null || !('message' in one) || typeof one.message !== 'string') return []
    const name = 'path' in one && typeof one.path === 'string' ? nameOf(one.path, names) : ''
    return [name === '' ? one.message : `${name}: ${one.message}`]
  })
  return [...new Set(told)].slice(0, MOST_TOLD).join('; ')
}

/** Of `week.0.hours.1` the last word that is no place in a list. */
function nameOf(path: string, names: Readonly<Record<string, string>>): string {
  const parts = path.split('.')
  const key = parts.findLast((part) => !/^\d+$/.test(part)) ?? ''
  if (key === '') return ''
  return Object.hasOwn(names, key) ? (names[key] ?? key) : key
}
