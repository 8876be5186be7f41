import pg from 'pg'

const TRIES = 20

/**
 * Lets time pass for the database: every moment that it holds lies so much further back from now on, as it would if so
 * much time had gone by. Moments within JSON stay, but for the channels' circuits.
 * @param url the database's, as an owner
 */
export async function passTime(url: string, milliseconds: number): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ table: string; columns: string[] }>(`
      select c.relname as table, array_agg(a.attname::text) as columns from pg_attribute a
      join pg_class c on c.oid = a.attrelid and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
      where a.atttypid = 'timestamptz'::regtype and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      group by 1 order by 1`)
    for (let tries = 1; ; tries++) {
      try {
        await client.query('begin')
        for (const { table, columns } of rows) {
          const earlier = columns.map((name) => `"${name}" = "${name}" - $1::float8 * interval '1 millisecond'`)
          await client.query(`update "${table}" set ${earlier.join(', ')}`, [milliseconds])
        }
        await client.query(
          `update channels set send_circuit = jsonb_set(jsonb_set(send_circuit,
            '{circuit,until}', to_jsonb((send_circuit #>> '{circuit,until}')::float8 - $1)),
            '{since}', to_jsonb((send_circuit ->> 'since')::float8 - $1))
           where send_circuit is not null`,
          [milliseconds],
        )
        await client.query('commit')
        return
      } catch (error) {
        await client.query('rollback')
        // Whoever works meanwhile takes rows in another order.
        if (tries === TRIES || (error as { code?: string }).code !== '40P01') throw error
      }
    }
  } finally {
    await client.end()
  }
}
