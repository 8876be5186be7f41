import type { Logger } from 'pino'
import { adapterFor } from '../channels/registry.ts'
import type { ChannelId } from '../domain/ids.ts'
import { providerErrorRule } from '../domain/provider-errors.ts'
import type { AuditEntry } from '../store/audit.ts'
import { loadChannel } from '../store/channels/load-channel.ts'
import { describeError } from '../store/describe-error.ts'
import { type Database, inTransaction } from '../store/index.ts'
import { done, missing, type Refusable, refuse } from '../store/refusal.ts'
import type { SecretBox } from '../store/secret-box.ts'
import {
  claimDueSyncs,
  databaseTime,
  noteSyncProblem,
  type SyncedTemplates,
  syncTemplates,
} from '../store/templates/sync-templates.ts'

export interface TemplateSyncDeps {
  database: Database
  secrets: SecretBox
  log: Logger
}

/** A list of 6000 templates takes Meta some seconds for each page. */
const PATIENCE_MS = 120_000
const LOOK_EVERY_MS = 20_000

/**
 * Asks the provider for its list of templates and makes ours equal to it (M15). What goes wrong is noted at the channel.
 * Refuses with `not_found`, `templates_unsupported` or `templates_unavailable` (details: the provider's code).
 */
export async function syncChannelTemplates(
  { database: { db }, secrets }: Pick<TemplateSyncDeps, 'database' | 'secrets'>,
  channelId: ChannelId,
  actor: AuditEntry['actor'],
  signal: AbortSignal = AbortSignal.timeout(PATIENCE_MS),
): Promise<Refusable<SyncedTemplates>> {
  const channel = await loadChannel(db, secrets, channelId)
  if (!channel) return missing('This channel')
  const api = adapterFor(channel.row.provider)?.templates
  if (!api) return refuse('conflict', 'templates_unsupported', 'The provider of this channel has no templates')

  const askedAt = await databaseTime(db)
  const outcome = await api.list(channel.config, signal)
  if (!outcome.ok) {
    const { code, detail } = outcome.failure
    const words = `The templates could not be had from the provider. ${providerErrorRule(code).words.en}`
    await inTransaction(db, (tx) => noteSyncProblem(tx, channelId, words))
    return refuse('invalid', 'templates_unavailable', words, { providerCode: code, providerMessage: detail })
  }
  const { templates } = outcome
  const synced = await inTransaction(db, (tx) => syncTemplates(tx, channelId, templates, askedAt, actor))
  return synced ? done(synced) : missing('This channel')
}

/** Looks now and then which channels' templates are due: every six hours, after a failure, or because of an event. */
export function startTemplateSync(deps: TemplateSyncDeps): { stop(): Promise<void> } {
  const stopping = new AbortController()
  let underWay: Promise<void> | null = null

  async function look(): Promise<void> {
    for (const channel of await claimDueSyncs(deps.database.db)) {
      if (stopping.signal.aborted) return
      const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(PATIENCE_MS)])
      const { refused } = await syncChannelTemplates(deps, channel, { kind: 'system', id: null }, signal)
      if (refused) deps.log.warn({ channel, code: refused.code }, 'templates could not be synchronised')
    }
  }
  const run = () => {
    underWay ??= look()
      .catch((error) => deps.log.warn({ error: describeError(error) }, 'templates could not be synchronised'))
      .finally(() => {
        underWay = null
      })
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
