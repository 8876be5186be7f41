import { ApiError } from '../errors.ts'

/** The sum is asked for so seldom that its cost is nothing; what is uploaded here meanwhile is added. */
const FRESH_MS = 30_000

/**
 * How much of the disk uploads may fill. Files of clients count, and are taken all the same: a client cannot be told to
 * come again. Each server asks for itself, so that several may together go over it by what half a minute brings.
 */
export interface UploadQuota {
  /**
   * @returns so many bytes may still come
   * @throws ApiError 503 `storage_full` where there are none
   */
  room(): Promise<number>
  /** So many bytes were stored. */
  took(bytes: number): void
}

/** @param limit bytes of all files; null: as much as the disk holds */
export function uploadQuota(limit: number | null, storedBytes: () => Promise<number>): UploadQuota {
  let asked: { at: number; bytes: Promise<number> } | null = null
  let since = 0
  return {
    async room() {
      if (limit === null) return Number.POSITIVE_INFINITY
      const now = performance.now()
      if (!asked || now - asked.at > FRESH_MS) {
        asked = { at: now, bytes: storedBytes() }
        since = 0
        asked.bytes.catch(() => {
          asked = null
        })
      }
      const room = limit - (await asked.bytes) - since
      if (room <= 0) throw overQuota()
      return room
    },
    took(bytes) {
      since += bytes
    },
  }
}

export const overQuota = () =>
  new ApiError(503, 'storage_full', 'The files have reached the size that this installation allows; nothing was stored')
