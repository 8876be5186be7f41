import type { Migration } from 'kysely'
import * as foundation from './0001-foundation.ts'
import * as mailings from './0002-mailings.ts'
import * as scenarios from './0003-scenarios.ts'

/** Migrations in their order. A released one is never changed: add the next. */
export const migrations: Record<string, Migration> = {
  '0001-foundation': foundation,
  '0002-mailings': mailings,
  '0003-scenarios': scenarios,
}
