/** Twilio says no: with a code of its own, in its own form. */
export class TwilioRefusal extends Error {
  readonly status: 400 | 401 | 404
  readonly code: number

  constructor(status: TwilioRefusal['status'], code: number, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

export const errorBody = (status: number, code: number, message: string) => ({
  code,
  message,
  more_info: `https://www.twilio.com/docs/errors/${code}`,
  status,
})
