import { sql } from 'kysely'
import type { CommentId, DeliveryId } from '../../domain/ids.ts'
import type { Happening } from '../../domain/scenario/engine/happening.ts'
import { chainFrom } from '../../domain/scenario/interpreter/chain.ts'
import type { Chain, Run } from '../../domain/scenario/interpreter/run.ts'
import type { Tx } from '../database.ts'

interface Row {
  comment: CommentId
  kind: string
  template: string | null
  campaign: string | null
  scenario: string | null
  errorCode: string | null
}

/**
 * How a message to the client fares (`message.sent`, `.delivered`, `.read`, `.failed`), with what led to the message:
 * a scenario is not started by what it sent itself.
 * @param code of a failure; absent: as it stands with the delivery
 */
export async function deliveryHappening(
  tx: Tx,
  name: 'message.sent' | 'message.delivered' | 'message.read' | 'message.failed',
  delivery: DeliveryId,
  code?: string,
): Promise<Happening[]> {
  const { rows } = await sql<Row>`
    select d.comment_id as comment, m.data -> 'template' ->> 'name' as template, d.campaign_id as campaign,
      coalesce(d.body ->> 'media', d.body ->> 'kind') as kind, d.error_code as "errorCode",
      (select s.key from scenarios s where m.author_kind = 'scenario' and s.id = m.author_id) as scenario
    from deliveries d join comments m on m.id = d.comment_id
    where d.id = ${delivery}`.execute(tx)
  const [row] = rows
  if (!row) return []
  const { comment, kind, template, campaign, scenario } = row
  const failure = name === 'message.failed' ? { code: code ?? row.errorCode ?? 'unknown' } : {}
  return [
    {
      name,
      data: {
        deliveryId: delivery,
        commentId: comment,
        kind,
        template,
        campaignId: campaign,
        byScenario: scenario,
        ...failure,
      },
      comment,
      cause: scenario === null ? null : await causeOfMessage(tx, comment),
    },
  ]
}

/** The chain of the run that sent a message, itself included; null: no run did. */
export async function causeOfMessage(tx: Tx, comment: CommentId): Promise<Chain | null> {
  // The last of a comment's deliveries names the run.
  const { rows } = await sql<{ run: Run }>`
    select r.run from deliveries d join runs r on r.id = d.run_id
    where d.comment_id = ${comment} order by d.ordinal desc limit 1`.execute(tx)
  return rows[0] ? chainFrom(rows[0].run) : null
}
