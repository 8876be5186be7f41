import type { Logger } from 'pino'
import { nextAppSync } from '../domain/app-sync-retry.ts'
import type { ChannelId } from '../domain/ids.ts'
import { providerErrorRule } from '../domain/provider-errors.ts'
import {
  type AppSyncWhat,
  claimAppSync,
  claimAppSyncRetries,
  noteAppSync,
  unclaimAppSync,
} from '../store/channels/app-sync.ts'
import { loadChannel } from '../store/channels/load-channel.ts'
import { describeError } from '../store/describe-error.ts'
import type { Database } from '../store/index.ts'
import type { SecretBox } from '../store/secret-box.ts'
import { adapterOf } from './channel-account.ts'

export interface PhoneAppDeps {
  database: Database
  secrets: SecretBox
}

const PATIENCE_MS = 10_000
const LOOK_EVERY_MS = 30_000
const BOTH: readonly AppSyncWhat[] = ['contacts', 'history']

/**
 * Asks the phone app for its phone book and its history, each once in a channel's life, within a day of connecting (M4).
 * Events must be directed here first. What goes wrong is shown, and stops nothing. What certainly was not asked is asked
 * again: by itself where the reason passes, else when the channel is next changed.
 */
export async function askPhoneAppOnce(deps: PhoneAppDeps, id: ChannelId, now = new Date()): Promise<void> {
  const { db } = deps.database
  const channel = await loadChannel(db, deps.secrets, id)
  const adapter = channel && adapterOf(channel.row.provider)
  if (!channel?.row.coexistence || !adapter?.askPhoneApp) return
  const before = channel.row.app_sync
  const tries = (before.tries ?? 0) + 1
  let problem: string | null = null
  let retryAt: Date | null = null
  for (const what of BOTH) {
    if (!(await claimAppSync(db, id, what))) continue
    const outcome = await adapter.askPhoneApp(channel.config, what, AbortSignal.timeout(PATIENCE_MS))
    if (outcome.asked === 'yes') continue
    problem ??= providerErrorRule(outcome.failure.code).words.en
    if (outcome.asked === 'perhaps') continue
    await unclaimAppSync(db, id, what)
    retryAt ??= nextAppSync(outcome.failure, tries, now)
  }
  if (problem !== (before.problem ?? null) || retryAt !== null || before.retryAt != null) {
    await noteAppSync(db, id, { problem, retryAt, tries: retryAt === null ? 0 : tries })
  }
}

/** Asks again where it is time to. Several servers may do so at once: each question is claimed before it is put. */
export async function askPhoneAppsAgain(deps: PhoneAppDeps): Promise<ChannelId[]> {
  const due = await claimAppSyncRetries(deps.database.db)
  for (const id of due) await askPhoneAppOnce(deps, id)
  return due
}

/** Looks now and then whether a phone app is to be asked again. */
export function startPhoneAppRetries(deps: PhoneAppDeps & { log: Logger }): { stop(): Promise<void> } {
  let underWay: Promise<void> = Promise.resolve()
  const run = () => {
    underWay = underWay.then(async () => {
      try {
        for (const channel of await askPhoneAppsAgain(deps)) deps.log.info({ channel }, 'a phone app was asked again')
      } catch (error) {
        deps.log.warn({ error: describeError(error) }, 'phone apps could not be asked again')
      }
    })
  }
  run()
  const timer = setInterval(run, LOOK_EVERY_MS)
  return {
    async stop() {
      clearInterval(timer)
      await underWay
    },
  }
}
