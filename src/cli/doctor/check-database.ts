import type { Database } from '../../store/index.ts'
import { appliedMigrations } from '../../store/watch/applied-migrations.ts'
import { readServerState } from '../../store/watch/server-state.ts'
import { type Finding, faultWords, findingsOf } from './finding.ts'

const { ok, warn, bad } = findingsOf('database')

const OLDEST_VERSION = 15
/** The pace of sends goes by the database's clock, signatures of webhooks and sessions by this machine's. */
const SKEW_SECONDS = { warn: 2, bad: 30 }

/** Does it answer, is it fit for Parley, and is there room in it? `answers`: other checks may ask it. */
export async function checkDatabase(
  database: Database,
  connectionsPerProcess: number,
): Promise<{ answers: boolean; isCurrent: boolean; findings: Finding[] }> {
  let state: Awaited<ReturnType<typeof readServerState>>
  let migrations: Awaited<ReturnType<typeof appliedMigrations>>
  try {
    state = await readServerState(database.db)
    migrations = await appliedMigrations(database.db)
  } catch (error) {
    const todo = 'Is PostgreSQL running, and do address, user and password of DATABASE_URL fit?'
    return {
      answers: false,
      isCurrent: false,
      findings: [bad('answers', `it does not answer (${faultWords(error)})`, todo)],
    }
  }
  const findings: Finding[] = [
    state.major >= OLDEST_VERSION
      ? ok('version', `PostgreSQL ${state.version} answers`)
      : bad('version', `PostgreSQL ${state.version} is too old`, `Upgrade it to ${OLDEST_VERSION} or newer.`),
  ]
  const { missing, unknown } = migrations
  if (missing.length > 0) {
    findings.push(
      bad('migrations', `${missing.length} migrations are missing: ${missing.join(', ')}`, 'npx parley migrate'),
    )
  } else if (unknown.length > 0) {
    const words = `it was migrated by a newer Parley: ${unknown.join(', ')}`
    findings.push(bad('migrations', words, 'Run the version of Parley that migrated it, or a newer one.'))
  } else {
    findings.push(ok('migrations', 'the schema is the newest'))
  }
  findings.push(clockFinding(state.clockSkewSeconds), connectionsFinding(state, connectionsPerProcess))
  if (!state.isDurable) {
    const words = 'fsync or synchronous_commit is off: a crash of the machine can lose what was acknowledged (P1)'
    findings.push(warn('durability', words, 'Set fsync = on and synchronous_commit = on.'))
  }
  return { answers: true, isCurrent: missing.length === 0 && unknown.length === 0, findings }
}

/** @param skew seconds by which the database's clock is ahead of this machine's */
export function clockFinding(skew: number): Finding {
  const words = `its clock is ${Math.abs(skew).toFixed(1)} s ${skew < 0 ? 'behind' : 'ahead of'} this machine's`
  if (Math.abs(skew) <= SKEW_SECONDS.warn) return ok('clock', words)
  const todo = 'Let both machines take their time from the same source (NTP).'
  return Math.abs(skew) <= SKEW_SECONDS.bad ? warn('clock', words, todo) : bad('clock', words, todo)
}

/** Is there room for one more process, as when one is restarted beside the old one? */
export function connectionsFinding(
  { connectionsUsed, connectionsMost }: { connectionsUsed: number; connectionsMost: number },
  perProcess: number,
): Finding {
  const words = `${connectionsUsed} of ${connectionsMost} connections are in use`
  if (connectionsMost - connectionsUsed >= perProcess) return ok('connections', words)
  const todo = `Another process of Parley wants up to ${perProcess}: raise max_connections, or lower DATABASE_CONNECTIONS.`
  return connectionsUsed >= connectionsMost ? bad('connections', words, todo) : warn('connections', words, todo)
}
