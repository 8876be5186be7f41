import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'

/** An append-only JSONL file. What was appended survives a kill of the process; not the loss of the machine (no fsync). */
export interface Journal<Entry> {
  append(entries: readonly Entry[]): void
  close(): void
}

const CHUNK = 1 << 20

/**
 * Opens the journal and replays it through `apply`. A last line cut off by a kill is removed.
 * @throws Error naming the line when another line is not JSON: the file was changed by hand.
 */
export function openJournal<Entry>(path: string, apply: (entry: Entry) => void): Journal<Entry> {
  const file = openSync(path, 'a+', 0o600)
  const intact = replay(file, apply)
  if (intact < fstatSync(file).size) ftruncateSync(file, intact)

  return {
    append(entries) {
      const bytes = Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
      for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
    },
    close: () => closeSync(file),
  }
}

/** @returns the length of the file up to its last complete line. */
function replay<Entry>(file: number, apply: (entry: Entry) => void): number {
  const chunk = Buffer.alloc(CHUNK)
  let parts: Buffer[] = []
  let position = 0
  let intact = 0
  let line = 0
  for (;;) {
    const read = readSync(file, chunk, 0, CHUNK, position)
    if (read === 0) return intact
    let start = 0
    for (let end = chunk.indexOf(10, start); end !== -1 && end < read; end = chunk.indexOf(10, start)) {
      parts.push(Buffer.from(chunk.subarray(start, end)))
      line += 1
      apply(parseLine<Entry>(Buffer.concat(parts).toString(), line))
      parts = []
      start = end + 1
      intact = position + start
    }
    parts.push(Buffer.from(chunk.subarray(start, read)))
    position += read
  }
}

function parseLine<Entry>(text: string, line: number): Entry {
  try {
    return JSON.parse(text) as Entry
  } catch (cause) {
    throw new Error(`the simulator's journal is damaged at line ${line}`, { cause })
  }
}
