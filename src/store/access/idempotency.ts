import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from '../database.ts'
import type { SecretBox } from '../secret-box.ts'

/** The answer that a request with an Idempotency-Key had, and what the request was. */
export interface StoredAnswer {
  requestHash: Buffer
  status: number
  /** JSON text, byte for byte as it was first sent */
  body: string
}

interface KeyOf {
  principal: string
  key: string
}

/**
 * Takes the key for this transaction, without waiting.
 * PostgreSQL lets it go with the transaction, after the commit is visible: a crash leaves nothing behind, and who
 * gets it next either finds the first request's answer or knows that its effect never happened.
 * @returns false while another request with the same key is under way
 */
export async function takeIdempotencyKey(tx: Tx, { principal, key }: KeyOf): Promise<boolean> {
  const lock: RawBuilder<{ taken: boolean }> = sql`
    select pg_try_advisory_xact_lock(hashtextextended(${`idempotency:${principal}:${key}`}, 0)) as taken`
  const { rows } = await lock.execute(tx)
  return rows[0]?.taken === true
}

/** The answer stored for a key; null where no request with it has succeeded. */
export async function findAnswer(
  db: Db | Tx,
  secrets: SecretBox,
  { principal, key }: KeyOf,
): Promise<StoredAnswer | null> {
  const row = await db
    .selectFrom('idempotency_keys')
    .select(['request_hash', 'status', 'body'])
    .where('principal', '=', principal)
    .where('key', '=', key)
    .executeTakeFirst()
  if (!row || row.status === null || row.body === null) return null
  const { sealed } = row.body as { sealed: string }
  return {
    requestHash: row.request_hash,
    status: row.status,
    body: String(secrets.open(Buffer.from(sealed, 'base64'))),
  }
}

/** Stores the answer in the transaction of its effect. Sealed: an answer may show a new API token, and no other place keeps it. */
export async function storeAnswer(tx: Tx, secrets: SecretBox, of: KeyOf, answer: StoredAnswer): Promise<void> {
  await tx
    .insertInto('idempotency_keys')
    .values({
      principal: of.principal,
      key: of.key,
      request_hash: answer.requestHash,
      status: answer.status,
      body: JSON.stringify({ sealed: secrets.seal(answer.body).toString('base64') }),
    })
    .execute()
}
