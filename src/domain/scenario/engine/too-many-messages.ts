/** Automatic messages to one client without a word from them or a person (scenario-format, Guards). */
const MOST_IN_TEN_MINUTES = 5
const MOST_IN_A_DAY = 20

export const TEN_MINUTES_MS = 10 * 60_000
export const DAY_MS = 24 * 60 * 60_000

/**
 * Whether a person has to look at it before another automatic message goes to the client.
 * @param recent those of the last ten minutes; @param day of the last day. Only those since the client's last message,
 * or the last one that a person wrote to them
 */
export const tooManyMessages = ({ recent, day }: { recent: number; day: number }): boolean =>
  recent >= MOST_IN_TEN_MINUTES || day >= MOST_IN_A_DAY

export const TOO_MANY_MESSAGES = {
  ok: false,
  code: 'limit_client_messages',
  message: 'So many automatic messages without a word from the client: a person has to look at it',
  final: false,
} as const
