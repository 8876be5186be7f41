import type { Client } from '@temporalio/client'
import { workflowIdOf } from '../../domain/ids.ts'
import { temporalCampaigns } from '../../intake/signal-campaign.ts'
import { temporalSignals } from '../../intake/signal-conversation.ts'
import { temporalHouse } from '../../intake/signal-house.ts'
import { temporalWebhooks } from '../../intake/signal-webhook.ts'
import type { AuditEntry } from '../../store/audit.ts'
import type { Db } from '../../store/index.ts'
import { countDoubtful, type Doubted, doubtSends } from '../../store/repair/doubt-sends.ts'
import { type OpenBeside, openBeside } from '../../store/repair/open-beside.ts'
import { type Comparison, compareMoments, eachWithOpenWork } from './compare-moments.ts'
import { endWorkflow } from './workflow-moments.ts'

export interface Repair extends Comparison {
  /** messages and mailings that may have left since the moment which the database went back to; null: it did not */
  doubtful: Doubted | null
  applied: boolean
}

const WHY = 'the database was set back'

/**
 * Brings the database and the engine together where one of them is of another moment. The database is right: workflows
 * that know more than it are ended, and begin anew from what it says. First, where the database was set back, what may
 * have been sent since is put under people's judgement: no message is repeated by itself (P3).
 * Where it was set back, workflows that know of no event too many may still know of other holds, waits and calls than it:
 * all conversations with open work begin anew, too, and whatever else has open work looks at the database again.
 * Without `apply` it only says what it would do.
 * @param options `before`: what was queued later is certainly unsent; `restored`: the database was set back, also where
 *   no workflow says so
 */
export async function repairMoments(
  { db, client, queuePrefix, actor }: { db: Db; client: Client; queuePrefix: string; actor: AuditEntry['actor'] },
  options: { apply: boolean; restored: boolean; before: Date },
): Promise<Repair> {
  const found = await compareMoments(db, client, queuePrefix)
  const wasSetBack = options.restored || found.ahead.length + found.strangers.length > 0
  if (!options.apply) {
    return { ...found, doubtful: wasSetBack ? await countDoubtful(db, options.before) : null, applied: false }
  }
  const doubtful = wasSetBack ? await doubtSends(db, options.before, actor) : null
  const signal = temporalSignals(client, queuePrefix)
  const tell = signalBeside(client, queuePrefix)
  for (const workflow of found.strangers) await endWorkflow(client, workflow, WHY)
  for (const { conversation, stored } of found.ahead) {
    await endWorkflow(client, workflowIdOf(conversation), WHY)
    // Begun at once, not at its next event: holds and waits keep their time.
    if (stored !== null) await signal({ id: conversation, seq: stored })
  }
  if (wasSetBack) {
    const begun = new Set(found.ahead.map(({ conversation }) => conversation))
    for await (const one of eachWithOpenWork(db)) {
      if (begun.has(one.id)) continue
      await endWorkflow(client, workflowIdOf(one.id), WHY)
      await signal(one)
    }
    for (const one of await openBeside(db)) await tell(one)
  } else {
    for (const one of found.missing) await signal(one)
    for (const one of found.missingBeside) await tell(one)
  }
  return { ...found, doubtful, applied: true }
}

/** Has its workflow look at the database, and begins it where it does not run. */
function signalBeside(client: Client, queuePrefix: string): (work: OpenBeside) => Promise<void> {
  const campaign = temporalCampaigns(client, queuePrefix)
  const house = temporalHouse(client, queuePrefix)
  const webhook = temporalWebhooks(client, queuePrefix)
  return async (work) => {
    switch (work.kind) {
      case 'campaign':
        return campaign(work.id)
      case 'house':
        return house(work.id)
      case 'webhook':
        return webhook(work.id)
    }
  }
}
