import { Link } from '@tanstack/react-router'
import { useRoomWords } from '../words/room-words.ts'
import type { SendingChannel } from './api.ts'
import { type MailingWords, mailingWords } from './words.ts'

/** The rule's numbers on a channel, with their defaults (src/domain/bulk/options.ts). */
export function ruleOf(channel: SendingChannel | undefined, { bulk }: MailingWords) {
  const { threshold = 3, windowSeconds = 300, holdDays } = channel?.bulk ?? {}
  return {
    threshold,
    window: timeWords(windowSeconds, bulk),
    hold: holdDays === undefined ? bulk.month : bulk.days(holdDays),
  }
}

export const timeWords = (seconds: number, bulk: MailingWords['bulk']): string =>
  seconds >= 60 && seconds % 60 === 0
    ? bulk.minutes(seconds / 60)
    : seconds > 90
      ? bulk.minutes(Math.ceil(seconds / 60))
      : bulk.seconds(Math.max(1, Math.ceil(seconds)))

/** The bulk rule in a few sentences (M17–M20). */
export function BulkRule({ channel }: { channel: SendingChannel | undefined }) {
  const words = useRoomWords(mailingWords)
  const { threshold, window, hold } = ruleOf(channel, words)
  return (
    <details className="mb-4 rounded-xl border border-line bg-panel px-4 py-3">
      <summary className="font-medium">{words.bulk.rule}</summary>
      <div className="mt-2 max-w-prose space-y-2 text-soft">
        {words.bulk.ruleText(threshold, window, hold).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        <p>
          <Link to="/channels" className="text-accent hover:underline">
            {words.bulk.options}
          </Link>
        </p>
      </div>
    </details>
  )
}
