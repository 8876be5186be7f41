import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { Context } from 'hono'
import { struckBy } from '../faults.ts'
import { livingMedia, mediaAddress, mediaOfAddress, mediaPath, storeMedia } from '../media-store.ts'
import type { Simulation } from '../simulation.ts'
import type { Message, StoredMedia } from '../world/entries.ts'
import { authoriseNumber } from './access.ts'
import { answerCall, type Outcome } from './call.ts'
import { type Draft, MEDIA_TYPES, type MediaType } from './draft.ts'
import { GraphError, noSuchObject, titleOf } from './errors.ts'
import { bareMime, fits, MEDIA_RULES, mediaTypeOf } from './media-rules.ts'

/** `POST /{phone}/media`, multipart (reference §6). */
export function uploadMedia(sim: Simulation, c: Context, phoneNumberId: string): Promise<Response> {
  return answerCall(sim, c, { operation: 'upload', phoneNumberId }, async () => {
    await authoriseNumber(sim, c, phoneNumberId)
    const form = await formOf(c)
    if (form.get('messaging_product') !== 'whatsapp') {
      throw new GraphError(100, 'The parameter messaging_product is required.')
    }
    const file = form.get('file')
    if (!(file instanceof File)) throw new GraphError(100, 'The parameter file is required.')
    const type = form.get('type')
    const mime = file.type || (typeof type === 'string' ? type : '')
    if (typeof type === 'string' && bareMime(type) !== bareMime(mime)) {
      throw new GraphError(100, `Param type is ${type}, but the file says ${mime}.`)
    }
    const kind = mediaTypeOf(mime)
    if (kind === null) {
      throw new GraphError(
        100,
        `Param file must be a file with one of the following types: ${Object.values(MEDIA_RULES)
          .flatMap((rule) => rule.mimes)
          .join(', ')}. Received file of type '${mime || 'application/octet-stream'}'.`,
      )
    }
    const { maxBytes } = MEDIA_RULES[kind]
    if (file.size > maxBytes) {
      throw new GraphError(131053, `The file is too large: ${file.size} bytes, at most ${maxBytes} for ${kind}.`)
    }
    if (file.size === 0) throw new GraphError(131053, 'The file is empty.')
    const bytes = new Uint8Array(await file.arrayBuffer())
    const media = await storeMedia(sim, { phoneNumberId, mime, name: file.name || null, bytes, from: 'upload' })
    return { json: { id: media.id } }
  })
}

async function formOf(c: Context): Promise<FormData> {
  try {
    return await c.req.raw.formData()
  } catch {
    throw new GraphError(100, 'The request body is not multipart/form-data.')
  }
}

/** `GET /{media}` → where it can be fetched within 5 minutes. */
export function resolveMedia(sim: Simulation, c: Context, media: StoredMedia, base: string): Promise<Response> {
  return answerCall(sim, c, { operation: 'media', phoneNumberId: media.phoneNumberId }, async (faults) => {
    await checkAccess(sim, c, media)
    const wrong = struckBy(faults, 'wrong_sha') !== null
    const address = mediaAddress(sim, base, media)
    return {
      json: {
        messaging_product: 'whatsapp',
        url: struckBy(faults, 'expired_media') ? address.replace(/ext=\d+/, 'ext=1') : address,
        mime_type: media.mime,
        sha256: wrong ? media.sha256.replace(/^../, (byte) => (byte === '00' ? 'ff' : '00')) : media.sha256,
        file_size: media.size,
        id: media.id,
      },
    }
  })
}

/** `DELETE /{media}`. */
export function deleteMedia(sim: Simulation, c: Context, media: StoredMedia): Promise<Response> {
  return answerCall(sim, c, { operation: 'media', phoneNumberId: media.phoneNumberId }, async () => {
    await checkAccess(sim, c, media)
    sim.world.record({ t: 'media_deleted', id: media.id })
    return { json: { success: true } }
  })
}

async function checkAccess(sim: Simulation, c: Context, media: StoredMedia): Promise<void> {
  await authoriseNumber(sim, c, media.phoneNumberId)
  const asked = c.req.query('phone_number_id')
  if ((asked !== undefined && asked !== media.phoneNumberId) || !livingMedia(sim, media.id)) {
    throw noSuchObject(media.id, c.req.method.toLowerCase())
  }
}

/** `GET {address}` → the bytes. 404 when the address has run out or the token is wrong (reference §6). */
export function downloadMedia(sim: Simulation, c: Context): Promise<Response> {
  const media = mediaOfAddress(sim, new URL(c.req.url).searchParams)
  const phoneNumberId = media?.phoneNumberId ?? null
  return answerCall(sim, c, { operation: 'download', phoneNumberId }, async (faults): Promise<Outcome> => {
    const gone = { response: new Response('URL signature expired', { status: 404 }) }
    if (!media || struckBy(faults, 'expired_media')) return gone
    try {
      await authoriseNumber(sim, c, media.phoneNumberId)
    } catch (error) {
      if (error instanceof GraphError) return gone
      throw error
    }
    return { response: fileResponse(sim, media, c.req.header('range')) }
  })
}

/** The file's bytes, or the one range that was asked for. */
export function fileResponse(sim: Simulation, media: StoredMedia, range?: string | undefined): Response {
  const wanted = range === undefined ? null : rangeOf(range, media.size)
  if (wanted === 'unsatisfiable') {
    return new Response(null, { status: 416, headers: { 'content-range': `bytes */${media.size}` } })
  }
  const stream = createReadStream(mediaPath(sim.world, media.id), wanted ?? {})
  return new Response(Readable.toWeb(stream) as ReadableStream, {
    status: wanted ? 206 : 200,
    headers: {
      'content-type': media.mime,
      'content-length': String(wanted ? wanted.end - wanted.start + 1 : media.size),
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      ...(wanted ? { 'content-range': `bytes ${wanted.start}-${wanted.end}/${media.size}` } : {}),
    },
  })
}

/** A form that is not understood is ignored, as RFC 9110 §14.2 allows. */
function rangeOf(header: string, size: number): { start: number; end: number } | 'unsatisfiable' | null {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header.trim())
  if (!found || (found[1] === '' && found[2] === '')) return null
  const start = found[1] === '' ? Math.max(0, size - Number(found[2])) : Number(found[1])
  const end = found[1] === '' || found[2] === '' ? size - 1 : Math.min(Number(found[2]), size - 1)
  return start > end || start >= size ? 'unsatisfiable' : { start, end }
}

/**
 * The file of a message that is about to be sent. Ids are checked at once; a link is fetched, as Meta does it,
 * and what is wrong with it shows as a failed status.
 * @throws GraphError 131009 when the id is unknown, has run out or belongs to another number
 */
export async function mediaOfMessage(
  sim: Simulation,
  phoneNumberId: string,
  draft: Draft,
): Promise<{ id: string | null; failure: Message['error'] }> {
  if (!draft.media) return { id: null, failure: null }
  const kind = draft.kind === 'voice' ? 'audio' : draft.kind
  const type = MEDIA_TYPES.find((one) => one === kind) ?? null
  if ('link' in draft.media) return fetchLink(sim, phoneNumberId, draft.media.link, type)
  const media = livingMedia(sim, draft.media.id)
  if (!media || media.phoneNumberId !== phoneNumberId) {
    throw new GraphError(131009, `Media ID ${draft.media.id} does not exist or belongs to another phone number.`)
  }
  return { id: media.id, failure: type === null || fits(type, media.mime) ? null : uploadError(media.mime, type) }
}

const uploadError = (mime: string, type: string): Message['error'] => ({
  code: 131053,
  title: titleOf(131053),
  details: `Unsupported ${type} mime type ${mime}.`,
})

async function fetchLink(
  sim: Simulation,
  phoneNumberId: string,
  link: string,
  type: MediaType | null,
): Promise<{ id: string | null; failure: Message['error'] }> {
  const bad = (details: string) => ({ id: null, failure: { code: 131053, title: titleOf(131053), details } })
  try {
    const answer = await fetch(link, { signal: AbortSignal.any([sim.closing, AbortSignal.timeout(10_000)]) })
    if (!answer.ok) return bad(`Downloading media from weblink failed with http code ${answer.status}.`)
    const mime = answer.headers.get('content-type') ?? ''
    const kind = type ?? mediaTypeOf(mime)
    if (kind === null || !fits(kind, mime)) return bad(`Unsupported media mime type ${mime}.`)
    const bytes = new Uint8Array(await answer.arrayBuffer())
    if (bytes.byteLength > MEDIA_RULES[kind].maxBytes) return bad('The file is too large.')
    const name = decodeURIComponent(new URL(link).pathname.split('/').at(-1) ?? '') || null
    return { id: (await storeMedia(sim, { phoneNumberId, mime, name, bytes, from: 'upload' })).id, failure: null }
  } catch (error) {
    sim.log('simulator: a linked file could not be fetched', { error: String(error) })
    return bad('Downloading media from weblink failed.')
  }
}
