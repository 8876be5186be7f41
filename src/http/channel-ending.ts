import { randomInt } from 'node:crypto'
import type { ChannelAdapter, Ended } from '../channels/port.ts'
import type { ChannelId } from '../domain/ids.ts'
import { providerErrorRule } from '../domain/provider-errors.ts'
import { businessIsShared, closeChannel, keptPin } from '../store/channels/close-channel.ts'
import { type ChannelRow, loadChannel } from '../store/channels/load-channel.ts'
import { inTransaction } from '../store/index.ts'
import { adapterOf } from './channel-account.ts'
import type { HttpDeps } from './context.ts'

/** A provider that is away does not keep a connection from being ended here. */
const PATIENCE_MS = 10_000

const BY_HAND: Ended = {
  left: [{ what: 'by_hand', message: 'Parley cannot end the connection at this provider: do it there.' }],
  deregistered: false,
}

/** What the provider is called with: secret, nobody's own choice, and not what its events are signed with. */
export const tokensOf = ({ connection, account }: ChannelAdapter): string[] =>
  connection.fields.flatMap(({ key, secret, made }) => (secret && !made && key !== account.signedWith ? [key] : []))

/**
 * The second half of a disconnection (M6): the channel is `disconnected` already, so nothing leaves any more. The provider
 * is told as far as it can be, the tokens are wiped, and what is left for a person is kept with the channel.
 */
export async function endConnection(deps: HttpDeps, id: ChannelId, by: string): Promise<ChannelRow | null> {
  const { db } = deps.database
  const channel = await loadChannel(db, deps.secrets, id)
  if (!channel || channel.row.closed) return channel?.row ?? null
  const { row, config } = channel
  const adapter = adapterOf(row.provider)
  const of = { coexistence: row.coexistence, businessShared: await businessIsShared(db, row) }
  const ended = (await adapter.disconnect?.(config, of, AbortSignal.timeout(PATIENCE_MS))) ?? BY_HAND
  const closed = { at: new Date().toISOString(), by, ...ended }
  return inTransaction(db, (tx) => closeChannel(tx, deps.secrets, id, tokensOf(adapter), closed))
}

/**
 * Takes a number into use again that was given up, with the PIN that is kept for it.
 * @returns null, or in words why it did not work
 */
export async function registerAgain(deps: HttpDeps, id: ChannelId): Promise<string | null> {
  const { db } = deps.database
  const pin = await inTransaction(db, (tx) => keptPin(tx, deps.secrets, id, newPin()))
  const channel = await loadChannel(db, deps.secrets, id)
  if (!channel || pin === null) return null
  const outcome = await adapterOf(channel.row.provider).register?.(
    channel.config,
    pin,
    AbortSignal.timeout(PATIENCE_MS),
  )
  if (outcome === undefined || outcome.ok) return null
  const why = providerErrorRule(outcome.failure.code).words.en
  return `The number could not be registered again (${why}). Register it in WhatsApp Manager, with the PIN of its two-step verification.`
}

/** Six digits (reference §10.2). */
export const newPin = (): string => String(randomInt(1_000_000)).padStart(6, '0')
