import { createReadStream, createWriteStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { BackupProblem } from './manifest.ts'

/** A backup in one file is a plain tar archive (POSIX ustar), so that any tar opens it. */
const BLOCK = 512
/** Beyond it the size does not fit into its field of octal digits. */
const MAX_BYTES = 8 ** 11 - 1
const MAX_NAME = 100

/** Every file below a directory, in order; paths with slashes. */
export async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

/** Packs a directory into a new file. */
export async function pack(directory: string, archive: string): Promise<void> {
  const paths = await filesBelow(directory)
  async function* blocks(): AsyncGenerator<Buffer> {
    for (const path of paths) {
      const { size } = await stat(join(directory, path))
      yield header(path, size)
      for await (const chunk of createReadStream(join(directory, path))) yield chunk as Buffer
      yield Buffer.alloc(padding(size))
    }
    yield Buffer.alloc(2 * BLOCK)
  }
  await pipeline(Readable.from(blocks()), createWriteStream(archive, { mode: 0o600, flags: 'wx', flush: true }))
}

/**
 * Unpacks an archive that `pack` made.
 * @throws BackupProblem where it is damaged, or names a place outside
 */
export async function unpack(archive: string, directory: string): Promise<void> {
  const file = await open(archive, 'r')
  try {
    for (let at = 0; ; ) {
      const block = await readExactly(file, at, BLOCK)
      if (block.every((byte) => byte === 0)) return
      const { name, size } = readHeader(block)
      const path = join(directory, name)
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const start = at + BLOCK
      const { size: whole } = await file.stat()
      if (start + size > whole) throw new BackupProblem('The backup’s archive ends too early')
      const source = size === 0 ? Readable.from([]) : createReadStream(archive, { start, end: start + size - 1 })
      await pipeline(source, createWriteStream(path, { mode: 0o600, flags: 'wx' }))
      at = start + size + padding(size)
    }
  } finally {
    await file.close()
  }
}

const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK

function header(name: string, size: number): Buffer {
  if (Buffer.byteLength(name) > MAX_NAME) throw new BackupProblem(`${name} is too long a name for an archive`)
  if (size > MAX_BYTES) throw new BackupProblem(`${name} is too large for an archive: back up into a directory`)
  const block = Buffer.alloc(BLOCK)
  const octal = (value: number, at: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'ascii')
  block.write(name, 0)
  octal(0o600, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size, 124, 12)
  octal(0, 136, 12)
  block.write('        0', 148, 'ascii')
  block.write('ustar\x0000', 257, 'ascii')
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148, 'ascii')
  return block
}

function readHeader(block: Buffer): { name: string; size: number } {
  const text = (at: number, length: number) => block.toString('utf8', at, at + length).replace(/\0.*$/s, '')
  const size = Number.parseInt(text(124, 12), 8)
  if (Number.parseInt(text(148, 8), 8) !== checksum(block) || !Number.isSafeInteger(size)) {
    throw new BackupProblem('The backup’s archive is damaged')
  }
  const name = text(0, MAX_NAME)
  const isInside = /^[\w.-]+(\/[\w.-]+)*$/.test(name) && !name.split('/').some((part) => /^\.+$/.test(part))
  if (!isInside || block[156] !== '0'.charCodeAt(0))
    throw new BackupProblem('The backup’s archive was not made by Parley')
  return { name, size }
}

/** The sum of all bytes, its own field taken as spaces. */
function checksum(block: Buffer): number {
  return block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0)
}

async function readExactly(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at)
  if (bytesRead < length) throw new BackupProblem('The backup’s archive ends too early')
  return buffer
}
