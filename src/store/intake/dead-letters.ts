import type { DeadLetterId } from '../../domain/ids.ts'
import type { Run, Statement } from './run.ts'

const RESOLVE: Statement = {
  name: 'intake-resolve-dead-letter',
  text: `update dead_letters set resolved_at = now(), resolution = 'replayed'
    where id = $1 and resolved_at is null returning id`,
}

/** @returns false when it was resolved already */
export async function resolveReplayed(run: Run, id: DeadLetterId): Promise<boolean> {
  return (await run(RESOLVE, [id])).length > 0
}
