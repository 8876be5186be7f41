import type { PauseReason } from '../../../domain/campaign/pause-reason.ts'
import { pauseReasonOf } from '../../../domain/campaign-trouble.ts'
import type { CampaignId, ChannelId, ClusterId, UserId } from '../../../domain/ids.ts'
import type { Template, TemplateChoice } from '../../../domain/template/template.ts'
import type { Run, Statement } from '../../intake/run.ts'
import type { BulkOptions, CampaignState } from '../../schema.ts'
import { channelPace } from '../../sends/pace.ts'
import { type TemplateRow, templateOf } from '../../templates/template-row.ts'

/** A campaign that may send now, held until the transaction ends: a person's verb waits for it, or was first. */
export interface SendingCampaign {
  id: CampaignId
  channelId: ChannelId
  choice: TemplateChoice
  template: Template
  clusterId: ClusterId
  fingerprint: string
  createdBy: UserId | null
  createdByName: string
  bulk: BulkOptions
  /** whoever has not agreed to marketing gets nothing */
  requireConsent: boolean
  /** the database's clock, which all workers share */
  now: Date
  /** how far the channel's pace has been given away, in milliseconds */
  aheadMs: number
}

interface Row {
  state: CampaignState
  channelId: ChannelId
  choice: TemplateChoice
  clusterId: ClusterId
  fingerprint: string
  createdBy: UserId | null
  createdByName: string
  bulk: BulkOptions
  requireConsent: boolean
  connected: boolean
  template: TemplateRow | null
  now: Date
}

const HOLD: Statement = {
  name: 'campaign-hold',
  text: `
    select c.state, c.channel_id as "channelId", c.template as choice, c.cluster_id as "clusterId", k.fingerprint,
      c.created_by as "createdBy", c.created_by_name as "createdByName", ch.bulk,
      c.require_consent as "requireConsent",
      ch.deleted_at is null and (ch.state = 'connected' or ch.state = 'restricted' and ch.restrictions <> '[]'
        and not exists (select from jsonb_array_elements(ch.restrictions) r
          where (r ->> 'blocks' = 'templates' or r ->> 'blocks' = 'utility_templates' and t.category = 'utility')
            and coalesce((r ->> 'until')::timestamptz > now(), true))) as connected, to_jsonb(t) as template, clock_timestamp() as now
    from campaigns c
    join channels ch on ch.id = c.channel_id
    join bulk_clusters k on k.id = c.cluster_id
    left join templates t on t.channel_id = c.channel_id and t.name = c.template ->> 'name'
      and t.language = c.template ->> 'language' and t.deleted_at is null
    where c.id = $1 for share of c`,
}

const AHEAD: Statement = {
  name: 'campaign-pace-ahead',
  text: `select extract(epoch from p.next_at - clock_timestamp())::float8 * 1000 as "aheadMs"
    from campaigns c join send_pace p on p.key = $2::text || c.channel_id where c.id = $1`,
}

/** `stopped`: it does not run. `paused`: something is in its way that a person has to mend. */
export type Held =
  | { held: 'running'; campaign: SendingCampaign }
  | { held: 'stopped' }
  | { held: 'paused'; reason: PauseReason }

/** Takes a share in the campaign's row and reads whether it may send, and how. */
export async function holdCampaign(run: Run, id: CampaignId): Promise<Held> {
  const [[row], [pace]] = await Promise.all([
    run<Row>(HOLD, [id]),
    run<{ aheadMs: number }>(AHEAD, [id, channelPace('')]),
  ])
  if (row?.state !== 'running') return { held: 'stopped' }
  if (!row.connected) return { held: 'paused', reason: 'channel_not_connected' }
  const reason = pauseReasonOf(row.template?.status ?? null)
  if (reason !== null || row.template === null) return { held: 'paused', reason: reason ?? 'template_missing' }
  const { state: _state, connected: _connected, template, ...campaign } = row
  return {
    held: 'running',
    campaign: { id, ...campaign, template: templateOf(template), aheadMs: Math.max(0, pace?.aheadMs ?? 0) },
  }
}
