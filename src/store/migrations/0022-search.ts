import { type Kysely, sql } from 'kysely'

/**
 * Finds parts of names and numbers without reading every row. PostgreSQL's own extension for it comes with every
 * distribution, and the owner of a database may switch it on; where that is refused, searches read on as before, and
 * docs/operating.md says what to run.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(EXTENSION).execute(db)
  for (const [name, place] of Object.entries(INDEXES)) await sql.raw(indexIfPossible(name, place)).execute(db)
}

const EXTENSION = `do $$ begin
  create extension if not exists pg_trgm;
exception when insufficient_privilege or undefined_file or feature_not_supported then
  raise notice 'pg_trgm is not available: searches read every row';
end $$`

const INDEXES = {
  tasks_title_trigrams: 'tasks using gin (title gin_trgm_ops)',
  contacts_name_trigrams: 'contacts using gin (name gin_trgm_ops)',
  contacts_phone_trigrams: 'contacts using gin (phone gin_trgm_ops)',
  identities_value_trigrams: 'identities using gin (value gin_trgm_ops)',
}

const indexIfPossible = (name: string, place: string) => `do $$ begin
  if exists (select from pg_extension where extname = 'pg_trgm') then
    create index if not exists ${name} on ${place};
  end if;
end $$`
