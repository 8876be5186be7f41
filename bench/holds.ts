/**
 * Many open holds: conversations whose workflow does nothing but wait, for a month, for a reply. What does the worker's
 * memory do as they become more? The rows are written as a campaign writes them; the workflows are started by the
 * ordinary sweep and each sets its timer.
 */
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { type BenchHouse, openBenchHouse } from './kit/house.ts'
import { printTable } from './kit/machine.ts'

const HOLDS = Number(process.env.BENCH_HOLDS ?? 3_000)
const STEPS = 5

const house = await openBenchHouse()
try {
  const rows = [{ holds: 0, ...memory(), 'started /s': '' }]
  for (let step = 1; step <= STEPS; step++) {
    const count = Math.round(HOLDS / STEPS)
    await openHolds(house, count)
    const began = performance.now()
    await untilHeld(house, step * count)
    const seconds = (performance.now() - began) / 1000
    // Let the caches settle: what is evicted is what counts.
    await pause(3_000)
    rows.push({ holds: step * count, ...memory(), 'started /s': (count / seconds).toFixed(0) })
    console.error(JSON.stringify(rows.at(-1)))
  }
  printTable('Open holds and the memory of the worker (resident set, MB)', rows)
} finally {
  await house.close()
}

/** Resident memory of the worker process, in MB. */
function memory(): { 'worker MB': string } {
  const status = readFileSync(`/proc/${house.workerPid}/status`, 'utf8')
  const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? Number.NaN)
  return { 'worker MB': (kilobytes / 1024).toFixed(0) }
}

async function openHolds({ database, channelId }: BenchHouse, count: number): Promise<void> {
  await sql`
    with client as materialized (
      select gen_random_uuid() as conversation, gen_random_uuid() as comment, gen_random_uuid() as message, n
      from generate_series(1, ${count}::int) n
    ), opened as (
      insert into conversations (id, channel_id, last_seq, due_at)
      select conversation, ${channelId}, 1, now() - interval '1 minute' from client
    ), named as (
      insert into identities (id, channel_id, kind, value, conversation_id)
      select gen_random_uuid(), ${channelId}, 'bsuid', 'bench.' || conversation, conversation from client
    ), written as (
      insert into comments (id, conversation_id, channel_id, author_kind, author_name, kind, text, bulk, notifies_contact)
      select comment, conversation, ${channelId}, 'employee', 'Bench', 'template', 'Hello', true, true from client
    ), held as (
      insert into outgoing_messages (id, channel_id, conversation_id, fingerprint, at, comment_id, state, hold_until)
      select message, ${channelId}, conversation, 'template:hello:en', now(), comment, 'held', now() + interval '1 month'
      from client
    )
    insert into conversation_events (conversation_id, seq, channel_id, kind, payload, provider_at)
    select conversation, 1, ${channelId}, 'message.queued', jsonb_build_object('kind', 'message.queued', 'message', message,
      'comment', comment, 'deliveries', '[]'::jsonb, 'campaign', null, 'contactName', null), now()
    from client`.execute(database.db)
}

async function untilHeld({ database }: BenchHouse, count: number): Promise<void> {
  for (;;) {
    const { rows } = await sql<{
      n: number
    }>`select count(*)::int as n from conversations where worked_seq > 0`.execute(database.db)
    if ((rows[0]?.n ?? 0) >= count) return
    await pause(250)
  }
}
