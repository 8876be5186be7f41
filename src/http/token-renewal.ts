import type { Logger } from 'pino'
import { adapterFor, allAdapters } from '../channels/registry.ts'
import type { ChannelId } from '../domain/ids.ts'
import { providerErrorRule } from '../domain/provider-errors.ts'
import { isRenewalDue, isRenewalUrgent, type TokenAge } from '../domain/token-renewal.ts'
import { channelCache } from '../store/channels/channel-cache.ts'
import { channelCannotSend } from '../store/channels/channel-trouble.ts'
import { noteChannelTrouble } from '../store/channels/channels.ts'
import { channelsOfProviders, claimRenewal, storeRenewedToken } from '../store/channels/renewed-token.ts'
import { describeError } from '../store/describe-error.ts'
import { type Database, inTransaction } from '../store/index.ts'
import type { SecretBox } from '../store/secret-box.ts'

export interface TokenRenewalDeps {
  database: Database
  secrets: SecretBox
  log: Logger
}

const PATIENCE_MS = 30_000
const LOOK_EVERY_MS = 15 * 60_000

/**
 * Renews access tokens that end, long before they do (reference §11: sixty days). What fails is tried again twice a day;
 * two weeks before the end people read it at the channel, which goes on sending. A token that the provider does not
 * accept any more stops the channel at once, as a refused send does.
 */
export async function renewTokens(
  { database, secrets, log }: TokenRenewalDeps,
  now: number,
  signal: AbortSignal,
): Promise<void> {
  const providers = allAdapters().flatMap(({ provider, refreshToken }) => (refreshToken ? [provider] : []))
  for (const id of await channelsOfProviders(database.db, providers)) {
    if (signal.aborted) return
    const renewed = await renewToken({ database, secrets }, id, now, signal)
    if (renewed !== 'nothing') log.info({ channel: id, renewed }, 'the access token of a channel')
  }
}

async function renewToken(
  { database, secrets }: Omit<TokenRenewalDeps, 'log'>,
  id: ChannelId,
  now: number,
  signal: AbortSignal,
): Promise<'nothing' | 'renewed' | 'failed' | 'refused'> {
  const { db } = database
  const claimed = await claimRenewal(db, secrets, id, now, (age) => isRenewalDue(age, now))
  if (!claimed) return 'nothing'
  const { config, age } = claimed
  const provider = (await channelCache(database, secrets).byId(id))?.row.provider ?? ''
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])
  const answer = await adapterFor(provider)?.refreshToken?.(config, patience)
  if (!answer) return 'nothing'
  if (answer.ok) {
    const { accessToken, livesMs } = answer
    const isStored = await storeRenewedToken(db, secrets, id, {
      from: String(config.accessToken),
      accessToken,
      endsAt: now + livesMs,
      now,
    })
    if (isStored && isRenewalUrgent(age, now)) await inTransaction(db, (tx) => noteChannelTrouble(tx, id, null))
    channelCache(database, secrets).forget()
    return 'renewed'
  }
  if (answer.failure.class === 'channel_down') {
    await channelCannotSend(database, id, answer.failure)
    channelCache(database, secrets).forget()
    return 'refused'
  }
  if (isRenewalUrgent(age, now)) await tellTrouble(database, id, age, answer.failure.code)
  return 'failed'
}

async function tellTrouble({ db }: Database, id: ChannelId, { endsAt }: TokenAge, code: string): Promise<void> {
  const until = endsAt === null ? '' : ` It ends on ${new Date(endsAt).toISOString().slice(0, 10)}.`
  const words = `The access token could not be renewed.${until} Give the channel a new one before that. ${providerErrorRule(code).words.en}`
  await inTransaction(db, (tx) => noteChannelTrouble(tx, id, words))
}

/** Looks now and then whether a token's time has come. Several servers may do so at once. */
export function startTokenRenewal(deps: TokenRenewalDeps): { stop(): Promise<void> } {
  const stopping = new AbortController()
  let underWay: Promise<void> = Promise.resolve()
  const run = () => {
    underWay = underWay
      .then(() => renewTokens(deps, Date.now(), stopping.signal))
      .catch((error) => deps.log.warn({ error: describeError(error) }, 'access tokens could not be looked at'))
  }
  run()
  const timer = setInterval(run, LOOK_EVERY_MS)
  return {
    async stop() {
      clearInterval(timer)
      stopping.abort()
      await underWay
    },
  }
}
