import type { Command } from 'commander'
import type { Config } from '../../config.ts'
import { type Database, openDatabase } from '../../store/index.ts'
import { secretBox } from '../../store/secret-box.ts'
import type { ApiOptions } from '../api-client.ts'
import { withApiOptions } from '../api-options.ts'
import { type Console, show, withoutControls } from '../console.ts'
import { Failure } from '../failure.ts'
import { baseUrl, databaseUrl, running } from '../installation.ts'
import { checkChannels, checkSecrets } from './check-channels.ts'
import { checkConfiguration } from './check-configuration.ts'
import { checkDatabase } from './check-database.ts'
import { checkFiles } from './check-files.ts'
import { checkQueues } from './check-queues.ts'
import { checkPublicAddress, checkServer } from './check-server.ts'
import { checkTemporal } from './check-temporal.ts'
import { AREAS, type Finding, findingsOf } from './finding.ts'

/** As in src/config.ts; for a look at the database where the settings cannot be read. */
const USUAL_CONNECTIONS = 12

/** Looks at a whole installation, part by part, and changes nothing. */
export function addDoctorCommand(program: Command, console: Console): void {
  withApiOptions(
    program
      .command('doctor')
      .description('look at the whole installation and say what to do; ends with 1 where something is bad'),
  ).action(async (options: ApiOptions & { json?: boolean }) => {
    const findings = await examine(console, options)
    const bad = findings.filter(({ state }) => state === 'bad')
    show(console, options, { ok: bad.length === 0, findings }, () => findings.map(asLine).join('\n'))
    const areas = [...new Set(bad.map(({ area }) => area))]
    if (areas.length > 0) throw new Failure(`Not in order: ${areas.join(', ')}.`)
  })
}

/** One part after the other; what stands in the way of one does not keep the others from being looked at. */
async function examine(console: Console, options: ApiOptions): Promise<Finding[]> {
  const { config, findings } = await checkConfiguration(environmentOf(console))
  const address = databaseUrl(console)
  const database = address ? openDatabase(address, { maxConnections: 2 }) : null
  try {
    if (database) findings.push(...(await examineDatabase(database, config)))
    if (config) {
      findings.push(...(await checkTemporal(config.temporal)), ...(await checkFiles(config)))
    } else {
      for (const area of ['temporal', 'files'] as const)
        findings.push(findingsOf(area).skipped(area, 'the settings have to be right first'))
    }
    const server = await checkServer(baseUrl(console, options.url))
    findings.push(...server.findings)
    findings.push(
      ...(server.answers
        ? await checkChannels(console, options)
        : [findingsOf('channels').skipped('channels', 'they are asked through the server')]),
    )
    if (config) findings.push(...(await checkPublicAddress(config.publicUrl)))
  } finally {
    await database?.close()
  }
  return findings.toSorted((a, b) => AREAS.indexOf(a.area) - AREAS.indexOf(b.area))
}

async function examineDatabase(database: Database, config: Config | null): Promise<Finding[]> {
  const { answers, isCurrent, findings } = await checkDatabase(
    database,
    config?.databaseConnections ?? USUAL_CONNECTIONS,
  )
  if (!answers || !isCurrent) {
    const why = answers ? 'the database has to be migrated first' : 'the database does not answer'
    return [...findings, findingsOf('queues').skipped('queues', why)]
  }
  const secrets = config ? await checkSecrets(database, secretBox(config.secretKeys)) : []
  return [...findings, ...secrets, ...(await checkQueues(database))]
}

/** What server and worker are given: the environment, and for what it leaves open the notes of a running `npm start`. */
function environmentOf(console: Console): NodeJS.ProcessEnv {
  const { baseUrl: url, databaseUrl: database, temporalAddress, temporalNamespace } = running(console)
  const given = Object.fromEntries(Object.entries(console.env).filter(([, value]) => value !== ''))
  return {
    ...(database && { DATABASE_URL: database }),
    ...(temporalAddress && { TEMPORAL_ADDRESS: temporalAddress }),
    ...(temporalNamespace && { TEMPORAL_NAMESPACE: temporalNamespace }),
    ...(url && { PUBLIC_URL: url }),
    ...given,
  }
}

const MARKS = { ok: 'ok     ', warn: 'LOOK   ', bad: 'WRONG  ', skipped: '–      ' } as const

function asLine({ area, state, found, todo }: Finding): string {
  const lines = found.split('\n').map(withoutControls)
  const head = `${MARKS[state]}${area.padEnd(16)}${lines.join('\n'.padEnd(24))}`
  return todo === null ? head : `${head}\n${''.padEnd(23)}→ ${todo}`
}
