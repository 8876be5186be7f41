import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { workRoutes } from '../../src/http/work/index.ts'
import { writeBackup } from '../../src/operations/backup/write-backup.ts'
import { diskFiles } from '../../src/store/disk-files.ts'
import { migrate, migrationNames } from '../../src/store/migrate.ts'
import { newId } from '../../src/store/new-id.ts'
import { openApi } from '../http/api.ts'
import { SECRET_KEY, secrets } from '../kit/house.ts'
import { PREFIX, urlOf, withClient } from '../services/template.ts'
import { parley } from './parley.ts'

/** A backup that an older version made comes into the present one: restored under its own schema, then migrated. */
let directory: string
const made: string[] = []
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-older-'))
})
afterAll(async () => {
  await withClient(inject('databaseUrl'), async (client) => {
    for (const name of made) await client.query(`drop database if exists ${name} with (force)`)
  })
  await rm(directory, { recursive: true })
})

async function freshUrl(): Promise<string> {
  const name = `${PREFIX}older_${randomBytes(4).toString('hex')}`
  await withClient(inject('databaseUrl'), (client) => client.query(`create database ${name}`))
  made.push(name)
  return urlOf(inject('databaseUrl'), name)
}

/** An installation of 0.1.0 in use, by the columns that every version since has: two tasks, an answer, a file, a merge. */
async function fill(client: pg.Client): Promise<{ tasks: string[] }> {
  const [owner, template, channel] = [newId(), newId(), newId()]
  await client.query(
    "insert into users (id, name, email, role) values ($1, 'Olga Owner', 'olga@example.test', 'owner')",
    [owner],
  )
  const statuses = JSON.stringify([{ key: 'new', name: 'New', active: true }])
  await client.query(
    "insert into task_templates (id, name, title_pattern, statuses) values ($1, 'Requests', '{{name}}', $2)",
    [template, statuses],
  )
  await client.query(
    `insert into channels (id, provider, name, account_id, config, secrets, app_secret_hash, task_template_id, created_by)
     values ($1, 'whatsapp-cloud', 'Shop', '106540352242922', $2, $3, '\\x00', $4, $5)`,
    [
      channel,
      JSON.stringify({ phoneNumberId: '106540352242922', wabaId: '1', graphUrl: 'http://127.0.0.1:9' }),
      secrets.seal({ accessToken: 'a', appSecret: 'b', verifyToken: 'c' }),
      template,
      owner,
    ],
  )
  const tasks: string[] = []
  for (const [n, name] of ['Ann', 'Bob'].entries()) {
    const [contact, conversation, task, comment, delivery] = [newId(), newId(), newId(), newId(), newId()]
    await client.query('insert into contacts (id, name, phone) values ($1, $2, $3)', [contact, name, `+1650555000${n}`])
    await client.query(
      `insert into conversations (id, channel_id, contact_id, task_id, last_seq, worked_seq, last_in_at, last_author)
       values ($1, $2, $3, $4, 2, 2, now(), 'employee')`,
      [conversation, channel, contact, task],
    )
    await client.query(
      "insert into identities (id, channel_id, kind, value, conversation_id) values ($1, $2, 'wa_id', $3, $4)",
      [newId(), channel, `1650555000${n}`, conversation],
    )
    await client.query(
      `insert into tasks (id, title, requester_id, channel_id, conversation_id, template_id, statuses, status, active)
       values ($1, $2, $3, $4, $5, $6, $7, 'new', true)`,
      [task, `Request of ${name}`, contact, channel, conversation, template, statuses],
    )
    const say = (id: string, author: string, text: string) =>
      client.query(
        `insert into comments (id, task_id, conversation_id, channel_id, author_kind, author_name, kind, text, notifies_contact)
         values ($1, $2, $3, $4, $5, $6, 'text', $7, $8)`,
        [id, task, conversation, channel, author, name, text, author === 'employee'],
      )
    await say(newId(), 'contact', `The price, please?\n\ttab \\ “quotes” 🙂 of ${name}`)
    await say(comment, 'employee', 'It costs nothing')
    await client.query(
      `insert into deliveries (id, comment_id, conversation_id, channel_id, state, rank, attempt, body, provider_message_id, accepted_at, sent_at, delivered_at)
       values ($1, $2, $3, $4, 'delivered', 40, 1, '{"kind": "text", "text": "It costs nothing"}', $5, now(), now(), now())`,
      [delivery, comment, conversation, channel, `wamid.${n}`],
    )
    await client.query(
      `insert into attachments (id, comment_id, channel_id, name, mime, size, state) values ($1, $2, $3, 'a.pdf', 'application/pdf', 5, 'stored')`,
      [newId(), comment, channel],
    )
    tasks.push(task)
  }
  await client.query(
    "insert into audit_log (actor_kind, actor_id, action, subject_kind, subject_id) values ('user', $1, 'channel.created', 'channel', $2)",
    [owner, channel],
  )
  return { tasks }
}

/** The first of all, the last of each release, and the one before the present. */
const all = migrationNames()
const VERSIONS = [1, 2, 11, all.length - 1].map((count) => ({ newest: all[count - 1], count }))

it.each(VERSIONS)(
  'of a version whose newest migration was $newest',
  async ({ count }) => {
    const [there, here] = [await freshUrl(), await freshUrl()]
    await migrate(there, { only: all.slice(0, count) })
    let tasks: string[] = []
    await withClient(there, async (client) => {
      ;({ tasks } = await fill(client))
    })
    const archive = join(directory, `${count}.tar`)
    await writeBackup(
      {
        databaseUrl: there,
        dataDir: join(directory, 'nothing'),
        secretKeys: [SECRET_KEY],
        version: '0.1.0',
        temporalInUse: 'elsewhere',
      },
      archive,
    )
    const dataDir = join(directory, `restored-${count}`)
    const restored = await parley(['restore', archive, '--json'], { DATABASE_URL: here, PARLEY_DATA_DIR: dataDir })
    expect([restored.code, restored.err]).toEqual([0, ''])
    expect((await migrate(here)).applied).toEqual([])

    // It is of the present version, and works: what was there is shown, and more can be written.
    const api = await openApi({
      databaseUrl: here,
      environment: { PARLEY_SECRET_KEY: '', PARLEY_DATA_DIR: dataDir },
      parts: (deps) => {
        const work = workRoutes({ ...deps, files: diskFiles(join(dataDir, 'files')) })
        return [{ mount: (app) => app.route('/api', work.routes) }]
      },
    })
    try {
      const { items } = (await api.owner('/api/tasks?status=all')).json
      expect(items.map(({ title }: { title: string }) => title).toSorted()).toEqual([
        'Request of Ann',
        'Request of Bob',
      ])
      const feed = (await api.owner(`/api/tasks/${tasks[0]}/comments`)).json.items
      expect(feed.map(({ text }: { text: string }) => text)).toEqual([
        'The price, please?\n\ttab \\ “quotes” 🙂 of Ann',
        'It costs nothing',
      ])
      expect(feed[1].delivery).toMatchObject({ state: 'delivered' })
      const note = await api.owner(`/api/tasks/${tasks[0]}/comments`, { body: { text: 'Seen in the new version' } })
      expect(note.status).toBe(201)
      expect((await api.owner('/api/channels')).json.items).toMatchObject([{ name: 'Shop', state: 'connected' }])
    } finally {
      await api.close()
    }
  },
  120_000,
)
