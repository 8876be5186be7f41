import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { csvLine } from '../domain/campaign/csv-cell.ts'
import type { CampaignId } from '../domain/ids.ts'
import { listRecipients, type RecipientFilter, type RecipientView } from '../store/campaigns/recipient-view.ts'
import type { Db } from '../store/index.ts'
import { whyExcluded } from './campaign-shapes.ts'
import { errorWords, type Language } from './work/error-words.ts'

const PAGE = 1_000
const COLUMNS = [
  'row',
  'to',
  'name',
  'state',
  'exclusion',
  'error_code',
  'reason',
  'replied',
  'taken_at',
  'sent_at',
  'delivered_at',
  'read_at',
  'failed_at',
]

/**
 * A campaign's recipients as CSV (RFC 4180, UTF-8 with a byte order mark, which spreadsheets want), page by page while
 * it is read. Safe to open in a spreadsheet. A number is written as digits without "+": a spreadsheet takes up to 15
 * digits exactly, nothing has to be escaped, and the file can be given to a new campaign as it is.
 */
export function exportRecipients(db: Db, id: CampaignId, filter: RecipientFilter, language: Language): ReadableStream {
  return Readable.toWeb(Readable.from(lines(db, id, filter, language)))
}

async function* lines(db: Db, id: CampaignId, filter: RecipientFilter, language: Language) {
  yield Buffer.from(`\ufeff${csvLine(COLUMNS)}`)
  for (let after: number | null = 0; after !== null; ) {
    const rows: RecipientView[] = await listRecipients(db, id, filter, { after, limit: PAGE })
    const page = rows.slice(0, PAGE)
    if (page.length > 0) yield Buffer.from(page.map((row) => lineOf(row, language)).join(''))
    after = rows.length > PAGE ? (page.at(-1)?.ordinal ?? null) : null
  }
}

function lineOf(row: RecipientView, language: Language): string {
  const error = errorWords(row.error_code, row.error_detail, language)
  const times = [row.taken_at, row.sent_at, row.delivered_at, row.read_at, row.failed_at]
  return csvLine([
    row.ordinal,
    row.phone,
    row.name,
    row.state,
    row.exclusion,
    error?.code ?? null,
    whyExcluded(row, language) ?? error?.message ?? null,
    row.replied ? 'yes' : 'no',
    ...times.map((at) => at?.toISOString() ?? null),
  ])
}
