import type { UserId } from '../../domain/ids.ts'
import { audit } from '../audit.ts'
import type { Db, Tx } from '../database.ts'

export function findCredentials(db: Db, id: UserId) {
  return db.selectFrom('users').select(['email', 'password_hash']).where('id', '=', id).executeTakeFirstOrThrow()
}

/** By the person themselves; sign-in links made before no longer work. */
export async function setPassword(tx: Tx, id: UserId, passwordHash: string): Promise<void> {
  await tx.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', id).execute()
  await tx.deleteFrom('sign_in_links').where('user_id', '=', id).where('used_at', 'is', null).execute()
  await audit(tx, {
    actor: { kind: 'employee', id },
    action: 'user.password_changed',
    subject: { kind: 'user', id },
  })
}
