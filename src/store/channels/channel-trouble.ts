import type { ChannelId } from '../../domain/ids.ts'
import { providerErrorRule } from '../../domain/provider-errors.ts'
import type { ProviderFailure } from '../../domain/provider-failure.ts'
import { audit } from '../audit.ts'
import { type Database, inTransaction } from '../database.ts'
import { tellChannelStates } from '../house/account-happenings.ts'
import { runIn } from '../intake/run.ts'
import { recordLive } from '../live-events.ts'

/**
 * The provider refused the account as a whole (token revoked, account locked, unpaid): the channel is marked once, with
 * the reason in words, and its sends wait until somebody has mended it and resumed the channel.
 */
export async function channelCannotSend(database: Database, id: ChannelId, failure: ProviderFailure): Promise<void> {
  await inTransaction(database.db, async (tx) => {
    const reason = providerErrorRule(failure.code).words.en
    const marked = await tx
      .updateTable('channels')
      .set({ state: 'needs_attention', state_reason: reason })
      .where('id', '=', id)
      .where('state', '=', 'connected')
      .returning('id')
      .executeTakeFirst()
    if (!marked) return
    await tellChannelStates(runIn(tx), [{ channel: id, from: 'connected', to: 'needs_attention', reason }])
    await audit(tx, {
      actor: { kind: 'worker', id: null },
      action: 'channel.needs_attention',
      subject: { kind: 'channel', id },
      detail: { code: failure.code },
    })
    await recordLive(tx, [{ event: 'channel', data: { channelId: id, state: 'needs_attention' } }])
  })
}
