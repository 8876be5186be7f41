import { type Kysely, sql } from 'kysely'

/** Channels whose provider does not answer: their sends wait. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // null: it is sent as usual (src/store/sends/circuits.ts)
  await sql.raw('alter table channels add column send_circuit jsonb').execute(db)
}
