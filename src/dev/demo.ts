import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Part } from '../http/app.ts'
import { newOpaqueToken } from '../store/access/opaque-token.ts'
import { ensureOwner } from '../store/access/users.ts'
import { createChannel } from '../store/channels/channels.ts'
import { type Database, inTransaction } from '../store/index.ts'
import type { SecretBox } from '../store/secret-box.ts'
import { movedAddress, type SimulatedChannel, simulatedChannels, simulatorUrl } from './simulated-channels.ts'
import { createSimulator, type SimulatedAccount, type Simulator } from './simulator/index.ts'
import type { InstagramChannel } from './simulator/instagram/index.ts'
import type { ServiceLine, ServiceProvider } from './simulator/services/index.ts'
import type { TwilioSender } from './simulator/twilio/index.ts'

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
  await ensureDemoChannel(deps)
  const simulator: Simulator = createSimulator({
    dataDir: join(deps.config.dataDir, 'simulator'),
    accounts: () => simulatedAccounts(deps),
    instagramChannels: () => instagramChannels(deps),
    twilioSenders: () => twilioSenders(deps),
    serviceLines: (provider) => serviceLines(deps, provider),
    log: (message, fields) => deps.log.info({ ...fields }, message),
  })
  return { part: { mount: (app) => app.route('/simulator', simulator.app) }, stop: () => simulator.stop() }
}

/**
 * The demo channel, made once. The port may be another one than at the last start: channels that point at the
 * simulator follow it.
 */
async function ensureDemoChannel({ config, database, secrets }: DemoDeps): Promise<void> {
  const owner = await ensureOwner(database, OWNER)
  await inTransaction(database.db, async (tx) => {
    const rows = await tx
      .selectFrom('channels')
      .select(['id', 'provider', 'account_id', 'config', 'deleted_at'])
      .forUpdate()
      .execute()
    for (const row of rows) {
      const moved = movedAddress(config, row)
      if (moved === null) continue
      await tx
        .updateTable('channels')
        .set({ config: JSON.stringify({ ...row.config, ...moved }) })
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
        settings: { graphUrl: simulatorUrl(config, 'whatsapp-cloud') },
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

/** Where the events of simulated senders at Twilio go. */
const twilioSenders = async (deps: DemoDeps): Promise<TwilioSender[]> =>
  (await simulatedChannels(deps, 'twilio')).map(({ row, signingKey, webhookUrl, publicUrl }) => ({
    accountSid: row.business_id ?? '',
    authToken: signingKey,
    phone: row.account_id,
    webhookUrl,
    publicUrl,
  }))

/** What the stand-ins of other services must know of their channels. */
const serviceLines = async (deps: DemoDeps, provider: ServiceProvider): Promise<ServiceLine[]> =>
  (await simulatedChannels(deps, provider)).map(({ row, config, signingKey, webhookUrl }) => ({
    sender: row.account_id,
    config,
    webhookKey: signingKey,
    webhookUrl,
  }))

/** Where the events of simulated Instagram accounts go. */
const instagramChannels = async (deps: DemoDeps): Promise<InstagramChannel[]> =>
  (await simulatedChannels(deps, 'instagram')).map(({ row, config, signingKey, webhookUrl }) => ({
    accountId: row.account_id,
    login: config.login === 'facebook' ? 'facebook' : 'instagram',
    accessToken: String(config.accessToken),
    appSecret: signingKey,
    webhookUrl,
  }))

/**
 * What the simulator must know of the numbers behind Meta's API, by Meta's door or 360dialog's; the demo channel first,
 * it is the phone's default.
 */
async function simulatedAccounts(deps: DemoDeps): Promise<SimulatedAccount[]> {
  const common = ({ row, webhookUrl }: SimulatedChannel) => ({
    phoneNumberId: row.account_id,
    wabaId: row.business_id ?? '',
    displayPhone: row.display_phone ?? `+1555${row.account_id.slice(-7)}`,
    name: row.name,
    webhookUrl,
    coexistence: row.coexistence,
  })
  const own = (await simulatedChannels(deps, 'whatsapp-cloud')).map((channel) => ({
    ...common(channel),
    accessToken: String(channel.config.accessToken),
    appSecret: channel.signingKey,
    verifyToken: String(channel.config.verifyToken),
  }))
  const resold = (await simulatedChannels(deps, 'dialog360')).map((channel) => ({
    ...common(channel),
    webhookUrl: `${channel.webhookUrl}?key=${encodeURIComponent(channel.signingKey)}`,
    accessToken: String(channel.config.apiKey),
    appSecret: '',
    verifyToken: '',
    reseller: true,
  }))
  return [...own, ...resold].toSorted(
    (a, b) => Number(b.phoneNumberId === DEMO.phoneNumberId) - Number(a.phoneNumberId === DEMO.phoneNumberId),
  )
}
