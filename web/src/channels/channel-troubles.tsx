import { Notice } from '../ui/notice.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { ChannelDetails } from './api.ts'
import { reasonInWords } from './reason-words.ts'
import { channelWords } from './words.ts'

const DAYS_BEFORE_END = 14
const DAY_MS = 86_400_000

interface Trouble {
  key: string
  look: 'danger' | 'warning' | 'plain'
  text: string
  advice?: string
}

/** What a person has to know of a channel, and what to do about it; nothing where all is well. */
export function ChannelTroubles({ channel, className }: { channel: ChannelDetails; className?: string }) {
  const troubles = useTroubles(channel)
  if (troubles.length === 0) return null
  return (
    <div className={className}>
      <ul className="space-y-2">
        {troubles.map(({ key, look, text, advice }) => (
          <li key={key}>
            <Notice look={look}>
              <p className="wrap-anywhere">{text}</p>
              {advice && <p className="mt-1 wrap-anywhere">{advice}</p>}
            </Notice>
          </li>
        ))}
      </ul>
    </div>
  )
}

function useTroubles(channel: ChannelDetails): Trouble[] {
  const words = useRoomWords(channelWords)
  const { formats } = useLanguage()
  const { state, stateReason, webhook, account } = channel
  const troubles: Trouble[] = []
  const reason = stateReason === null ? null : reasonInWords(stateReason, words.reasons)
  if (state === 'connected') {
    if (reason) troubles.push({ key: 'reason', look: 'warning', text: reason })
  } else {
    const look = state === 'disconnected' || state === 'restricted' ? 'danger' : 'warning'
    troubles.push({ key: 'state', look, text: reason ?? words.states[state], advice: words.advice[state] })
  }
  if (state === 'disconnected') return troubles
  if (channel.providerAway !== null) {
    const text = words.advice.providerAway(formats.moment(new Date(channel.providerAway.since)))
    troubles.push({ key: 'away', look: 'warning', text })
  }
  const end = account.tokenExpiresAt === null ? null : new Date(account.tokenExpiresAt)
  if (end !== null && end.getTime() - Date.now() < DAYS_BEFORE_END * DAY_MS) {
    const over = end.getTime() < Date.now()
    const text = over ? words.advice.tokenEnded : words.advice.tokenEnds(formats.moment(end))
    troubles.push({ key: 'token', look: over ? 'danger' : 'warning', text })
  }
  const { lastRefusedAt, lastSignedAt, verifiedAt, refusal } = webhook
  if (refusal === 'signature' && isLater(lastRefusedAt, lastSignedAt)) {
    troubles.push({ key: 'signature', look: 'warning', text: words.advice.badSignature })
  }
  if (refusal === 'verify_token' && isLater(lastRefusedAt, verifiedAt)) {
    troubles.push({ key: 'verify', look: 'warning', text: words.advice.badVerifyToken })
  }
  if (!channel.checked) troubles.push({ key: 'unchecked', look: 'plain', text: words.advice.unchecked })
  if (state === 'connected' && channel.lastInboundAt === null) {
    troubles.push({ key: 'never', look: 'plain', text: words.advice.neverReceived })
  }
  return troubles
}

const isLater = (at: string | null, than: string | null): boolean => at !== null && (than === null || at > than)
