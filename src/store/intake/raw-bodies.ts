import type { ChannelId } from '../../domain/ids.ts'
import type { Run, Statement } from './run.ts'

/** A webhook's body as it came, kept so that whatever was made of it can be made again. */
export interface RawBody {
  channelId: ChannelId
  contentType: string | null
  body: Uint8Array
}

/** All bodies in one binary parameter, cut apart by PostgreSQL: an array of bytea would travel as hexadecimal text. */
const STORE: Statement = {
  name: 'intake-raw-bodies',
  text: `
    with bodies as materialized (
      select b.*, nextval('raw_bodies_id_seq') as id
      from jsonb_to_recordset($1::jsonb) as b (place int, channel uuid, type text, start int, size int)
    ), stored as (
      insert into raw_bodies (id, channel_id, content_type, body) overriding system value
      select id, channel, type, substring($2::bytea from start for size) from bodies
    )
    select place, id from bodies`,
}

/** @returns the ids, in the order of the bodies */
export async function storeRawBodies(run: Run, bodies: readonly RawBody[]): Promise<number[]> {
  if (bodies.length === 0) return []
  let start = 1
  const places = bodies.map(({ channelId, contentType, body }, place) => {
    const entry = { place, channel: channelId, type: contentType, start, size: body.byteLength }
    start += body.byteLength
    return entry
  })
  const bytes = Buffer.concat(bodies.map(({ body }) => body))
  const rows = await run<{ place: number; id: number }>(STORE, [JSON.stringify(places), bytes])
  return rows.toSorted((a, b) => a.place - b.place).map(({ id }) => id)
}
