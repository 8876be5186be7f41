import { partsOfAccount } from '../../src/channels/account-parts.ts'
import { adapterFor, type Provider } from '../../src/channels/registry.ts'
import type { ChannelId, TaskTemplateId } from '../../src/domain/ids.ts'
import { createChannel } from '../../src/store/channels/channels.ts'
import { type Database, inTransaction } from '../../src/store/index.ts'
import { newId } from '../../src/store/new-id.ts'
import { secrets } from '../kit/house.ts'

/** A channel of any provider, made as `POST /api/channels` makes it, with the provider left unasked. */
export async function addProviderChannel(
  database: Database,
  provider: Provider,
  given: Record<string, unknown>,
): Promise<ChannelId> {
  const adapter = adapterFor(provider)
  const parts = partsOfAccount(adapter, adapter.account.keys.parse(given))
  const template = newId<TaskTemplateId>()
  await database.db
    .insertInto('task_templates')
    .values({ id: template, name: 'Client', title_pattern: '{contact}', statuses: '[]', assignee_ids: [] })
    .execute()
  const { id, business, signedWith } = adapter.account
  const row = await inTransaction(database.db, (tx) =>
    createChannel(
      tx,
      secrets,
      {
        provider,
        messenger: adapter.messenger,
        name: provider,
        ...parts,
        keys: { id, business, signedWith },
        checked: true,
        displayPhone: null,
        secrets: { ...parts.secrets, previousAppSecret: null },
        taskTemplateId: template,
        newTaskIfNoActive: true,
        reopenLastTask: true,
        bulk: {},
        coexistence: false,
        messagesPerSecond: null,
        createdBy: null,
        account: {},
      },
      { kind: 'system', id: null },
    ),
  )
  if (typeof row === 'string') throw new Error(`no channel: ${row}`)
  return row.id
}
