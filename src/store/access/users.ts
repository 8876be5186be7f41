import type { Selectable } from 'kysely'
import type { ChannelId, UserId } from '../../domain/ids.ts'
import { type AuditEntry, audit } from '../audit.ts'
import { type Database, type Db, inTransaction, type Tx } from '../database.ts'
import { newId } from '../new-id.ts'
import type { Role, UsersTable } from '../schema.ts'

export type UserRow = Omit<Selectable<UsersTable>, 'password_hash' | 'read_from'>

const COLUMNS = ['id', 'name', 'email', 'role', 'channel_ids', 'active', 'created_at'] as const

/** In the order in which they were made. @returns up to `limit` + 1 rows, the last one telling that there are more */
export async function listUsers(
  db: Db,
  page: { after: UserId | null; limit: number; active?: boolean },
): Promise<UserRow[]> {
  let query = db
    .selectFrom('users')
    .select(COLUMNS)
    .orderBy('id')
    .limit(page.limit + 1)
  if (page.after) query = query.where('id', '>', page.after)
  if (page.active !== undefined) query = query.where('active', '=', page.active)
  return query.execute()
}

export function findUser(db: Db | Tx, id: UserId): Promise<UserRow | undefined> {
  return db.selectFrom('users').select(COLUMNS).where('id', '=', id).executeTakeFirst()
}

/** @param email in any case */
export function findUserByEmail(db: Db | Tx, email: string) {
  return db
    .selectFrom('users')
    .select([...COLUMNS, 'password_hash'])
    .where((where) => where(where.fn<string>('lower', ['email']), '=', email.toLowerCase()))
    .executeTakeFirst()
}

export interface NewUser {
  name: string
  email: string
  role: Role
  /** null: every channel */
  channelIds: ChannelId[] | null
  passwordHash: string | null
}

/** @returns null where the address is taken */
export async function createUser(tx: Tx, user: NewUser, actor: AuditEntry['actor']): Promise<UserRow | null> {
  const row = await tx
    .insertInto('users')
    .values({
      id: newId<UserId>(),
      name: user.name,
      email: user.email,
      role: user.role,
      channel_ids: user.channelIds,
      password_hash: user.passwordHash,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning(COLUMNS)
    .executeTakeFirst()
  if (!row) return null
  await audit(tx, {
    actor,
    action: 'user.created',
    subject: { kind: 'user', id: row.id },
    detail: { role: row.role, channelIds: row.channel_ids },
  })
  return row
}

export interface UserChanges {
  name?: string
  email?: string
  role?: Role
  channelIds?: ChannelId[] | null
  active?: boolean
}

export type UserChange = { ok: true; user: UserRow } | { ok: false; because: 'unknown' | 'email_taken' | 'last_owner' }

/**
 * Changes a person; whoever is deactivated is signed out everywhere.
 * @param allowed looks at the person as they are, under the lock, and throws to refuse
 */
export async function changeUser(
  tx: Tx,
  id: UserId,
  changes: UserChanges,
  actor: AuditEntry['actor'],
  allowed: (user: UserRow) => void = () => undefined,
): Promise<UserChange> {
  // Every change that could end an owner waits for the others, so that two owners cannot remove each other at once.
  const owners = await tx
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'owner')
    .where('active', '=', true)
    .orderBy('id')
    .forUpdate()
    .execute()
  const before = await tx.selectFrom('users').select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst()
  if (!before) return { ok: false, because: 'unknown' }
  allowed(before)
  const endsOwner = (changes.role !== undefined && changes.role !== 'owner') || changes.active === false
  if (endsOwner && owners.length === 1 && owners[0]?.id === id) return { ok: false, because: 'last_owner' }
  if (changes.email !== undefined) {
    const other = await findUserByEmail(tx, changes.email)
    if (other && other.id !== id) return { ok: false, because: 'email_taken' }
  }

  const values = {
    ...(changes.name !== undefined && { name: changes.name }),
    ...(changes.email !== undefined && { email: changes.email }),
    ...(changes.role !== undefined && { role: changes.role }),
    ...(changes.channelIds !== undefined && { channel_ids: changes.channelIds }),
    ...(changes.active !== undefined && { active: changes.active }),
  }
  if (Object.keys(values).length === 0) return { ok: true, user: before }
  const user = await tx
    .updateTable('users')
    .set(values)
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirstOrThrow()
  if (!user.active) {
    await tx.deleteFrom('sessions').where('user_id', '=', id).execute()
    await tx.deleteFrom('sign_in_links').where('user_id', '=', id).execute()
  }
  await audit(tx, {
    actor,
    action: before.active && !user.active ? 'user.deactivated' : 'user.changed',
    subject: { kind: 'user', id },
    detail: { fields: Object.keys(values), role: user.role, channelIds: user.channel_ids },
  })
  return { ok: true, user }
}

/** Which of these are no active people? */
export async function unknownUsers(db: Db | Tx, ids: readonly UserId[]): Promise<UserId[]> {
  if (ids.length === 0) return []
  const rows = await db.selectFrom('users').select('id').where('id', 'in', ids).where('active', '=', true).execute()
  const known = new Set(rows.map((row) => row.id))
  return ids.filter((id) => !known.has(id))
}

/**
 * The installation's owner, made if there is none: a fresh installation has somebody to sign in as,
 * and an assignee of last resort (M9). Without a password: by a sign-in link.
 */
export async function ensureOwner(
  database: Database,
  owner: { name: string; email: string },
): Promise<{ id: UserId; email: string; created: boolean }> {
  return inTransaction(database.db, async (tx) => {
    const found = await tx
      .selectFrom('users')
      .select(['id', 'email'])
      .where('role', '=', 'owner')
      .where('active', '=', true)
      .orderBy('created_at')
      .limit(1)
      .executeTakeFirst()
    if (found) return { ...found, created: false }
    const made = await createUser(
      tx,
      { ...owner, role: 'owner', channelIds: null, passwordHash: null },
      { kind: 'system', id: null },
    )
    if (made) return { id: made.id, email: made.email, created: true }
    const other = await findUserByEmail(tx, owner.email)
    if (!other) throw new Error('the owner could neither be found nor made')
    return { id: other.id, email: other.email, created: false }
  })
}
