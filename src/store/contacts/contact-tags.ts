import { type SqlBool, sql } from 'kysely'
import type { Actor } from '../actor.ts'
import type { Db } from '../database.ts'
import { containing } from '../like-pattern.ts'

const MOST = 50

/** Tags in use on contacts that the actor may see, the most used first: at most 50. @param q a part of the tag */
export async function listTags(
  db: Db,
  { channelIds }: Pick<Actor, 'channelIds'>,
  q: string,
): Promise<{ name: string; count: number }[]> {
  const { rows } = await sql<{ name: string; count: number }>`
    select tag as name, count(*)::int as count from contacts, unnest(tags) as tag
    where merged_into is null and ${q === '' ? sql<SqlBool>`true` : sql<SqlBool>`tag ilike ${containing(q)}`}
      and ${
        channelIds === null
          ? sql<SqlBool>`true`
          : sql<SqlBool>`exists (select from conversations c where c.contact_id = contacts.id and c.channel_id = any(${channelIds}::uuid[]))`
      }
    group by tag order by count desc, tag limit ${MOST}`.execute(db)
  return rows
}
