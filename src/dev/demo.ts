import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Part } from '../http/app.ts'
import { newOpaqueToken } from '../store/access/opaque-token.ts'
import { ensureOwner } from '../store/access/users.ts'
import { createChannel } from '../store/channels/channels.ts'
import { openChannel } from '../store/channels/load-channel.ts'
import { type Database, inTransaction } from '../store/index.ts'
import type { SecretBox } from '../store/secret-box.ts'
import { createSimulator, type SimulatedAccount, type Simulator } from './simulator/index.ts'

interface DemoDeps {
  config: Config
  database: Database
  secrets: SecretBox
  log: Logger
}

export const OWNER = { name: 'Owner', email: 'owner@localhost' }

/** Ids that no real account has, so that a demo is known when it is seen. */
const DEMO = {
  phoneNumberId: '100000000000001',
  wabaId: '100000000000002',
  displayPhone: '+15550001234',
  name: 'Demo WhatsApp',
}

/** The simulator under /simulator, and a demo channel that uses it in place of Meta. */
export async function mountSimulator(deps: DemoDeps): Promise<{ part: Part; stop(): Promise<void> }> {
  const graphUrl = simulatorUrl(deps.config)
  await ensureDemoChannel(deps, graphUrl)
  const simulator: Simulator = createSimulator({
    dataDir: join(deps.config.dataDir, 'simulator'),
    accounts: () => simulatedAccounts(deps),
    log: (message, fields) => deps.log.info({ ...fields }, message),
  })
  return { part: { mount: (app) => app.route('/simulator', simulator.app) }, stop: () => simulator.stop() }
}

/** Provider calls stay on this machine, whatever the public address is. */
const simulatorUrl = (config: Config): string =>
  `http://${config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host}:${config.port}/simulator/graph`

const isSimulated = (graphUrl: string): boolean => /\/simulator\/graph\/?$/.test(graphUrl)

/**
 * The demo channel, made once. The port may be another one than at the last start: channels that point at the
 * simulator follow it.
 */
async function ensureDemoChannel({ database, secrets }: DemoDeps, graphUrl: string): Promise<void> {
  const owner = await ensureOwner(database, OWNER)
  await inTransaction(database.db, async (tx) => {
    const rows = await tx
      .selectFrom('channels')
      .select(['id', 'account_id', 'config', 'deleted_at'])
      .forUpdate()
      .execute()
    for (const row of rows) {
      if (!isSimulated(String(row.config.graphUrl)) || row.config.graphUrl === graphUrl) continue
      await tx
        .updateTable('channels')
        .set({ config: JSON.stringify({ ...row.config, graphUrl }) })
        .where('id', '=', row.id)
        .execute()
    }
    // Once deleted, it stays deleted.
    if (rows.some((row) => row.account_id === DEMO.phoneNumberId)) return
    await createChannel(
      tx,
      secrets,
      {
        provider: 'whatsapp-cloud',
        name: DEMO.name,
        accountId: DEMO.phoneNumberId,
        businessId: DEMO.wabaId,
        displayPhone: DEMO.displayPhone,
        graphUrl,
        checked: true,
        secrets: {
          accessToken: newOpaqueToken(),
          appSecret: newOpaqueToken(),
          previousAppSecret: null,
          verifyToken: newOpaqueToken(),
        },
        taskTemplateId: null,
        newTaskIfNoActive: true,
        reopenLastTask: true,
        bulk: {},
        coexistence: false,
        messagesPerSecond: null,
        createdBy: owner.id,
      },
      { kind: 'system', id: null },
    )
  })
}

/** What the simulator must know of the channels that point at it; the demo channel first, it is the phone's default. */
async function simulatedAccounts({ config, database, secrets }: DemoDeps): Promise<SimulatedAccount[]> {
  const rows = await database.db
    .selectFrom('channels')
    .selectAll()
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .execute()
  return rows
    .filter((row) => isSimulated(String(row.config.graphUrl)))
    .map((row) => {
      const { config: adapter, appSecrets, verifyToken } = openChannel(row, secrets)
      return {
        phoneNumberId: row.account_id,
        wabaId: row.business_id ?? '',
        displayPhone: row.display_phone ?? `+1555${row.account_id.slice(-7)}`,
        name: row.name,
        accessToken: adapter.accessToken,
        appSecret: appSecrets[0] ?? '',
        webhookUrl: `${simulatorUrl(config).replace('/simulator/graph', '')}/webhooks/${row.id}`,
        verifyToken,
        coexistence: row.coexistence,
      }
    })
    .toSorted((a, b) => Number(b.phoneNumberId === DEMO.phoneNumberId) - Number(a.phoneNumberId === DEMO.phoneNumberId))
}
