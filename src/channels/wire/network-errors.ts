/**
 * Codes of failures before the first byte of a request could leave: no address, no connection, no trust.
 * A reset or a time limit is not among them: by then the other side may have everything.
 */
const BEFORE_SENDING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'CERT_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'HOSTNAME_MISMATCH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_WRONG_VERSION_NUMBER',
])

/** Did the request certainly not reach the other side? When in doubt: no. */
export function neverSent(error: unknown): boolean {
  const cause = causeOf(error)
  // Several addresses were tried, and none answered: one connect error for each.
  if (cause instanceof AggregateError) return cause.errors.length > 0 && cause.errors.every(failedToConnect)
  return failedToConnect(cause)
}

function failedToConnect(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, syscall } = error as NodeJS.ErrnoException
  if (code === 'ECONNRESET' && error.message.includes('before secure TLS connection was established')) return true
  return syscall === 'connect' || syscall === 'getaddrinfo' || (code !== undefined && BEFORE_SENDING.has(code))
}

/**
 * A failed call in a word for the log of attempts: its name and code. Never its message, which may quote a header
 * and with it the token.
 */
export function wordsOf(error: unknown): string {
  const cause = causeOf(error)
  if (!(cause instanceof Error)) return 'an unknown fault'
  const { code } = cause as { code?: unknown }
  return typeof code === 'string' && code !== '' ? `${cause.name} ${code}` : cause.name
}

/** `fetch` wraps what happened in a TypeError. */
function causeOf(error: unknown): unknown {
  return error instanceof TypeError && error.cause !== undefined ? error.cause : error
}
