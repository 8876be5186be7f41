import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Condition, Row } from '../../../domain/scenario/expressions/conditions.ts'

type Sql = RawBuilder<SqlBool>

/**
 * What every task, or contact, that a condition holds for surely is, as SQL over `t` or `ct`: for a `find` to look at
 * fewer. Never less than the condition lets through, often more: whoever reads still asks the condition.
 */
export function narrowed(what: 'tasks' | 'contacts', where: Condition): Sql {
  const certain = rowsThatMustHold(where).flatMap((row) => OF[what](row) ?? [])
  return certain.length === 0 ? sql<SqlBool>`true` : sql<SqlBool>`(${sql.join(certain, sql` and `)})`
}

/** Without these the whole condition does not hold. */
function rowsThatMustHold(condition: Condition): Row[] {
  if ('all' in condition) return condition.all.flatMap(rowsThatMustHold)
  return 'field' in condition ? [condition] : []
}

/** As the operators compare them: the same text, the same number, an element of a list. */
const OF: Record<'tasks' | 'contacts', (row: Row) => Sql | null> = {
  tasks(row) {
    const { field } = row
    if ('is' in row) {
      const { is } = row
      if (field === 'task.status.active' && typeof is === 'boolean') return sql`t.active = ${is}`
      if (field === 'task.status.key' && typeof is === 'string') return sql`t.status = ${is}`
      if (field === 'task.id' && typeof is === 'string') return sql`t.id::text = ${is}`
    }
    if ('in' in row && field === 'task.status.key') {
      const keys = row.in.filter((one) => typeof one === 'string')
      return keys.length === row.in.length ? sql`t.status = any(${keys}::text[])` : null
    }
    if ('contains' in row && field === 'task.assigneeIds' && typeof row.contains === 'string') {
      return UUID.test(row.contains) ? sql`t.assignee_ids @> array[${row.contains}::uuid]` : null
    }
    return null
  },
  contacts(row) {
    const { field } = row
    if ('is' in row) {
      const { is } = row
      if (field === 'contact.optedOut' && typeof is === 'boolean') return sql`(ct.opted_out_at is not null) = ${is}`
      if (field === 'contact.id' && typeof is === 'string') return sql`ct.id::text = ${is}`
      if (field === 'contact.phone' && typeof is === 'string') return sql`ct.phone = ${is}`
    }
    if ('contains' in row && field === 'contact.tags' && typeof row.contains === 'string') {
      return sql`ct.tags @> array[${row.contains}::text]`
    }
    return null
  },
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
