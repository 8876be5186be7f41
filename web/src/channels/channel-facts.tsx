import type { ReactNode } from 'react'
import { Badge, type BadgeLook } from '../ui/badge.tsx'
import { useNow } from '../ui/use-now.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { ChannelDetails } from './api.ts'
import { channelWords } from './words.ts'

const QUALITY_LOOKS: Record<string, BadgeLook> = { green: 'success', yellow: 'warning', red: 'danger' }

/** How an account stands, as a list of what is known. @param whole with what only the channel's own page shows */
export function ChannelFacts({ channel, whole = false }: { channel: ChannelDetails; whole?: boolean }) {
  const words = useRoomWords(channelWords)
  const { formats } = useLanguage()
  const now = useNow(60_000)
  const { facts } = words
  const { account, webhook } = channel
  const at = (time: string | null) => (time === null ? null : formats.short(new Date(time), now))
  const verified = at(webhook.verifiedAt)
  const signed = at(webhook.lastSignedAt)
  const limit = account.messagingLimit
  const speed = channel.coexistence ? facts.coexistenceThroughput : account.throughput
  return (
    <dl className="grid gap-x-8 gap-y-1.5 text-[0.8125rem] sm:grid-cols-2">
      <Fact name={facts.lastInbound}>{at(channel.lastInboundAt) ?? facts.never}</Fact>
      <Fact name={facts.lastOutbound}>{at(channel.lastOutboundAt) ?? facts.never}</Fact>
      <Fact name={facts.webhook}>
        {verified === null ? facts.notVerified : facts.verified(verified)}
        {', '}
        {signed === null ? facts.notSigned : facts.signed(signed)}
      </Fact>
      <Fact name={facts.quality}>
        {account.quality === null ? (
          facts.unknown
        ) : (
          <Badge look={QUALITY_LOOKS[account.quality] ?? 'plain'}>
            {facts.qualities[account.quality] ?? account.quality}
          </Badge>
        )}
      </Fact>
      <Fact name={facts.limit}>{limit === null ? facts.unknown : (facts.limits[limit] ?? limit)}</Fact>
      <Fact name={facts.throughput}>{speed === null ? facts.unknown : (facts.throughputs[speed] ?? speed)}</Fact>
      {whole && (
        <>
          {channel.restrictions.map(({ type, blocks, until }) => (
            <Fact key={type} name={facts.restricted}>
              {until === null
                ? facts.blocks[blocks]
                : facts.until(facts.blocks[blocks], formats.moment(new Date(until)))}
            </Fact>
          ))}
          {channel.history && (
            <Fact name={facts.history}>
              {facts.histories[channel.history.state](
                channel.history.progress,
                formats.number(channel.history.messages),
              )}
              {channel.history.problem && `: ${channel.history.problem}`}
              {channel.history.retryAt && ` (${facts.askedAgain(formats.time(new Date(channel.history.retryAt)))})`}
            </Fact>
          )}
          <Fact name={facts.accountName}>{account.name ?? facts.unknown}</Fact>
          <Fact name={facts.token}>
            {account.tokenExpiresAt
              ? facts.tokenUntil(formats.moment(new Date(account.tokenExpiresAt)))
              : account.checkedAt && limit !== null
                ? facts.tokenGood
                : facts.unknown}
          </Fact>
        </>
      )}
    </dl>
  )
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="flex min-w-0 flex-wrap gap-x-2">
    <dt className="text-soft">{name}</dt>
    <dd className="min-w-0 wrap-anywhere">{children}</dd>
  </div>
)
