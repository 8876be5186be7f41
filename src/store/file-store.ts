/**
 * Where the bytes of attachments live. Keys are ours (an attachment's id), never a name that came from outside.
 * The default keeps them under the data directory (src/store/disk-files.ts).
 */
export interface FileStore {
  /**
   * Stores a stream whole or not at all: readers never see a part of it.
   * @returns size in bytes and SHA-256 in lower-case hex
   * @throws FileTooLarge once more than `maxBytes` have come
   */
  put(key: string, body: ReadableStream<Uint8Array>, maxBytes: number): Promise<{ size: number; sha256: string }>
  /** null where there is no such file */
  open(key: string): Promise<{ size: number; body: ReadableStream<Uint8Array> } | null>
  /** The first bytes, for sniffing a type. */
  head(key: string, bytes: number): Promise<Uint8Array | null>
  /**
   * Stores what is under `from` under `to` as well; each lives on without the other.
   * @returns false where there is no file under `from`
   */
  copy(from: string, to: string): Promise<boolean>
  remove(key: string): Promise<void>
}

export class FileTooLarge extends Error {
  override readonly name = 'FileTooLarge'
}
