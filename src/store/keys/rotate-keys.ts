import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import { audit } from '../audit.ts'
import { type Db, inTransaction, type Tx } from '../database.ts'
import type { SecretBox } from '../secret-box.ts'
import { placeOf, SEALED_COLUMNS, type SealedColumn, sealedValue } from './sealed-columns.ts'
import { openRow, rowIs, sealedRows } from './sealed-rows.ts'
import { type KeySurvey, surveyKeys } from './survey-keys.ts'

export interface Rotation {
  /** rows sealed anew, by place */
  resealed: Record<string, number>
  /** everything as it stands afterwards, opened once more */
  survey: KeySurvey[]
  /** nothing is left that needs another key than the newest */
  complete: boolean
}

/** Rows of one transaction: whoever changes a channel waits for no more than these. */
const BATCH = 100

/**
 * Seals everything with the newest key that is not sealed with it yet, in small transactions. Broken off, it goes on
 * where it stood when it is called again, for what is left is found by the name of its key. What cannot be opened stays
 * as it is, and is reported. Afterwards everything is opened once more.
 * @param told after each transaction
 */
export async function rotateKeys(
  db: Db,
  box: SecretBox,
  actor: Parameters<typeof audit>[1]['actor'],
  told: (place: string, resealed: number) => void = () => undefined,
): Promise<Rotation> {
  const resealed: Record<string, number> = {}
  for (const column of SEALED_COLUMNS) {
    let after: string[] | null = null
    do {
      const from: string[] | null = after
      const batch: Batch = await inTransaction(db, (tx) => resealBatch(tx, box, column, from))
      if (batch.resealed > 0) {
        resealed[placeOf(column)] = (resealed[placeOf(column)] ?? 0) + batch.resealed
        told(placeOf(column), batch.resealed)
      }
      after = batch.last
    } while (after !== null)
  }
  const newest = box.keys[0] ?? ''
  if (Object.keys(resealed).length > 0) {
    await inTransaction(db, (tx) =>
      audit(tx, { actor, action: 'keys.rotated', subject: { kind: 'key', id: newest }, detail: { resealed } }),
    )
  }
  const survey = await surveyKeys(db, box)
  const complete = survey.every(
    ({ keys, unreadable }) => unreadable.length === 0 && Object.keys(keys).every((name) => name === newest),
  )
  return { resealed, survey, complete }
}

interface Batch {
  resealed: number
  /** the key of the last row looked at; null: there was none */
  last: string[] | null
}

async function resealBatch(
  tx: Tx,
  box: SecretBox,
  column: SealedColumn,
  after: readonly string[] | null,
): Promise<Batch> {
  const rows = await sealedRows(tx, column, { after, limit: BATCH, notBeginningWith: box.newestHeader, lock: true })
  let resealed = 0
  for (const row of rows) {
    const opened = openRow(box, row)
    if (!opened.readable) continue
    const sealed = box.seal(opened.value)
    // Before the old bytes are gone: what was just sealed gives the same again.
    if (!isDeepStrictEqual(box.open(sealed), opened.value)) throw new Error(`${placeOf(column)} is not sealed rightly`)
    await sql`
      update ${sql.table(column.table)} set ${sql.ref(column.column)} = ${sealedValue(column, sealed)}
      where ${rowIs(column, row.key)}`.execute(tx)
    resealed += 1
  }
  return { resealed, last: rows.at(-1)?.key ?? null }
}
