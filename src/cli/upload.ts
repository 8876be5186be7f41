import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { ApiClient } from './api-client.ts'
import { Failure } from './failure.ts'

/** A file of this machine that is to go along. */
export interface Upload {
  name: string
  bytes: Uint8Array
}

/** @throws Failure where it cannot be read */
export async function readUpload(file: string): Promise<Upload> {
  try {
    return { name: basename(file), bytes: await readFile(file) }
  } catch (cause) {
    throw new Failure(`${file} cannot be read.`, { cause })
  }
}

/**
 * @param idempotencyKey with the same key again the same files keep their ids
 * @returns the ids of the attachments, in the order of the files
 */
export async function uploadAll(api: ApiClient, files: readonly Upload[], idempotencyKey?: string): Promise<string[]> {
  const ids: string[] = []
  for (const [index, file] of files.entries()) {
    const key = idempotencyKey === undefined ? [] : [`${idempotencyKey}/file/${index}`]
    ids.push((await api.upload<{ id: string }>('/api/attachments', file, ...key)).id)
  }
  return ids
}
