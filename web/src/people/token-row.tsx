import type { Me } from '../api/types.ts'
import { Badge, type BadgeLook } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { Token } from './api.ts'
import { mayChange } from './rights.ts'
import { RightsLine } from './rights-line.tsx'
import { stateOf, type TokenState } from './token-state.ts'
import { peopleWords } from './words.ts'

const LOOKS: Record<TokenState, BadgeLook> = { active: 'success', expired: 'plain', revoked: 'plain' }

interface TokenRowProps {
  token: Token
  me: Me
  now: Date
  /** who made it; null: a token or the command line did */
  maker: string | null
  onRevoke: () => void
}

export function TokenRow({ token, me, now, maker, onRevoke }: TokenRowProps) {
  const { formats } = useLanguage()
  const words = useRoomWords(peopleWords)
  const moment = (at: string) => formats.moment(new Date(at))
  const state = stateOf(token, now)
  const may = mayChange(me, token)
  const facts = [
    words.tokens.created(moment(token.createdAt), maker),
    token.lastUsedAt === null ? words.tokens.never : words.tokens.used(moment(token.lastUsedAt)),
    ...(token.expiresAt !== null && state === 'active' ? [words.tokens.expires(moment(token.expiresAt))] : []),
    ...(token.revokedAt === null ? [] : [words.tokens.revokedAt(moment(token.revokedAt))]),
  ]
  return (
    <li className="flex flex-wrap items-center gap-3 p-3">
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <bdi className="min-w-0 font-medium wrap-anywhere">{token.name}</bdi>
          <Badge look={LOOKS[state]}>{words.tokens[state]}</Badge>
        </p>
        <p className="mt-0.5 flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
          <RightsLine role={token.role} channelIds={token.channelIds} />
          <span className="text-xs text-soft">
            {words.tokens.prefix} <code>parley_{token.prefix}_</code>
          </span>
        </p>
        <p className="mt-1 text-xs text-soft">{facts.join(' · ')}</p>
        {state === 'active' && !may && <p className="mt-1 text-xs text-soft">{words.rights.above}</p>}
      </div>
      {state === 'active' && may && (
        <Button
          small
          look="danger"
          className="pointer-coarse:h-11"
          aria-label={words.tokens.revokeOf(token.name)}
          onClick={onRevoke}
        >
          {words.tokens.revoke}
        </Button>
      )}
    </li>
  )
}
