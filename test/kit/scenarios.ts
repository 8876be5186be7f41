import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { ScenarioId } from '../../src/domain/ids.ts'
import { readDocument } from '../../src/domain/scenario/document/read-document.ts'
import { planSchedule } from '../../src/store/house/schedules.ts'
import { newId } from '../../src/store/new-id.ts'
import type { House } from './house.ts'

/** Publishes a document as a publish leaves it, without the checks of one. A second time: its next version. */
export async function publishDocument({ database }: Pick<House, 'database'>, text: string): Promise<ScenarioId> {
  const read = readDocument(text)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const { document, canonical } = read
  const known = await database.db
    .selectFrom('scenarios')
    .select(['id', 'published_version'])
    .where('key', '=', document.id)
    .executeTakeFirst()
  const id = known?.id ?? newId<ScenarioId>()
  const version = (known?.published_version ?? 0) + 1
  const isButton = 'button' in document.trigger
  await database.db.transaction().execute(async (tx) => {
    if (!known) {
      await tx
        .insertInto('scenarios')
        .values({
          id,
          key: document.id,
          kind: isButton ? 'button' : 'scenario',
          name: document.name,
          draft: text,
          draft_format: 'yaml',
        })
        .execute()
    }
    await tx
      .insertInto('scenario_versions')
      .values({
        scenario_id: id,
        version,
        document: JSON.stringify(document),
        sha256: createHash('sha256').update(canonical).digest('hex'),
        in_flight: 'pin',
      })
      .execute()
    await tx.updateTable('scenarios').set({ published_version: version }).where('id', '=', id).execute()
    await tx.deleteFrom('scenario_triggers').where('scenario_id', '=', id).execute()
    const event = 'event' in document.trigger ? document.trigger.event : 'button'
    await tx
      .insertInto('scenario_triggers')
      .values({ scenario_id: id, version, event, priority: document.priority })
      .execute()
    await planSchedule(tx, id, document)
    await sql`update scenario_catalogue set version = version + 1`.execute(tx)
  })
  return id
}
