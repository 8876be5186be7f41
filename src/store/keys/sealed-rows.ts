import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from '../database.ts'
import type { SecretBox } from '../secret-box.ts'
import { type SealedColumn, sealedBytes } from './sealed-columns.ts'

/** A row with sealed bytes. */
export interface SealedRow {
  key: string[]
  sealed: Buffer
}

/** A row whose secret is out of reach, for a person to mend. */
export interface UnreadableRow {
  /** the values of its key columns, with a slash between */
  row: string
  /** the name of the key that it was sealed with; null: the bytes are nothing that was sealed */
  key: string | null
  why: 'key_not_given' | 'damaged'
}

/**
 * Rows of a column in the order of their key.
 * @param after the key of the last row of the batch before; null: from the beginning
 * @param notBeginningWith leaves out what is sealed with this key
 * @param lock holds them until the transaction ends, so that no change is overwritten
 */
export async function sealedRows(
  db: Db | Tx,
  column: SealedColumn,
  options: { after: readonly string[] | null; limit: number; notBeginningWith?: Buffer; lock?: boolean },
): Promise<SealedRow[]> {
  const bytes = sealedBytes(column)
  const { after, limit, notBeginningWith: header } = options
  const { rows } = await sql<{ key: string[]; sealed: Buffer }>`
    select array[${sql.join(keyColumns(column).map((name) => sql`${name}::text`))}] as key, ${bytes} as sealed
    from ${sql.table(column.table)}
    where ${bytes} is not null
      ${header ? sql`and substring(${bytes} from 1 for ${header.length}) <> ${header}` : sql``}
      ${after ? sql`and (${sql.join(keyColumns(column))}) > (${sql.join([...after])})` : sql``}
    order by ${sql.join(keyColumns(column))} limit ${limit} ${options.lock ? sql`for no key update` : sql``}`.execute(
    db,
  )
  return rows
}

const keyColumns = ({ key }: SealedColumn): RawBuilder<unknown>[] => key.map((name) => sql.ref(name))

/** The condition that names one row. */
export const rowIs = (column: SealedColumn, key: readonly string[]): RawBuilder<boolean> =>
  sql<boolean>`(${sql.join(keyColumns(column))}) = (${sql.join([...key])})`

export type Opened = { readable: true; value: unknown } | { readable: false; row: UnreadableRow }

/** Opens a row, or says why it cannot be opened. */
export function openRow(box: SecretBox, { key, sealed }: SealedRow): Opened {
  const name = box.keyOf(sealed)
  const unreadable = (why: UnreadableRow['why']): Opened => ({
    readable: false,
    row: { row: key.join('/'), key: name, why },
  })
  if (name !== null && !box.keys.includes(name)) return unreadable('key_not_given')
  try {
    return { readable: true, value: box.open(sealed) }
  } catch {
    return unreadable('damaged')
  }
}
