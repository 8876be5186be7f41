import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diskFiles } from '../../src/store/disk-files.ts'
import { type FileStore, FileTooLarge } from '../../src/store/file-store.ts'

let directory: string
let files: FileStore
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-files-'))
  files = diskFiles(directory)
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const KEY = '01900000-0000-7000-8000-0000000000ab'
const streamOf = (...chunks: string[]) => new Blob(chunks).stream() as ReadableStream<Uint8Array>
const everything = async () =>
  (await readdir(directory, { recursive: true, withFileTypes: true })).filter((e) => e.isFile())

describe('files on the disk', () => {
  it('come back as they were stored', async () => {
    const text = 'x'.repeat(200_000)
    expect(await files.put(KEY, streamOf('head', text), 1_000_000)).toEqual({
      size: 200_004,
      sha256: createHash('sha256').update(`head${text}`).digest('hex'),
    })
    const opened = await files.open(KEY)
    expect(opened?.size).toBe(200_004)
    expect(await new Response(opened?.body).text()).toBe(`head${text}`)
    expect(Buffer.from((await files.head(KEY, 6)) ?? []).toString()).toBe('headxx')
    expect((await files.head(KEY, 10_000_000))?.length).toBe(200_004)
    await files.remove(KEY)
    await files.remove(KEY)
    expect([await files.open(KEY), await files.head(KEY, 1)]).toEqual([null, null])
  })

  it('leave nothing behind when they are too large or break off, and keep what was there', async () => {
    await files.put(KEY, streamOf('old'), 10)
    const before = await everything()
    await expect(files.put(KEY, streamOf('12345', '678901'), 10)).rejects.toThrow(FileTooLarge)
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.from('half')),
      pull: (controller) => controller.error(new Error('the line broke')),
    })
    await expect(files.put(KEY, broken, 10)).rejects.toThrow('the line broke')
    expect(await everything()).toHaveLength(before.length)
    expect(await new Response((await files.open(KEY))?.body).text()).toBe('old')
    expect((await files.put(KEY, streamOf('1234567890'), 10)).size).toBe(10)
  })

  it('are copied: each lives on without the other', async () => {
    const [one, two] = ['01900000-0000-7000-8000-0000000000c1', '01900000-0000-7000-8000-0000000000c2']
    expect(await files.copy(one, two)).toBe(false)
    await files.put(one, streamOf('first'), 10)
    expect(await files.copy(one, two)).toBe(true)
    await files.put(one, streamOf('changed'), 10)
    expect(await new Response((await files.open(two))?.body).text()).toBe('first')
    await files.remove(one)
    expect(await new Response((await files.open(two))?.body).text()).toBe('first')
    expect(await files.copy(two, one)).toBe(true)
    await files.remove(two)
    expect(await new Response((await files.open(one))?.body).text()).toBe('first')
    await expect(files.copy(one, '../../etc/passwd')).rejects.toThrow('key')
  })

  it.each(['../../etc/passwd', 'a/b', '.hidden-file', 'short', '', 'x'.repeat(65), 'UPPER-CASE', 'nul\0-byte-key'])(
    'refuse %j as a key',
    async (key) => {
      await expect(files.open(key)).rejects.toThrow('key')
      await expect(files.put(key, streamOf('x'), 10)).rejects.toThrow('key')
    },
  )
})
