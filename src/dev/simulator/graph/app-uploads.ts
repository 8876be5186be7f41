import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Context } from 'hono'
import type { Simulation } from '../simulation.ts'
import { authoriseApp, RESELLER_KEY } from './access.ts'
import { answerCall } from './call.ts'
import { GraphError } from './errors.ts'
import type { Json } from './fields.ts'

/** What an app may give as a sample, and the header that it fits. */
const SAMPLES: Record<string, string> = {
  'image/jpeg': 'IMAGE',
  'image/jpg': 'IMAGE',
  'image/png': 'IMAGE',
  'video/mp4': 'VIDEO',
  'application/pdf': 'DOCUMENT',
}

const facts = { operation: 'upload' as const, phoneNumberId: null }

/** `POST /app/uploads` (reference §6): a session for one file. Nothing is stored for it: its id says all, and is signed. */
export function beginUpload(sim: Simulation, c: Context): Promise<Response> {
  return answerCall(sim, c, facts, async () => {
    await authoriseApp(sim, c)
    const { file_length: length = '', file_type: type = '' } = c.req.query()
    if (!/^[1-9]\d{0,9}$/.test(length)) throw new GraphError(100, 'Param file_length must be a positive number.')
    if (SAMPLES[type] === undefined) {
      throw new GraphError(100, `Param file_type must be one of ${Object.keys(SAMPLES).join(', ')}.`)
    }
    const what = Buffer.from(JSON.stringify({ length: Number(length), type, at: sim.now() })).toString('base64url')
    return { json: { id: `upload:${what}?sig=${signature(sim, what)}` } }
  })
}

/** `POST /upload:…`: the bytes, all in one go. */
export function takeUpload(sim: Simulation, c: Context, session: string): Promise<Response> {
  return answerCall(sim, c, facts, async () => {
    // Meta takes no bearer's token here; a reseller's key is no bearer's.
    const isOAuth = /^OAuth\s/i.test(c.req.header('authorization') ?? '')
    if (!isOAuth && c.req.header(RESELLER_KEY) === undefined) {
      throw new GraphError(104, 'An access token is required to request this resource.')
    }
    await authoriseApp(sim, c)
    const what = session.replace(/^upload:/, '')
    if (!isSigned(sim, what, c.req.query('sig') ?? '')) throw new GraphError(100, 'The upload session is invalid.')
    if (c.req.header('file_offset') !== '0') throw new GraphError(100, 'Param file_offset must be 0 at first.')
    const { length, type } = JSON.parse(Buffer.from(what, 'base64url').toString()) as { length: number; type: string }
    const { byteLength } = await c.req.raw.arrayBuffer()
    if (byteLength !== length) throw new GraphError(100, `The file has ${byteLength} bytes, not ${length}.`)
    const given = `${SAMPLES[type]}:${what}`
    return { json: { h: `4:${given}:${signature(sim, given)}` } }
  })
}

/** A header with a file needs a sample of its kind (reference §7.2). @throws GraphError */
export function checkSamples(sim: Simulation, components: readonly Json[]): void {
  for (const { type, format, example } of components) {
    if (type !== 'HEADER' || !Object.values(SAMPLES).includes(String(format))) continue
    const handles = (example as { header_handle?: unknown } | undefined)?.header_handle
    const handle: unknown = Array.isArray(handles) ? handles[0] : undefined
    const [, kind = '', what = '', sig = ''] = typeof handle === 'string' ? handle.split(':') : []
    if (kind !== format || !isSigned(sim, `${kind}:${what}`, sig)) {
      throw new GraphError(100, 'The header needs the handle of an uploaded sample of its kind.', { subcode: 2388273 })
    }
  }
}

const signature = (sim: Simulation, what: string): string =>
  createHmac('sha256', sim.world.key).update(`upload|${what}`).digest('base64url')

function isSigned(sim: Simulation, what: string, given: string): boolean {
  const [wanted, had] = [Buffer.from(signature(sim, what)), Buffer.from(given)]
  return wanted.length === had.length && timingSafeEqual(wanted, had)
}
