import type { Client } from '@temporalio/client'
import { temporalSignals } from '../../intake/signal-conversation.ts'
import type { AuditEntry } from '../../store/audit.ts'
import type { Db } from '../../store/index.ts'
import { countDoubtful, type Doubted, doubtSends } from '../../store/repair/doubt-sends.ts'
import { type Comparison, compareMoments } from './compare-moments.ts'
import { endWorkflow } from './workflow-moments.ts'

export interface Repair extends Comparison {
  /** messages and mailings that may have left since the moment which the database went back to; null: it did not */
  doubtful: Doubted | null
  applied: boolean
}

/**
 * Brings the database and the engine together where one of them is of another moment. The database is right: workflows
 * that know more than it are ended, and begin anew from what it says. First, where the database was set back, what may
 * have been sent since is put under people's judgement: no message is repeated by itself (P3).
 * Without `apply` it only says what it would do.
 * @param options `before`: what was queued later is certainly unsent; `restored`: the database was set back, also where
 *   no workflow says so
 */
export async function repairMoments(
  { db, client, queuePrefix, actor }: { db: Db; client: Client; queuePrefix: string; actor: AuditEntry['actor'] },
  options: { apply: boolean; restored: boolean; before: Date },
): Promise<Repair> {
  const found = await compareMoments(db, client, queuePrefix)
  const wasSetBack = options.restored || found.ahead.length > 0
  if (!options.apply) {
    return { ...found, doubtful: wasSetBack ? await countDoubtful(db, options.before) : null, applied: false }
  }
  const doubtful = wasSetBack ? await doubtSends(db, options.before, actor) : null
  const signal = temporalSignals(client, queuePrefix)
  for (const { conversation, stored } of found.ahead) {
    await endWorkflow(client, conversation, 'the database was set back')
    // Begun at once, not at its next event: holds and waits keep their time.
    if (stored !== null) await signal({ id: conversation, seq: stored })
  }
  for (const one of found.missing) await signal(one)
  return { ...found, doubtful, applied: true }
}
