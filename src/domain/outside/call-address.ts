/**
 * Puts a step's path and query behind an endpoint's address. What they hold may come from a client: it can never lead
 * to another host, nor out of the endpoint's own path, nor add a query.
 * @param base the endpoint's address, without query and fragment
 * @param path in clear: what is special in it is encoded here. Null: the address itself
 * @returns null where the path is none: `.` and `..` as a segment, a backslash, a control character
 */
export function callAddress(base: string, path: string | null, query: Readonly<Record<string, string>>): string | null {
  const url = new URL(base)
  if (path !== null && path !== '') {
    if (/[\\\p{Cc}]/u.test(path)) return null
    const segments = path.replace(/^\//, '').split('/')
    if (segments.some((segment) => segment === '.' || segment === '..')) return null
    const encoded = segments.map((segment) => encodeURIComponent(segment.toWellFormed()))
    url.pathname = [url.pathname.replace(/\/$/, ''), ...encoded].join('/')
  }
  for (const [name, value] of Object.entries(query)) url.searchParams.append(name, value.toWellFormed())
  return url.href
}
