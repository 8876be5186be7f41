import { sql } from 'kysely'
import type { Logger } from 'pino'
import type { Db } from '../database.ts'
import type { SecretBox } from '../secret-box.ts'
import { placeOf, SEALED_COLUMNS, type SealedColumn, sealedBytes } from './sealed-columns.ts'
import { openRow, sealedRows, type UnreadableRow } from './sealed-rows.ts'

/** What one column holds, by the names of the keys it is sealed with. */
export interface KeySurvey {
  place: string
  /** rows by the name of their key */
  keys: Record<string, number>
  unreadable: UnreadableRow[]
}

const BATCH = 200

/** Opens everything that is sealed, and says with which key it is sealed and what cannot be opened. */
export async function surveyKeys(db: Db, box: SecretBox): Promise<KeySurvey[]> {
  const found: KeySurvey[] = []
  for (const column of SEALED_COLUMNS) found.push(await surveyColumn(db, box, column))
  return found
}

async function surveyColumn(db: Db, box: SecretBox, column: SealedColumn): Promise<KeySurvey> {
  const survey: KeySurvey = { place: placeOf(column), keys: {}, unreadable: [] }
  let after: string[] | null = null
  for (;;) {
    const rows = await sealedRows(db, column, { after, limit: BATCH })
    for (const row of rows) {
      const name = box.keyOf(row.sealed)
      if (name !== null) survey.keys[name] = (survey.keys[name] ?? 0) + 1
      const opened = openRow(box, row)
      if (!opened.readable) survey.unreadable.push(opened.row)
    }
    after = rows.at(-1)?.key ?? null
    if (rows.length < BATCH || after === null) return survey
  }
}

/** Says in the log which secrets no given key opens, by place and count: what uses them fails, each in its own place. */
export async function warnOfForeignKeys(db: Db, box: SecretBox, log: Pick<Logger, 'warn'>): Promise<void> {
  for (const column of SEALED_COLUMNS) {
    const bytes = sealedBytes(column)
    const { rows } = await sql<{ key: string; count: number }>`
      select encode(substring(${bytes} from 2 for 4), 'hex') as key, count(*)::int as count
      from ${sql.table(column.table)} where ${bytes} is not null group by 1`.execute(db)
    for (const { key, count } of rows) {
      if (box.keys.includes(key)) continue
      log.warn({ place: placeOf(column), key, count }, 'secrets are sealed with a key that is not given')
    }
  }
}
