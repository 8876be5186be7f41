import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type FileStore, FileTooLarge } from '../../../src/store/file-store.ts'

export const digest = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')
export const streamOf = (...chunks: (string | Uint8Array)[]) =>
  new Blob(chunks as (string | Uint8Array<ArrayBuffer>)[]).stream() as ReadableStream<Uint8Array>
export const textOf = async (opened: { body: ReadableStream<Uint8Array> } | null) =>
  opened && (await new Response(opened.body).text())
export const bytesOf = async (opened: { body: ReadableStream<Uint8Array> } | null) =>
  opened && Buffer.from(await new Response(opened.body).arrayBuffer())

let keys = 0
/** As an attachment's id; another one each time. */
export const freshKey = () =>
  `01900000-0000-7000-8000-${String(++keys).padStart(8, '0')}${randomBytes(2).toString('hex')}`

/** A stream that breaks off after some bytes. */
const brokenOff = (bytes: Uint8Array) =>
  new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(bytes),
    pull: (controller) => controller.error(new Error('the line broke')),
  })

export async function all(files: FileStore) {
  const found: { key: string; size: number }[] = []
  for await (const one of files.list()) found.push(one)
  return found
}
const listed = async (files: FileStore) => new Map((await all(files)).map(({ key, size }) => [key, size]))

/**
 * What every place for files does alike (src/store/file-store.ts).
 * @param waiting names of what waits to be complete: nothing, whenever nobody stores anything
 */
export function keepsFiles(open: () => FileStore, waiting: () => Promise<string[]>): void {
  it('gives back what it was given', async () => {
    const [files, key] = [open(), freshKey()]
    const text = 'x'.repeat(200_000)
    expect(await files.put(key, streamOf('head', text), 1_000_000)).toEqual({
      size: 200_004,
      sha256: digest(`head${text}`),
    })
    const opened = await files.open(key)
    expect(opened?.size).toBe(200_004)
    expect(await textOf(opened)).toBe(`head${text}`)
    expect(Buffer.from((await files.head(key, 6)) ?? []).toString()).toBe('headxx')
    expect((await files.head(key, 10_000_000))?.length).toBe(200_004)
    await files.remove(key)
    await files.remove(key)
    expect([await files.open(key), await files.head(key, 1), await files.open(key, { start: 0, length: 1 })]).toEqual([
      null,
      null,
      null,
    ])
    expect(await waiting()).toEqual([])
  })

  it('keeps bytes of every kind and of every size, the empty file too', async () => {
    const files = open()
    for (const size of [0, 1, 65_536, 5_500_001]) {
      const [key, bytes] = [freshKey(), randomBytes(size)]
      expect(await files.put(key, streamOf(bytes), size)).toEqual({ size, sha256: digest(bytes) })
      const opened = await files.open(key)
      expect([opened?.size, digest((await bytesOf(opened)) ?? '')]).toEqual([size, digest(bytes)])
      expect(await files.head(key, 4100)).toHaveLength(Math.min(size, 4100))
    }
  })

  describe('a part of a file', () => {
    it.each([
      ['the first byte', 0, 1, '0'],
      ['from the middle', 4, 3, '456'],
      ['to the end', 7, 3, '789'],
      ['beyond the end', 7, 300, '789'],
      ['behind the end', 10, 5, ''],
      ['far behind the end', 1_000, 5, ''],
    ])('%s', async (_name, start, length, expected) => {
      const [files, key] = [open(), freshKey()]
      await files.put(key, streamOf('0123456789'), 10)
      const opened = await files.open(key, { start, length })
      expect([opened?.size, await textOf(opened)]).toEqual([10, expected])
    })
  })

  it('leaves nothing behind when a file is too large or breaks off, and keeps what was there', async () => {
    const [files, key] = [open(), freshKey()]
    await files.put(key, streamOf('old'), 10)
    const before = await listed(files)
    await expect(files.put(key, streamOf('12345', '678901'), 10)).rejects.toThrow(FileTooLarge)
    await expect(files.put(key, brokenOff(Buffer.from('half')), 10)).rejects.toThrow('the line broke')
    expect(await listed(files)).toEqual(before)
    expect(await waiting()).toEqual([])
    expect(await textOf(await files.open(key))).toBe('old')
    expect((await files.put(key, streamOf('1234567890'), 10)).size).toBe(10)
    expect(await textOf(await files.open(key))).toBe('1234567890')
  })

  it('copies: each lives on without the other', async () => {
    const [files, one, two] = [open(), freshKey(), freshKey()]
    expect(await files.copy(one, two)).toBe(false)
    await files.put(one, streamOf('first'), 10)
    expect(await files.copy(one, two)).toBe(true)
    await files.put(one, streamOf('changed'), 10)
    expect(await textOf(await files.open(two))).toBe('first')
    await files.remove(one)
    expect(await textOf(await files.open(two))).toBe('first')
    expect(await files.copy(two, one)).toBe(true)
    await files.remove(two)
    expect(await textOf(await files.open(one))).toBe('first')
    await expect(files.copy(one, '../../etc/passwd')).rejects.toThrow('key')
  })

  it('lists what it has, with sizes', async () => {
    const files = open()
    const [one, two, gone] = [freshKey(), freshKey(), freshKey()]
    await files.put(one, streamOf('1'), 10)
    await files.put(two, streamOf('22'), 10)
    await files.put(gone, streamOf('333'), 10)
    await files.remove(gone)
    const found = await listed(files)
    expect([found.get(one), found.get(two), found.has(gone)]).toEqual([1, 2, false])
    await expect(files.reach()).resolves.toBeUndefined()
  })

  it('lets go of a file that is read no further', async () => {
    const [files, key] = [open(), freshKey()]
    const bytes = randomBytes(3_000_000)
    await files.put(key, streamOf(bytes), bytes.length)
    for (let round = 0; round < 40; round++) {
      const opened = await files.open(key)
      const reader = opened?.body.getReader()
      expect((await reader?.read())?.value?.byteLength).toBeGreaterThan(0)
      await reader?.cancel()
    }
    expect(digest((await bytesOf(await files.open(key))) ?? '')).toBe(digest(bytes))
  })

  it('stores and reads many at once', async () => {
    const files = open()
    const many = Array.from({ length: 30 }, () => ({ key: freshKey(), bytes: randomBytes(70_000) }))
    await Promise.all(many.map(({ key, bytes }) => files.put(key, streamOf(bytes), bytes.length)))
    const read = await Promise.all(many.map(async ({ key }) => digest((await bytesOf(await files.open(key))) ?? '')))
    expect(read).toEqual(many.map(({ bytes }) => digest(bytes)))
  })

  it('of two who store the same key at once, one is there as a whole', async () => {
    const [files, key] = [open(), freshKey()]
    const [one, two] = [randomBytes(400_000), randomBytes(500_000)]
    await Promise.all([one, two].map((bytes) => files.put(key, streamOf(bytes), bytes.length)))
    expect([digest(one), digest(two)]).toContain(digest((await bytesOf(await files.open(key))) ?? ''))
  })

  it.each(['../../etc/passwd', 'a/b', '.hidden-file', 'short', '', 'x'.repeat(65), 'UPPER-CASE', 'nul\0-byte-key'])(
    'refuses %j as a key',
    async (key) => {
      const files = open()
      await expect(files.open(key)).rejects.toThrow('key')
      await expect(files.head(key, 1)).rejects.toThrow('key')
      await expect(files.remove(key)).rejects.toThrow('key')
      await expect(files.put(key, streamOf('x'), 10)).rejects.toThrow('key')
    },
  )
}
