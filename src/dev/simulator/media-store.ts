import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Simulation } from './simulation.ts'
import { newNumericId } from './wire/ids.ts'
import type { StoredMedia } from './world/entries.ts'
import type { World } from './world/world.ts'

const DAY_MS = 24 * 3600 * 1000
/** Ids from uploads live 30 days, ids from webhooks 7 (reference §6). */
const LIFETIME_MS = { upload: 30 * DAY_MS, webhook: 7 * DAY_MS }
const ADDRESS_SECONDS = 300

/** Stores a file; it is on disk before its id is known to anybody. */
export async function storeMedia(
  sim: Simulation,
  file: { phoneNumberId: string; mime: string; name: string | null; bytes: Uint8Array; from: StoredMedia['from'] },
): Promise<StoredMedia> {
  const media: StoredMedia = {
    id: newNumericId(),
    phoneNumberId: file.phoneNumberId,
    mime: file.mime,
    name: file.name,
    size: file.bytes.byteLength,
    sha256: createHash('sha256').update(file.bytes).digest('hex'),
    at: sim.now(),
    from: file.from,
    deleted: false,
  }
  await writeFile(mediaPath(sim.world, media.id), file.bytes, { mode: 0o600 })
  sim.world.record({ t: 'media', media })
  return media
}

export const mediaPath = (world: World, id: string): string => join(world.dataDir, 'media', id)

/** The file if it is there and its id has not run out. */
export function livingMedia(sim: Simulation, id: string): StoredMedia | null {
  const media = sim.world.media.get(id)
  if (!media || media.deleted || sim.now() - media.at > LIFETIME_MS[media.from]) return null
  return media
}

/** An address that lives 5 minutes. Nothing is stored for it, so it outlives a restart. */
export function mediaAddress(sim: Simulation, base: string, media: StoredMedia): string {
  const ext = Math.floor(sim.now() / 1000) + ADDRESS_SECONDS
  return `${base}/attachments/?mid=${media.id}&source=getMedia&ext=${ext}&hash=${addressHash(sim.world, media.id, ext)}`
}

/** The file that an address leads to; null when the address is forged or has run out. */
export function mediaOfAddress(sim: Simulation, query: URLSearchParams): StoredMedia | null {
  const id = query.get('mid') ?? ''
  const ext = Number(query.get('ext'))
  const given = Buffer.from(query.get('hash') ?? '')
  const wanted = Buffer.from(addressHash(sim.world, id, ext))
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null
  return ext * 1000 > sim.now() ? livingMedia(sim, id) : null
}

const addressHash = (world: World, id: string, ext: number): string =>
  createHmac('sha256', world.key).update(`${id}|${ext}`).digest('base64url')
