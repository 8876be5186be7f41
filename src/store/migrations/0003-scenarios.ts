import { type Kysely, sql } from 'kysely'

/** Scenarios and what they need: calendars. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // ── calendars ─────────────────────────────────────────────────────────────────────────────────
  `create table calendars (
    id uuid primary key,
    name text not null,                       -- how scenarios name it
    time_zone text not null,                  -- IANA
    week jsonb not null,                      -- [[{ from, to }]]: seven days, Monday first
    holidays jsonb not null default '[]',     -- [{ date, name, hours }]
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
  `create unique index calendars_name on calendars (lower(name))`,
]
