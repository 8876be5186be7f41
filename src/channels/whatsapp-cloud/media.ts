import { randomUUID } from 'node:crypto'
import type { DownloadOutcome, OutgoingFile, ProviderFailure, UploadOutcome } from '../port.ts'
import { idAt, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { bareMime } from '../wire/mime.ts'
import { wordsOf } from '../wire/network-errors.ts'
import { USER_AGENT } from '../wire/send-request.ts'
import { waitHintOf } from '../wire/wait-hint.ts'
import type { WhatsAppCloudConfig } from './config.ts'
import { failureOf, failureOfAnswer, type GraphSecrets } from './errors.ts'
import { callGraph, type GraphAccess, type GraphRequest, graphPath } from './graph-client.ts'
import { mediaAddress } from './media-address.ts'
import { sha256Hex } from './messages.ts'
import { multipartOf } from './multipart.ts'

/** `POST /{number}/media` (reference §6). Nothing reaches a client by it: every failure may be repeated. */
export const uploadMedia = (
  config: WhatsAppCloudConfig,
  file: OutgoingFile,
  signal: AbortSignal,
): Promise<UploadOutcome> => uploadTo(config, { path: graphPath(config.phoneNumberId, 'media') }, file, signal)

/** Uploads to wherever Meta's form of an upload is taken. */
export async function uploadTo(
  graph: GraphAccess & GraphSecrets,
  place: Pick<GraphRequest, 'path' | 'unversioned'>,
  file: OutgoingFile,
  signal: AbortSignal,
): Promise<UploadOutcome> {
  let content: ReadableStreamDefaultReader<Uint8Array>
  try {
    content = (await file.open()).getReader()
  } catch (error) {
    return { ok: false, failure: failureOf(graph, 'bad_file', wordsOf(error)) }
  }
  try {
    const fields = { messaging_product: 'whatsapp', type: file.mime }
    const body = multipartOf(fields, file, content, `parley-${randomUUID()}`)
    const answer = await callGraph(graph, { method: 'POST', ...place, body }, signal)
    if (answer.kind !== 'ok') return { ok: false, failure: failureOfAnswer(graph, answer) }
    const mediaId = idAt(answer.body, 'id')
    return mediaId === null
      ? { ok: false, failure: failureOf(graph, 'unreadable_answer', 'an upload without an id') }
      : { ok: true, mediaId }
  } finally {
    // A call that failed before it read the file would leave it open. A broken stream has said so already.
    await content.cancel().catch(() => undefined)
  }
}

/**
 * Two hops (reference §6): the id gives an address that lives five minutes, the address gives the bytes to whoever has
 * the token. A 404 means that the address ran out meanwhile: it is asked for once more.
 */
export async function downloadMedia(
  config: WhatsAppCloudConfig,
  mediaId: string,
  signal: AbortSignal,
): Promise<DownloadOutcome> {
  const first = await resolveAndFetch(config, mediaId, signal)
  return !first.ok && GONE.has(first.failure.code) ? resolveAndFetch(config, mediaId, signal) : first
}

/** How the file hosts say that an address has run out. */
const GONE = new Set(['http_403', 'http_404', 'http_410'])

async function resolveAndFetch(
  config: WhatsAppCloudConfig,
  mediaId: string,
  signal: AbortSignal,
): Promise<DownloadOutcome> {
  const query = { phone_number_id: config.phoneNumberId }
  const answer = await callGraph(config, { method: 'GET', path: graphPath(mediaId), query }, signal)
  if (answer.kind !== 'ok') {
    const failure = failureOfAnswer(config, answer)
    // "Does not exist" (reference §9): of a file's id that says more than it does in general.
    return { ok: false, failure: failure.code === '100' ? failureOf(config, 'file_gone', failure.detail) : failure }
  }
  const fetched = await fetchFile(config, textAt(answer.body, 'url') ?? '', signal)
  return fetched.ok ? describe(fetched.response, answer.body) : fetched
}

function describe(response: Response, resolved: JsonObject): DownloadOutcome {
  const length = Number(textAt(resolved, 'file_size') ?? response.headers.get('content-length') ?? Number.NaN)
  return {
    ok: true,
    body: response.body ?? new Blob([]).stream(),
    mime: bareMime(textAt(resolved, 'mime_type') ?? response.headers.get('content-type')),
    size: Number.isSafeInteger(length) && length >= 0 ? length : null,
    sha256: sha256Hex(textAt(resolved, 'sha256')),
  }
}

const MAX_REDIRECTS = 3

/** Follows redirects by hand: each address is checked, and the token stays with the origin that asked for it. */
async function fetchFile(
  config: WhatsAppCloudConfig,
  address: string,
  signal: AbortSignal,
): Promise<{ ok: true; response: Response } | { ok: false; failure: ProviderFailure }> {
  const failed = (failure: ProviderFailure) => ({ ok: false as const, failure })
  let url = mediaAddress(address, config.graphUrl)
  const origin = url?.origin
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    if (url === null) return failed(failureOf(config, 'foreign_address', "the file's address is not one of Meta's"))
    const headers = new Headers({ 'user-agent': USER_AGENT })
    if (url.origin === origin) headers.set('authorization', `Bearer ${config.accessToken}`)
    let response: Response
    try {
      response = await fetch(url, { headers, redirect: 'manual', signal })
    } catch (error) {
      return failed(failureOf(config, 'network', wordsOf(error)))
    }
    if (response.ok) return { ok: true, response }
    await response.body?.cancel()
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || location === null) {
      return failed(fileFailure(config, response))
    }
    url = URL.canParse(location, url.href) ? mediaAddress(new URL(location, url).href, config.graphUrl) : null
  }
  return failed(failureOf(config, 'foreign_address', `more than ${MAX_REDIRECTS} redirects`))
}

/** Decided here: a file that is gone once may be there a moment later, so it is tried again; a 401 is about the token. */
function fileFailure(config: WhatsAppCloudConfig, { status, headers }: Response): ProviderFailure {
  const code = `http_${status}`
  const answer = { status, waitSeconds: waitHintOf(headers, new Date()) }
  const failure = failureOf(config, code, `HTTP ${status} for the file`, answer)
  if (status === 401) return { ...failure, class: 'channel_down' }
  return GONE.has(code) || status === 408 ? { ...failure, class: 'retry' } : failure
}
