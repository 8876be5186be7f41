import { newTraceId } from '../wire/ids.ts'

/** What Graph says of a code: its title and its usual HTTP status (reference §9). */
const KNOWN: Record<number, [status: number, title: string]> = {
  0: [401, 'AuthException'],
  1: [400, 'API Unknown'],
  2: [503, 'API Service'],
  3: [500, 'API Method'],
  4: [400, 'API Too Many Calls'],
  10: [403, 'Permission Denied'],
  33: [400, 'Parameter value is not valid'],
  100: [400, 'Invalid parameter'],
  104: [401, 'An access token is required to request this resource.'],
  190: [401, 'Invalid OAuth access token - Cannot parse access token'],
  200: [403, 'API Permission'],
  368: [403, 'Temporarily blocked for policies violations'],
  2200: [400, 'Callback verification failed'],
  2500: [400, 'Unknown path components'],
  80007: [400, 'Rate limit issues'],
  130429: [400, 'Rate limit hit'],
  130472: [400, "User's number is part of an experiment"],
  130497: [403, 'Business account is restricted from messaging users in this country.'],
  131000: [500, 'Something went wrong'],
  131005: [403, 'Access denied'],
  131008: [400, 'Required parameter is missing'],
  131009: [400, 'Parameter value is not valid'],
  131016: [500, 'Service unavailable'],
  131021: [400, 'Recipient cannot be sender'],
  131026: [400, 'Message undeliverable'],
  131031: [403, 'Account has been locked'],
  131037: [400, 'Display name has not been approved'],
  131042: [400, 'Business eligibility payment issue'],
  131045: [500, 'Incorrect certificate'],
  131047: [400, 'Re-engagement message'],
  131048: [400, 'Spam rate limit hit'],
  131049: [400, 'This message was not delivered to maintain healthy ecosystem engagement.'],
  131050: [400, 'User has stopped receiving marketing messages'],
  131051: [400, 'Unsupported message type'],
  131052: [400, 'Media download error'],
  131053: [400, 'Media upload error'],
  131056: [400, '(Business Account, Consumer Account) pair rate limit hit'],
  131057: [500, 'Account in maintenance mode'],
  131059: [400, 'Invalid cursor'],
  132000: [400, 'Number of parameters does not match the expected number of params'],
  132001: [404, 'Template name does not exist in the translation'],
  132005: [400, 'Translated text too long'],
  132007: [400, 'Template format character policy violated'],
  132012: [400, 'Parameter format does not match format in the created template'],
  132015: [400, 'Template is paused'],
  132016: [400, 'Template is disabled'],
  132018: [400, 'There is a problem with the template parameters'],
  133004: [503, 'Server temporarily unavailable'],
  133005: [400, 'Two step verification PIN mismatch'],
  133010: [400, 'Phone number not registered'],
  139100: [400, 'Failed to block or unblock users'],
}

export const titleOf = (code: number): string => KNOWN[code]?.[1] ?? 'Something went wrong'

export interface GraphErrorOptions {
  subcode?: number | undefined
  /** HTTP status, where it is not the usual one. */
  status?: number | undefined
  /** Seconds for `Retry-After`. */
  retryAfter?: number | undefined
  /** Replaces the title in `message`. */
  title?: string | undefined
}

/** A refusal of the Graph side; `call.ts` turns it into Graph's envelope. */
export class GraphError extends Error {
  readonly code: number
  readonly details: string
  readonly options: GraphErrorOptions

  constructor(code: number, details: string, options: GraphErrorOptions = {}) {
    super(`(#${code}) ${options.title ?? titleOf(code)}`)
    this.code = code
    this.details = details
    this.options = options
  }

  get status(): number {
    return this.options.status ?? KNOWN[this.code]?.[0] ?? 400
  }

  /** The envelope as Meta answers it (reference §9). */
  body(): unknown {
    return {
      error: {
        message: this.message,
        type: 'OAuthException',
        code: this.code,
        error_data: { messaging_product: 'whatsapp', details: this.details },
        ...(this.options.subcode === undefined ? {} : { error_subcode: this.options.subcode }),
        fbtrace_id: newTraceId(),
      },
    }
  }
}

/** An object that does not exist, or belongs to somebody else: Graph does not tell which. */
export const noSuchObject = (id: string, method = 'get'): GraphError =>
  new GraphError(
    100,
    `Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
    {
      subcode: 33,
      title: `Unsupported ${method} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`,
    },
  )
