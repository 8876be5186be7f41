/**
 * Where the bytes of attachments live. Keys are ours (an attachment's id), never a name that came from outside.
 * The default keeps them under the data directory (src/store/disk-files.ts); object storage takes them for several
 * machines (src/store/s3-files.ts). Every call fails with `FilesUnavailable` while an object storage is away.
 */
export interface FileStore {
  /**
   * Stores a stream whole or not at all: readers never see a part of it.
   * @returns size in bytes and SHA-256 in lower-case hex
   * @throws FileTooLarge once more than `maxBytes` have come
   */
  put(key: string, body: ReadableStream<Uint8Array>, maxBytes: number): Promise<StoredBytes>
  /**
   * The bytes, or a part of them; a part that goes beyond the end stops there. Whoever opens one reads or cancels it.
   * @returns the size of the whole file; null where there is no such file
   */
  open(key: string, part?: FilePart): Promise<{ size: number; body: ReadableStream<Uint8Array> } | null>
  /** The first bytes, for sniffing a type. */
  head(key: string, bytes: number): Promise<Uint8Array | null>
  /**
   * Stores what is under `from` under `to` as well; each lives on without the other.
   * @returns false where there is no file under `from`
   */
  copy(from: string, to: string): Promise<boolean>
  remove(key: string): Promise<void>
  /** Every file, in no order; one that comes or goes meanwhile may be among them or not. */
  list(): AsyncIterable<{ key: string; size: number }>
  /** @throws FilesUnavailable where nothing could be stored now */
  reach(): Promise<void>
}

export interface StoredBytes {
  size: number
  sha256: string
}

export interface FilePart {
  start: number
  /** at least 1 */
  length: number
}

export class FileTooLarge extends Error {
  override readonly name = 'FileTooLarge'
}

/** The place for files does not answer, or refuses: it may work later, and nothing was changed. */
export class FilesUnavailable extends Error {
  override readonly name = 'FilesUnavailable'
  /** what the storage or the network calls it, such as `SlowDown`, `AccessDenied`, `ECONNREFUSED` */
  readonly code: string

  /** @param message no addresses, no keys */
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Ours only: no dot and no slash can come in, so a key names a file below its directory or prefix and nothing else. */
export const FILE_KEY = /^[0-9a-z][0-9a-z-]{7,63}$/

/** @throws where the key has another form */
export function demandFileKey(key: string): void {
  if (!FILE_KEY.test(key)) throw new Error('a file key has the wrong form')
}
