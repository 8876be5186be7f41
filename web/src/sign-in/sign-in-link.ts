let token: string | null = null

/**
 * Takes the token out of `/sign-in#<token>`, and out of the address bar and the history. Called once, before anything
 * else looks at the address.
 */
export function takeLinkFromAddress(): void {
  const { pathname, hash } = window.location
  if (pathname !== '/sign-in' || hash.length < 2) return
  token = hash.slice(1)
  window.history.replaceState(null, '', pathname)
}

/** Was the app opened with a link that has not been used yet? */
export const hasLink = (): boolean => token !== null

/** The token, once: it is good for one sign-in. */
export function redeemLink(): string | null {
  const taken = token
  token = null
  return taken
}
