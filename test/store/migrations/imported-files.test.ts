import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { migrate, migrationNames } from '../../../src/store/migrate.ts'
import { newId } from '../../../src/store/new-id.ts'
import { PREFIX, urlOf, withClient } from '../../services/template.ts'

const name = `${PREFIX}imported_${randomBytes(4).toString('hex')}`
const url = urlOf(inject('databaseUrl'), name)
beforeAll(() => withClient(inject('databaseUrl'), (client) => client.query(`create database ${name}`)))
afterAll(() =>
  withClient(inject('databaseUrl'), (client) => client.query(`drop database if exists ${name} with (force)`)),
)

it('has the files fetched that an installation imported before, and applies what is numbered before its newest', async () => {
  const own = '0018-imported-files'
  await migrate(url, { only: migrationNames().filter((one) => one !== own) })
  const channel = newId()
  await withClient(url, async (client) => {
    await client.query(
      `insert into channels (id, provider, name, account_id, config, secrets, app_secret_hash)
        values ($1, 'whatsapp-cloud', 'Shop', '1', '{}', '', '')`,
      [channel],
    )
    const media = { mediaId: '24', mime: 'image/png', sha256: null, fileName: null }
    for (const [message, file] of [
      ['with', media],
      ['without', null],
    ] as const) {
      await client.query(
        `insert into imported_messages (channel_id, provider_message_id, client, direction, content, media, at, imported_at)
          values ($1, $2, '16505551234', 'in', '{"kind": "image"}', $3, now(), now() - interval '1 day')`,
        [channel, message, file && JSON.stringify(file)],
      )
    }
  })
  expect((await migrate(url)).applied).toEqual([own])
  await withClient(url, async (client) => {
    const { rows } = await client.query(
      `select f.provider_message_id as message, f.open, a.name, a.mime, a.state, a.provider_media_id as media,
        a.created_at < now() - interval '23 hours' as aged
        from imported_files f join attachments a on a.id = f.attachment_id`,
    )
    expect(rows).toEqual([
      { message: 'with', open: true, name: 'image', mime: 'image/png', state: 'pending', media: '24', aged: true },
    ])
  })
})
