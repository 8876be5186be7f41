import { spawnSync } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { SetupError } from '../setup-error.ts'

/** The system account that the database runs under, where it cannot be our own. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/**
 * PostgreSQL refuses to run as root, so root lends it another account: the owner of the cluster if there is
 * one already, else `postgres`, else `nobody`. Undefined when we are not root: the database runs as ourselves.
 *
 * @param cluster directory of the cluster, existing or not
 */
export async function databaseAccount(cluster: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const owner = await stat(cluster).catch(() => undefined)
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  for (const name of ['postgres', 'nobody']) {
    const uid = idOf('-u', name)
    const gid = idOf('-g', name)
    if (uid !== undefined && gid !== undefined && uid !== 0) return { uid, gid }
  }
  throw new SetupError(
    'PostgreSQL does not run as root, and this machine has neither a "postgres" nor a "nobody" account. ' +
      'Start Parley as an ordinary user, or set DATABASE_URL.',
  )
}

/** Whether the account can reach this directory: every parent has to let it through. */
export function canEnter(directory: string, account: Account): boolean {
  const result = spawnSync('/bin/sh', ['-c', 'cd "$0"', directory], { ...account, cwd: '/', stdio: 'ignore' })
  return result.status === 0
}

function idOf(flag: '-u' | '-g', name: string): number | undefined {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const id = Number.parseInt(stdout ?? '', 10)
  return status === 0 && Number.isSafeInteger(id) ? id : undefined
}
