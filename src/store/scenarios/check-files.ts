import { attachmentKind } from '../../domain/attachment-kind.ts'
import type { AttachmentId } from '../../domain/ids.ts'
import type { Finding } from '../../domain/scenario/document/check-document.ts'
import { findings, type Report } from '../../domain/scenario/document/checks/finding.ts'
import { FINDING_WORDS as say } from '../../domain/scenario/document/checks/finding-words.ts'
import { type NameUsed, namesUsed } from '../../domain/scenario/document/names-used.ts'
import type { PlaceOf } from '../../domain/scenario/document/problem.ts'
import type { ScenarioDocument } from '../../domain/scenario/document/scenario-document.ts'
import type { Language } from '../../domain/words.ts'
import { type Actor, maySee } from '../actor.ts'
import type { Db, Tx } from '../database.ts'
import type { SendRules, SendRulesOf } from '../deliveries/gate.ts'
import { sendableAgain } from '../outgoing/copy-files.ts'

/**
 * Files that messages send are of a kind and size that a messenger takes: what no channel can carry is an error, what
 * some cannot is a warning. Whether a file is there at all: `checkNames`.
 */
export async function checkFiles(
  db: Db | Tx,
  document: ScenarioDocument,
  rulesOf: SendRulesOf,
  report: Report,
): Promise<void> {
  const used = await filesUsed(db, document)
  if (used.length === 0) return
  const channels = await db
    .selectFrom('channels')
    .select(['name', 'provider'])
    .where('deleted_at', 'is', null)
    .orderBy('name')
    .execute()
  const known = channels.flatMap(({ name, provider }) => {
    const rules = rulesOf(provider)
    return rules ? [{ name, rules }] : []
  })
  if (known.length === 0) return
  const ids = [...new Set(used.map(({ id }) => id))]
  const files = new Map((await sendableAgain(db, ids).execute()).map((file) => [file.id, file]))
  for (const { id, path } of used) {
    const file = files.get(id)
    if (!file) continue
    const takes = (rules: SendRules) => attachmentKind({ mime: file.mime, size: file.size ?? 0 }, rules.media) !== null
    const cannot = known.filter(({ rules }) => !takes(rules))
    if (cannot.length === 0) continue
    const isNowhere = cannot.length === known.length
    const facts = { name: file.name, mime: file.mime, size: file.size ?? 0 }
    const words = say.attachment_not_sendable.refused(facts, isNowhere ? null : cannot.map(({ name }) => name))
    report(isNowhere ? 'error' : 'warning', 'attachment_not_sendable', path, words)
  }
}

/**
 * Files that the publisher may not see: of comments on channels that are not theirs, or of messages that were deleted.
 * They would reach people whom they are not for (P6). What the version before sent already was looked at then.
 */
export async function foreignFiles(
  db: Db | Tx,
  actor: Pick<Actor, 'channelIds'>,
  { document, placeOf }: { document: ScenarioDocument; placeOf: PlaceOf },
  before: ScenarioDocument | null,
  language?: Language,
): Promise<Finding[]> {
  const known = new Set((before ? attachmentsNamed(before) : []).map(({ id }) => id))
  const added = attachmentsNamed(document).filter(({ id }) => !known.has(id))
  if (added.length === 0) return []
  const ids = added.map(({ id }) => id)
  const rows = await db
    .selectFrom('attachments as a')
    .innerJoin('comments as m', 'm.id', 'a.comment_id')
    .select(['a.id', 'm.channel_id', 'm.deleted_at'])
    .where('a.id', 'in', ids)
    .execute()
  const foreign = new Set(
    rows.filter((row) => row.deleted_at !== null || !maySee(actor, row.channel_id)).map(({ id }) => id),
  )
  const { report, found } = findings(placeOf, language)
  for (const { id, path } of added) {
    if (foreign.has(id)) report('error', 'attachment_unknown', path, say.attachment_unknown.unknown(id, null))
  }
  return found
}

type FileUsed = { id: AttachmentId; path: NameUsed['path'] }

function attachmentsNamed(document: ScenarioDocument): FileUsed[] {
  return namesUsed(document).flatMap(({ kind, name, path }) =>
    kind === 'attachment' && UUID.test(name) ? [{ id: name.toLowerCase() as AttachmentId, path }] : [],
  )
}

/** Named by their ids, or sent with a quick reply. */
async function filesUsed(db: Db | Tx, document: ScenarioDocument): Promise<FileUsed[]> {
  const replies = namesUsed(document).filter(
    ({ kind, path }) => kind === 'quick_reply' && path.includes('sendQuickReply'),
  )
  if (replies.length === 0) return attachmentsNamed(document)
  const rows = await db
    .selectFrom('quick_replies')
    .select(['shortcut', 'attachment_ids'])
    .where('owner_id', 'is', null)
    .where('shortcut', 'in', [...new Set(replies.map(({ name }) => name))])
    .execute()
  const sent = replies.flatMap(({ name, path }) =>
    rows.filter(({ shortcut }) => shortcut === name).flatMap((row) => row.attachment_ids.map((id) => ({ id, path }))),
  )
  return [...attachmentsNamed(document), ...sent]
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
