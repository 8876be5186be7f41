import type { ChannelId, TemplateId } from '../../domain/ids.ts'
import type { ChangingTemplate, TemplateRef } from '../../domain/template/template-change.ts'
import type { ChannelState } from '../schema.ts'
import type { Run, Statement } from './run.ts'

/** A template as the intake changes it. */
export interface KnownTemplate extends ChangingTemplate {
  id: TemplateId
  channelId: ChannelId
  channelState: ChannelState
  providerId: string | null
  name: string
  language: string
}

const FIND: Statement = {
  name: 'intake-find-templates',
  text: `
    with named as materialized (
      select * from jsonb_to_recordset($1::jsonb) as n (channel uuid, "providerId" text, name text)
    ), found as (
      select t.id from named n join templates t on t.channel_id = n.channel and t.provider_id = n."providerId"
      union
      select t.id from named n join templates t on t.channel_id = n.channel and t.name = n.name
    )
    select t.id, t.channel_id as "channelId", c.state as "channelState", t.provider_id as "providerId", t.name, t.language,
      t.category, t.status, t.quality, t.components, t.reason, t.heard
    from templates t join channels c on c.id = t.channel_id
    where t.id in (select id from found) and t.deleted_at is null order by t.id for no key update of t`,
}

/** Templates that have the id, or the name in any language. Held until the transaction ends. */
export async function findNamedTemplates(
  run: Run,
  named: readonly (TemplateRef & { channelId: ChannelId })[],
): Promise<KnownTemplate[]> {
  const rows = named.map(({ channelId, providerId, name }) => ({ channel: channelId, providerId, name }))
  return run<KnownTemplate>(FIND, [JSON.stringify(rows)])
}

const STORE: Statement = {
  name: 'intake-store-templates',
  text: `
    update templates t set category = n.category, status = n.status, quality = n.quality, components = n.components,
      reason = n.reason, heard = n.heard, heard_at = clock_timestamp(),
      deleted_at = case when n.status = 'deleted' then now() end
    from jsonb_to_recordset($1::jsonb) as n (id uuid, category text, status text, quality text, components jsonb,
      reason text, heard jsonb)
    where t.id = n.id`,
}

export async function storeTemplates(run: Run, templates: readonly KnownTemplate[]): Promise<void> {
  if (templates.length > 0) await run(STORE, [JSON.stringify(templates)])
}

const DEMAND: Statement = {
  name: 'intake-demand-template-sync',
  text: 'update channels set templates_due_at = least(templates_due_at, now()) where id = any($1::uuid[])',
}

/** The channels' lists are asked for at the next opportunity. */
export async function demandTemplateSync(run: Run, channels: readonly string[]): Promise<void> {
  if (channels.length > 0) await run(DEMAND, [channels])
}
