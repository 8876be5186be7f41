/** A refusal of the simulator's own routes, in the contract's form of errors. */
export class Refusal extends Error {
  readonly status: 400 | 403 | 404 | 409 | 413 | 415
  readonly code: string
  readonly details: unknown

  constructor(status: Refusal['status'], code: string, message: string, details?: unknown) {
    super(message)
    this.status = status
    this.code = code
    this.details = details
  }

  body(): { error: { code: string; message: string; details?: unknown } } {
    return {
      error: {
        code: this.code,
        message: this.message,
        ...(this.details === undefined ? {} : { details: this.details }),
      },
    }
  }
}
