import type { EndpointId } from '../../domain/ids.ts'
import type { Db } from '../database.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import type { SecretBox } from '../secret-box.ts'
import { headersOf, openSecrets } from './endpoint-secrets.ts'

/** An endpoint that somebody tries out, with its secrets: never put them into an answer, a log or a history. */
export interface EndpointToTry {
  url: string
  headers: Record<string, string>
  allowPrivateAddress: boolean
  timeoutMs: number
  /** what must be blotted out wherever it shows */
  secrets: string[]
}

/** Refuses with `not_found` and `endpoint_unreadable`. One that is switched off can be tried: that is how one finds out. */
export async function loadEndpointToTry(db: Db, box: SecretBox, id: EndpointId): Promise<Refusable<EndpointToTry>> {
  const row = await db.selectFrom('endpoints').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) return missing('This endpoint')
  const headers = headersOf(row, box)
  const opened = openSecrets(row, box)
  if (!headers || !opened) {
    return refuse('conflict', 'endpoint_unreadable', 'The endpoint’s secret cannot be read: enter it anew')
  }
  const { url, allow_private_address: allowPrivateAddress, timeout_ms: timeoutMs } = row
  const sent = Object.values(headers).flatMap((value) => [value, value.replace(/^(Basic|Bearer) /, '')])
  const secrets = [...(opened.secret === null ? [] : [opened.secret]), ...sent.filter(isSecret)]
  return done({ url, headers, allowPrivateAddress, timeoutMs, secrets })
}

/** A header may say no more than a version: blotting that out would leave nothing to read. */
const isSecret = (value: string) => value.length >= 4
