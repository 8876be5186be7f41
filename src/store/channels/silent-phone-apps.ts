import { type SqlBool, sql } from 'kysely'
import type { ChannelId } from '../../domain/ids.ts'
import { endOf, SHARED_WITH_PHONE_APP, SILENT_AFTER_DAYS } from '../../domain/phone-silence.ts'
import { audit } from '../audit.ts'
import { type Db, inTransaction, type Tx } from '../database.ts'
import { tellPhoneSilences } from '../house/account-happenings.ts'
import { runIn } from '../intake/run.ts'
import { recordLive } from '../live-events.ts'

/** What a channel says that works all the same; nothing else that it has to say is written over. */
export const SILENT_WORDS =
  'Nothing was heard of the phone app for 11 days. After about 14 days without it Meta ends the connection: open the WhatsApp Business app on the phone.'

/** Have people been told of a silence that goes on? Of channels `ch` (domain/phone-silence.ts says the same of one row). */
export const isPhoneSilent = sql<SqlBool>`(ch.coexistence and ch.app_warned_at > coalesce(ch.app_seen_at, ch.created_at))`

/**
 * Warns people and scenarios of phone apps of which nothing has been heard for long, before Meta ends the connection:
 * once for each silence, for the row is held while it is told. Called now and then by every server.
 */
export async function warnOfSilentPhoneApps(db: Db, now: Date): Promise<void> {
  await inTransaction(db, async (tx) => {
    const silent = await sql<{ id: ChannelId; since: Date }>`
      update channels set app_warned_at = ${now}, state_reason = coalesce(state_reason, ${SILENT_WORDS})
      where coexistence and state = 'connected' and deleted_at is null
        and provider = any(${[...SHARED_WITH_PHONE_APP]}::text[])
        and coalesce(app_seen_at, created_at) < ${now}::timestamptz - make_interval(days => ${SILENT_AFTER_DAYS})
        and coalesce(app_warned_at < coalesce(app_seen_at, created_at), true)
      returning id, coalesce(app_seen_at, created_at) as since`.execute(tx)
    const silences = silent.rows.map(({ id, since }) => ({ channel: id, since, endsAt: endOf(since) }))
    await tellPhoneSilences(runIn(tx), silences, SILENT_WORDS, now)
    for (const { id } of silent.rows) {
      await audit(tx, {
        actor: { kind: 'system', id: null },
        action: 'channel.phone_app_silent',
        subject: { kind: 'channel', id },
      })
      await changed(tx, id)
    }
    // Heard of again: the warning has done its work.
    const back = await sql<{ id: ChannelId }>`
      update channels set state_reason = null
      where state_reason = ${SILENT_WORDS} and app_seen_at > app_warned_at returning id`.execute(tx)
    for (const { id } of back.rows) await changed(tx, id)
  })
}

const changed = (tx: Tx, id: ChannelId) =>
  recordLive(tx, [{ event: 'channel', data: { channelId: id, state: 'connected' } }])
