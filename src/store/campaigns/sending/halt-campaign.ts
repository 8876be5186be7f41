import { sql } from 'kysely'
import { isErrorSpike, SPIKE_SAMPLE } from '../../../domain/campaign/error-spike.ts'
import type { PauseReason } from '../../../domain/campaign/pause-reason.ts'
import type { TemplateTrouble } from '../../../domain/campaign-trouble.ts'
import type { CampaignId } from '../../../domain/ids.ts'
import { audit } from '../../audit.ts'
import { type Database, type Db, inTransaction } from '../../database.ts'
import { tellTemplateStatuses } from '../../house/account-happenings.ts'
import { runIn } from '../../intake/run.ts'
import { recordLive } from '../../live-events.ts'
import { pauseBySystem } from '../control.ts'

/** Pauses a running campaign until a person has mended what is in its way. Nothing happens to one that does not run. */
export async function haltCampaign(database: Database, id: CampaignId, reason: PauseReason): Promise<void> {
  await inTransaction(database.db, (tx) => pauseBySystem(tx, id, reason))
}

/**
 * The provider refused the campaign's template: that is now known of the template, too, until a webhook or a list that
 * was asked for later says otherwise.
 */
export async function haltForTemplate(database: Database, id: CampaignId, trouble: TemplateTrouble): Promise<void> {
  await inTransaction(database.db, async (tx) => {
    await pauseBySystem(tx, id, trouble.reason)
    const template = await tx
      .updateTable('templates as t')
      .from('campaigns as c')
      .set({
        ...(trouble.status === null ? { deleted_at: sql<Date>`now()` } : { status: trouble.status }),
        heard_at: sql<Date>`clock_timestamp()`,
      })
      .whereRef('t.channel_id', '=', 'c.channel_id')
      .where('c.id', '=', id)
      .where(sql<boolean>`t.name = c.template ->> 'name' and t.language = c.template ->> 'language'`)
      .where('t.deleted_at', 'is', null)
      .where('t.status', '=', 'approved')
      .returning(['t.id', 't.channel_id', 't.name', 't.language'])
      .executeTakeFirst()
    if (!template) return
    const { channel_id: channel, name, language } = template
    const status = trouble.status ?? 'deleted'
    await tellTemplateStatuses(runIn(tx), [{ channel, name, language, from: 'approved', to: status, reason: null }])
    await audit(tx, {
      actor: { kind: 'worker', id: null },
      action: 'template.refused',
      subject: { kind: 'template', id: template.id },
      detail: { campaignId: id, status },
    })
    await recordLive(tx, [{ event: 'channel', data: { channelId: channel } }])
  })
}

/**
 * Do so many of the newest messages fail that the campaign had better wait? Failures that a status reported count, too;
 * those from before it was started or resumed do not: a person has seen them.
 */
export async function hasErrorSpike(db: Db, id: CampaignId): Promise<boolean> {
  const { rows } = await sql<{ failed: boolean }>`
    select d.state = 'failed' as failed from deliveries d join campaigns c on c.id = d.campaign_id
    where d.campaign_id = ${id} and d.queued_at >= c.changed_at
      and d.state not in ('queued', 'sending', 'unknown')
    order by d.queued_at desc limit ${SPIKE_SAMPLE}`.execute(db)
  return isErrorSpike(rows)
}
